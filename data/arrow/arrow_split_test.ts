import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { toyDataset, withDirectory } from "../_toy_dataset.ts";
import { plainRows, toyColumns, toyRow, TYPED_ROWS, typedDataset, upTo } from "../_toy_columns.ts";
import { columnOf } from "../columns.ts";
import type { Dataset, Rows, Split } from "../dataset.ts";
import { memorySplit } from "../memory_split.ts";
import { encodeWhole } from "./_encode_whole.ts";
import { ArrowFile, DamagedFileError } from "./arrow_file.ts";
import { arrowSplit, ArrowSplitReader } from "./arrow_split.ts";
import { BatchCache } from "./batch_cache.ts";
import type { ArrowSummary } from "./encode_arrow.ts";
import { arrowLayout } from "./layout.ts";
import { arrowSchema } from "./schema.ts";

const toy = toyDataset();
const description = toy.dataset.splits["train"]!;
const columns = toy.columns.train;
const typed = typedDataset();
const typedRows = upTo(TYPED_ROWS);
const inMemory = memorySplit(description.rows, description.columns, columns);

/** Writes rows to a file, and opens it with a cache of a given size. */
function withFile(
  dataset: Dataset,
  name: string,
  rows: Rows,
  cacheBytes: number,
  test: (split: Split, cache: BatchCache) => Promise<void>,
): Promise<void> {
  const { bytes, summary } = encodeWhole(dataset, name, () => [rows]);
  return withBytes(dataset, name, bytes, summary, cacheBytes, test);
}

async function withBytes(
  dataset: Dataset,
  name: string,
  bytes: Uint8Array,
  summary: ArrowSummary,
  cacheBytes: number,
  test: (split: Split, cache: BatchCache) => Promise<void>,
): Promise<void> {
  await withDirectory(async (directory) => {
    const path = `${directory}/x.arrow`;
    Deno.writeFileSync(path, bytes);
    const description = dataset.splits[name]!;
    const file = await ArrowFile.open(path, arrowSchema(dataset, name, ""), description, summary);
    const cache = new BatchCache(cacheBytes);
    try {
      await test(arrowSplit(new ArrowSplitReader(file, description, cache), description), cache);
    } finally {
      file.close();
    }
  });
}

/** Opens the toy's training rows with a cache of a given size. */
function withSplit(
  cacheBytes: number,
  test: (split: Split, cache: BatchCache) => Promise<void>,
): Promise<void> {
  return withFile(toy.dataset, "train", columns, cacheBytes, test);
}

const ALL_BATCHES = 1 << 20;
/** Bytes of the rows; less than the padded record batches, so that one is always forgotten. */
const TIGHT = 3000 * 25;
const NO_BATCH = 1;

for (const [name, cacheBytes] of [["all", ALL_BATCHES], ["not all", TIGHT], ["no", NO_BATCH]] as const) {
  Deno.test(`a split on disk reads like one in memory when ${name} record batches fit in the cache`, () =>
    withSplit(cacheBytes, async (split, cache) => {
      const row = fc.integer({ min: 0, max: 2999 });
      const run = fc.tuple(row, fc.integer({ min: 1, max: 1500 })).map(([first, length]) =>
        Array.from({ length: Math.min(length, 3000 - first) }, (_, i) => first + i)
      );
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.array(row, { maxLength: 80 }), run), async (rows) => {
          assertEquals(await split.read(rows), await inMemory.read(rows));
        }),
        { seed: 20240503, numRuns: 60 },
      );
      assert(cache.bytes <= cacheBytes);
      assertEquals(cache.bytes > 0, cacheBytes !== NO_BATCH);
    }));
}

for (const [name, cacheBytes] of [["all", ALL_BATCHES], ["no", NO_BATCH]] as const) {
  Deno.test(`columns of every kind are read when ${name} record batches fit in the cache`, () =>
    withFile(typed, "all", toyColumns(typedRows), cacheBytes, async (split, cache) => {
      const row = fc.integer({ min: 0, max: TYPED_ROWS - 1 });
      const run = fc.tuple(row, fc.integer({ min: 1, max: 40 })).map(([first, length]) =>
        typedRows.slice(first, first + length)
      );
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.array(row, { maxLength: 40 }), run), async (rows) => {
          assertEquals(plainRows(await split.read(rows), rows.length), rows.map(toyRow));
        }),
        { seed: 20240514, numRuns: 60 },
      );
      assertEquals(cache.bytes > 0, cacheBytes !== NO_BATCH);
    }));
}

