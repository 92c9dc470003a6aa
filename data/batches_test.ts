import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { fillCache, toyDataset, withDirectory } from "./_toy_dataset.ts";
import { type Batches, createBatches } from "./batches.ts";
import type { Split } from "./dataset.ts";
import { memorySplit } from "./memory_split.ts";
import { openDataset } from "./open.ts";

const SEED = 20240504;
const KEY = Key.from(11);

/** A split that holds row numbers. */
function serials(rows: number): Split {
  return memorySplit(
    rows,
    { serial: { dtype: "u32", shape: [], description: "the row" } },
    { serial: Uint32Array.from({ length: rows }, (_, i) => i) },
  );
}

async function epochOf(batches: Batches, epoch: number): Promise<number[]> {
  const rows: number[] = [];
  for (let s = 0; s < batches.stepsPerEpoch; s++) {
    const { indices, rows: { serial }, size } = await batches.at(epoch * batches.stepsPerEpoch + s);
    assertEquals(serial, indices);
    assertEquals(size, indices.length);
    rows.push(...indices);
  }
  return rows;
}

const ascending = (a: number, b: number) => a - b;

Deno.test("an epoch has every row once, for any sizes", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 0, max: 3 }),
      async (rows, batchSize, epoch) => {
        const batches = createBatches(serials(rows), { batchSize, key: KEY, dropLast: false });
        assertEquals(batches.stepsPerEpoch, Math.ceil(rows / batchSize));
        const drawn = await epochOf(batches, epoch);
        assertEquals(drawn.sort(ascending), Array.from({ length: rows }, (_, i) => i));
      },
    ),
    { seed: SEED, numRuns: 30 },
  ));

Deno.test("an epoch over several windows has every row once, and each window is shuffled in itself", async () => {
  // 147 blocks of 1,024 rows, the last of 300: windows of 64, 64 and 19 blocks.
  const rows = 146 * 1024 + 300;
  const batches = createBatches(serials(rows), { batchSize: 1000, key: KEY, dropLast: false });
  for (const epoch of [0, 5]) {
    const drawn = await epochOf(batches, epoch);
    assertEquals(drawn.toSorted(ascending), Array.from({ length: rows }, (_, i) => i));
    const windowOf = new Map<number, number>();
    let window = 0;
    let inWindow = new Set<number>();
    for (const row of drawn) {
      const block = Math.floor(row / 1024);
      if (!inWindow.has(block) && inWindow.size === 64) {
        window++;
        inWindow = new Set();
      }
      inWindow.add(block);
      assertEquals(windowOf.get(block) ?? window, window, "a block stands in one window");
      windowOf.set(block, window);
    }
    assertEquals(window, 2);
    // 64 of 147 blocks chosen at random are not the first 64.
    assert([...windowOf].some(([block, w]) => w === 0 && block >= 64));
  }
});

Deno.test("shuffling is uniform: every row is equally likely at every place", async () => {
  const rows = 6;
  const draws = 6000;
  const batches = createBatches(serials(rows), { batchSize: rows, key: KEY });
  const counts = Array.from({ length: rows }, () => new Uint32Array(rows));
  for (let step = 0; step < draws; step++) {
    (await batches.at(step)).indices.forEach((row, place) => counts[place]![row]!++);
  }
  // Each count is binomial with mean 1000 and deviation 28.9: six deviations, 36 counts.
  for (const row of counts) for (const count of row) assert(Math.abs(count - draws / rows) < 174, `${count}`);
});

Deno.test("resuming at any step gives what running there gives", async () => {
  const split = serials(70_000);
  const options = { batchSize: 512, key: KEY };
  const run = createBatches(split, options);
  const seen = [];
  for (let step = 0; step < 300; step++) seen.push((await run.at(step)).indices);
  for (const step of [0, 1, 135, 136, 137, 272, 273, 299]) {
    assertEquals((await createBatches(split, options).at(step)).indices, seen[step]);
  }
  // Any order, on one object, too.
  for (const step of [299, 0, 136, 136, 5]) assertEquals((await run.at(step)).indices, seen[step]);
});

