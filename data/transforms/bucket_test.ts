import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { memorySplit } from "../memory_split.ts";
import { createBucketBatches } from "./bucket.ts";
import type { BatchesOf } from "./map_batches.ts";
import type { BucketBatch } from "./bucket.ts";

function serials(rows: number) {
  const columns = { serial: { dtype: "u32", shape: [], description: "the row" } } as const;
  return memorySplit(rows, columns, { serial: Uint32Array.from({ length: rows }, (_, i) => i) });
}

async function epochOf(batches: BatchesOf<BucketBatch>, epoch: number): Promise<BucketBatch[]> {
  const list: BucketBatch[] = [];
  for (let s = 0; s < batches.stepsPerEpoch; s++) {
    list.push(await batches.at(epoch * batches.stepsPerEpoch + s));
  }
  return list;
}

const KEY = Key.from("buckets");

Deno.test("an epoch has every row once, in batches of one bucket", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(60), { minLength: 1, maxLength: 200 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(3),
      fc.boolean(),
      async (lengths, numbers, batchSize, epoch, shuffled) => {
        const boundaries = numbers.toSorted((a, b) => a - b);
        const options = { lengths, boundaries, batchSize, dropLast: false };
        const batches = createBucketBatches(
          serials(lengths.length),
          shuffled ? { ...options, key: KEY } : options,
        );
        const seen: number[] = [];
        for (const { rows, indices, size, length } of await epochOf(batches, epoch)) {
          assertEquals(rows["serial"], indices);
          assert(size === indices.length && size >= 1 && size <= batchSize);
          const bucket = boundaries.indexOf(length);
          for (const row of indices) {
            if (bucket < boundaries.length - 1) assert(lengths[row]! <= length);
            if (bucket > 0) assert(lengths[row]! > boundaries[bucket - 1]!);
          }
          seen.push(...indices);
        }
        assertEquals(seen.toSorted((a, b) => a - b), lengths.map((_, row) => row));
        if (!shuffled) {
          const of = (row: number) =>
            Math.min(boundaries.length - 1, boundaries.filter((b) => b < lengths[row]!).length);
          assertEquals(seen, lengths.map((_, row) => row).sort((a, b) => of(a) - of(b) || a - b));
        }
      },
    ),
    { seed: 1, numRuns: 60 },
  ));

const lengths = Array.from({ length: 500 }, (_, i) => 1 + (i * 37) % 90);

Deno.test("batches are a function of key and step, and whole ones only unless asked", async () => {
  const make = (key: Key) =>
    createBucketBatches(serials(500), { lengths, boundaries: [20, 50, 90], batchSize: 16, key });
  const batches = make(KEY);
  const expected = await epochOf(make(KEY), 3);
  for (const s of [5, 6, 2, 0, 20]) {
    assertEquals(await batches.at(3 * batches.stepsPerEpoch + s), expected[s]);
  }
  assert(expected.every(({ size }) => size === 16));
  const rowsOf = (low: number, high: number) =>
    lengths.filter((length) => length > low && length <= high).length;
  assertEquals([rowsOf(0, 20), rowsOf(20, 50), rowsOf(50, 90)], [111, 167, 222]);
  assertEquals(batches.stepsPerEpoch, 6 + 10 + 13);
  assertNotEquals(await epochOf(make(KEY), 4), expected);
  assertNotEquals(await epochOf(make(Key.from("others")), 3), expected);
  // Buckets are mixed: the first ten batches are not of one bucket.
  assertEquals(new Set(expected.slice(0, 10).map(({ length }) => length)).size, 3);
});

Deno.test("what cannot be batched is refused", async () => {
  const split = serials(500);
  const options = { lengths, boundaries: [20, 50], batchSize: 16 };
  const refused = (change: Partial<typeof options>, message: string) =>
    assertThrows(() => createBucketBatches(split, { ...options, ...change }), RangeError, message);
  refused({ lengths: [1] }, "expected 500 lengths, got 1");
  refused({ boundaries: [20, 20] }, "expected ascending boundaries above 0, got [20, 20]");
  refused({ boundaries: [] }, "expected ascending boundaries above 0, got []");
  refused({ batchSize: 0 }, "expected a positive whole batch size, got 0");
  assertThrows(
    () => createBucketBatches(split, { ...options, batchSize: 1000, key: KEY }),
    RangeError,
    "expected a bucket of at least 1000 rows",
  );
  await assertRejects(
    () => createBucketBatches(split, options).at(-1),
    RangeError,
    "expected a whole step from 0 on, got -1",
  );
});