Deno.test("more rows than the cache holds are read in turns, in the given order", async () => {
  // 98 record batches; room for 64.
  const rows = 100_000;
  const columns = {
    serial: { dtype: "u32", shape: [], description: "the row" },
    digits: { dtype: "list", of: "u8", description: "its digits" },
    name: { dtype: "utf8", description: "its name" },
  } as const;
  const texts = Array.from({ length: rows }, (_, i) => `${i}`);
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < rows; i++) offsets[i + 1] = offsets[i]! + texts[i]!.length;
  const values = {
    serial: Uint32Array.from(texts, Number),
    digits: { offsets, values: Uint8Array.from(texts.join(""), Number) },
    name: texts,
  };
  const dataset = { ...typed, splits: { all: { rows, columns } } };
  const expected = memorySplit(rows, columns, values);
  // 4 for the serial, 4 + 4.9 for the digits, 4 + 4.9 for the name's bytes, 32 + 2 * 4.9 for its string.
  await withFile(dataset, "all", values, 66 * 65_536, async (split, cache) => {
    const every = Array.from({ length: rows / 10 }, (_, i) => (i * 7919) % rows);
    assertEquals(await split.read(every), await expected.read(every));
    assert(cache.bytes > 0 && cache.bytes <= cache.limit, `${cache.bytes}`);
  });
});

Deno.test("a changed byte is found whether record batches are kept or not, and where it is only", async () => {
  const { bytes, summary } = encodeWhole(toy.dataset, "train", () => [columns]);
  const lengths = { dictionaries: [], batches: summary.batches.map(({ lengths }) => lengths) };
  const { position } = arrowLayout(arrowSchema(toy.dataset, "train", ""), description, lengths).batch(1);
  bytes[position + 100]! ^= 1;
  for (const cacheBytes of [ALL_BATCHES, NO_BATCH]) {
    await withBytes(toy.dataset, "train", bytes, summary, cacheBytes, async (split) => {
      for (const rows of [[0, 5, 2999], [1023, 2048]]) {
        assertEquals(await split.read(rows), await inMemory.read(rows));
      }
      // Twice: a batch that was found damaged stays so.
      for (const rows of [[5, 1024], [2047]]) {
        await assertRejects(() => split.read(rows), DamagedFileError, "Cannot read record batch 1 of");
      }
    });
  }
});

Deno.test("slices of slices count their rows from 0", () =>
  withSplit(ALL_BATCHES, async (split) => {
    const slice = split.slice(1000, 2500).slice(20, 1400);
    assertEquals(slice.rows, 1380);
    const rows = [0, 3, 1379, 700];
    assertEquals(await slice.read(rows), await split.read(rows.map((row) => row + 1020)));
    assertEquals(await inMemory.slice(1000, 2500).slice(20, 1400).read(rows), await slice.read(rows));
  }));

Deno.test("reads overlap without mixing", () =>
  withSplit(ALL_BATCHES, async (split) => {
    const wanted = [[5, 2999], [1024, 5], [2048, 1023, 5]];
    const read = await Promise.all(wanted.map((rows) => split.read(rows)));
    for (const [i, rows] of wanted.entries()) assertEquals(read[i], await inMemory.read(rows));
  }));

Deno.test("what was read is the reader's own", () =>
  withSplit(ALL_BATCHES, async (split) => {
    const first = await split.read([7]);
    columnOf(first, "point").fill(0);
    assertEquals(await split.read([7]), await inMemory.read([7]));
  }));

Deno.test("rows and slices outside a split are errors, on disk and in memory", () =>
  withSplit(ALL_BATCHES, async (onDisk) => {
    for (const split of [onDisk, inMemory]) {
      for (const row of [-1, 3000, 0.5, NaN, Infinity]) {
        await assertRejects(() => split.read([0, row]), RangeError, "expected a row of the split, 0 to 2999");
      }
      for (const [start, end] of [[-1, 5], [0, 3001], [5, 5], [6, 5], [0.5, 2], [0, NaN]] as const) {
        assertThrows(() => split.slice(start, end), RangeError, "expected 0 <= start < end <= 3000");
      }
      await assertRejects(() => split.slice(0, 10).read([10]), RangeError);
    }
  }));

Deno.test("BatchCache forgets what was used longest ago", () => {
  const cache = new BatchCache(10);
  const forgotten: string[] = [];
  const batch = (name: string, bytes: number) => {
    const made = { columns: [], bytes, forget: () => void forgotten.push(name), lastUse: 0 };
    cache.add(made);
    return made;
  };
  const a = batch("a", 4);
  batch("b", 4);
  cache.touch(a);
  batch("c", 4);
  assertEquals(forgotten, ["b"]);
  batch("too large", 11);
  assertEquals(forgotten, ["b", "a", "c", "too large"]);
  assertEquals(cache.bytes, 0);
});