Deno.test("epochs and keys have different orders", async () => {
  const draw = async (
    key: Key,
    step: number,
  ) => [...(await createBatches(serials(100), { batchSize: 100, key }).at(step)).indices];
  const first = await draw(KEY, 0);
  assertNotEquals(first, first.toSorted(ascending));
  assertNotEquals(await draw(KEY, 1), first);
  assertNotEquals(await draw(Key.from(12), 0), first);
  assertEquals(await draw(Key.from(11), 0), first);
});

Deno.test("without a key the rows come in their order, with the short last batch", async () => {
  const batches = createBatches(serials(10), { batchSize: 4 });
  assertEquals(batches.stepsPerEpoch, 3);
  assertEquals(await epochOf(batches, 0), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals((await batches.at(2)).size, 2);
  assertEquals([...(await batches.at(3)).indices], [0, 1, 2, 3]);
  assertEquals(createBatches(serials(10), { batchSize: 4, dropLast: true }).stepsPerEpoch, 2);
});

Deno.test("reading ahead changes nothing, and asks for the next batch once", async () => {
  const split = serials(100);
  const asked: string[] = [];
  const counting: Split = {
    ...split,
    read(rows) {
      asked.push(Array.from(rows).join());
      return split.read(rows);
    },
  };
  const batches = createBatches(counting, { batchSize: 10, key: KEY });
  const plain = createBatches(split, { batchSize: 10, key: KEY });
  for (let step = 0; step < 12; step++) assertEquals(await batches.at(step), await plain.at(step));
  assertEquals(asked.length, 13);
  assertEquals(new Set(asked).size, 13);
});

Deno.test("two readers of one split do not disturb each other", () =>
  withDirectory(async (directory) => {
    const toy = toyDataset();
    fillCache(directory, toy);
    const opened = await openDataset(toy.dataset, { directory, offline: true });
    const options = { batchSize: 64, key: KEY };
    const alone = createBatches(opened.split("train"), options);
    const expected = [];
    for (let step = 0; step < 60; step++) expected.push(await alone.at(step));
    // A cache that holds nothing, and everything.
    for (const cacheBytes of [0, 1 << 20]) {
      const again = await openDataset(toy.dataset, { directory, offline: true, cacheBytes });
      const readers = [
        createBatches(again.split("train"), options),
        createBatches(again.split("train"), options),
      ];
      for (let step = 0; step < 60; step++) {
        for (const batch of await Promise.all(readers.map((reader) => reader.at(step)))) {
          assertEquals(batch, expected[step]);
        }
      }
      again.close();
    }
    opened.close();
  }));

Deno.test("a batch that was read ahead and failed is an error for who asks for it, and only then", async () => {
  const split = serials(4);
  let broken = false;
  const batches = createBatches({
    ...split,
    read: (rows) => broken ? Promise.reject(new RangeError("gone")) : split.read(rows),
  }, { batchSize: 2 });
  const first = batches.at(0);
  await Promise.resolve();
  broken = true;
  assertEquals((await first).size, 2);
  await assertRejects(() => batches.at(1), RangeError, "gone");
  broken = false;
  assertEquals((await batches.at(1)).size, 2);
});

Deno.test("createBatches names what is wrong with its arguments", async () => {
  const split = serials(10);
  for (const batchSize of [0, -1, 1.5, NaN]) {
    assertThrows(() => createBatches(split, { batchSize }), RangeError, "a positive whole batch size");
  }
  assertThrows(
    () => createBatches(split, { batchSize: 11, key: KEY }),
    RangeError,
    "at least 11 rows, got 10",
  );
  assertThrows(
    () => createBatches(split, { batchSize: 2, shuffle: true }),
    TypeError,
    "a key to shuffle with, got none",
  );
  assertThrows(() => createBatches(split, { batchSize: 2, key: KEY, shuffle: false }), TypeError, "no key");
  const batches = createBatches(split, { batchSize: 2 });
  for (const step of [-1, 0.5, NaN, 2 ** 60]) {
    await assertRejects(() => batches.at(step), RangeError, "a whole step from 0 on");
  }
});
