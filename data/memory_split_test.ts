import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { plainRows, TOY_COLUMNS, toyColumns, toyRow, upTo } from "./_toy_columns.ts";
import { createBatches } from "./batches.ts";
import type { Column, ColumnValues, Lists } from "./dataset.ts";
import { memorySplit } from "./memory_split.ts";

const ROWS = 100;
const split = memorySplit(ROWS, TOY_COLUMNS, toyColumns(upTo(ROWS)));

Deno.test("memorySplit reads rows of columns of every kind, in any order, from slices too", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: ROWS - 1 }), { maxLength: 40 }), async (rows) => {
      assertEquals(plainRows(await split.read(rows), rows.length), rows.map(toyRow));
      const inside = rows.filter((row) => row >= 10 && row < 90);
      const read = await split.slice(10, 90).read(inside.map((row) => row - 10));
      assertEquals(plainRows(read, inside.length), inside.map(toyRow));
    }),
    { seed: 20240511, numRuns: 50 },
  ));

Deno.test("what was read of a split in memory is the reader's own", async () => {
  const first = await split.read([1, 3]);
  for (const values of Object.values(first)) {
    if (ArrayBuffer.isView(values)) values.fill(0);
    else if ("offsets" in values && ArrayBuffer.isView(values.values)) values.values.fill(0);
  }
  assertEquals(plainRows(await split.read([1, 3]), 2), [1, 3].map(toyRow));
});

Deno.test("batches have columns of every kind", async () => {
  const batches = createBatches(split, { batchSize: 16, key: Key.from(3) });
  for (let step = 0; step < 12; step++) {
    const { rows, indices, size } = await batches.at(step);
    assertEquals(plainRows(rows, size), [...indices].map(toyRow));
  }
});

function refuses(
  column: Column,
  values: ColumnValues,
  error: typeof TypeError | typeof RangeError,
  words: string,
) {
  assertThrows(() => memorySplit(2, { column }, { column: values }), error, words);
}

Deno.test("memorySplit names what is wrong with texts", () => {
  const column: Column = { dtype: "utf8", description: "texts" };
  refuses(
    column,
    ["a"],
    RangeError,
    'Cannot use column "column" of a split in memory: expected 2 texts, got 1',
  );
  refuses(column, Uint8Array.of(1, 2), TypeError, "expected texts, got u8");
  for (const half of ["\ud83d", "x\udc69", "\udc69\ud83d"]) {
    refuses(
      column,
      ["", half],
      TypeError,
      "expected text that UTF-8 can hold, got half a surrogate pair at 1",
    );
    refuses(
      { ...TOY_COLUMNS.words },
      { offsets: Uint32Array.of(0, 1, 1), values: [half] },
      TypeError,
      "half a surrogate pair at 0",
    );
  }
  // Only untyped code gives these.
  refuses(column, JSON.parse('["a", 1]'), TypeError, "expected a text at 1, got 1");
  const doubles: unknown = Float64Array.of(1, 2);
  const number: Column = { dtype: "u8", shape: [], description: "" };
  refuses(number, doubles as Uint8Array, TypeError, "expected u8, got another kind of array");
});

Deno.test("memorySplit names what is wrong with lists", () => {
  const column: Column = { dtype: "list", of: "u8", shape: [2], description: "pairs", classes: ["a", "b"] };
  const lists = (offsets: number[], values: Lists["values"]) => ({
    offsets: Uint32Array.from(offsets),
    values,
  });
  const two = Uint8Array.of(0, 1, 1, 0);
  assertEquals(memorySplit(2, { column }, { column: lists([0, 2, 2], two) }).rows, 2);
  refuses(column, two, TypeError, "expected lists of u8, got u8");
  refuses(column, lists([0, 2, 2], ["a"]), TypeError, "expected lists of u8, got lists of texts");
  refuses(column, lists([0, 2, 2], Float32Array.of(1)), TypeError, "expected lists of u8, got lists of f32");
  refuses(column, lists([0, 2], two), RangeError, "expected 3 offsets, got 2");
  refuses(column, lists([1, 2, 2], two), RangeError, "expected offsets from 0 on, got 1");
  refuses(column, lists([0, 3, 2], two), RangeError, "expected offsets that do not descend, got 3 before 2");
  refuses(column, lists([0, 1, 1], two), RangeError, "expected 2 values in lists of 1 elements, got 4");
  refuses(column, lists([0, 2, 2], Uint8Array.of(0, 1, 2, 0)), RangeError, "expected classes below 2, got 2");
});

Deno.test("rows that are not there are errors for every kind of column", async () => {
  for (const row of [-1, ROWS, 0.5]) {
    await assertRejects(() => split.read([row]), RangeError, "expected a row");
  }
});
