import type { Column, ColumnValues, Dataset, Lists, Rows } from "./dataset.ts";
import { defineDataset } from "./define_dataset.ts";
import { sha256 } from "./files/sha256.ts";

/** A column of every kind, for tests. */
export const TOY_COLUMNS = {
  score: { dtype: "f32", shape: [], description: "a number" },
  corner: { dtype: "i32", shape: [2, 2], description: "four numbers" },
  line: { dtype: "utf8", description: "a text" },
  language: { dtype: "utf8", description: "one of few texts", dictionary: true },
  tokens: { dtype: "list", of: "u32", description: "numbers" },
  path: { dtype: "list", of: "f32", shape: [2], description: "points" },
  tags: { dtype: "list", of: "u8", description: "kinds", classes: ["a", "b", "c"] },
  words: { dtype: "list", of: "utf8", description: "texts" },
} as const satisfies Record<string, Column>;

/** Rows of the data set with a column of every kind: two whole record batches and a third. */
export const TYPED_ROWS = 2500;

/** 0, 1, 2 ... */
export function upTo(rows: number): number[] {
  return Array.from({ length: rows }, (_, i) => i);
}

/** A data set with a column of every kind; its one file is the number of rows, in decimal digits. */
export function typedDataset(rows = TYPED_ROWS, decode?: Dataset["decode"]): Dataset {
  const content = new TextEncoder().encode(`${rows}`);
  const all = () => toyColumns(upTo(rows));
  return defineDataset({
    name: "toy-kinds",
    title: "Toy kinds of columns",
    description: "Columns that a program made, for tests.",
    licence: "CC0-1.0",
    citation: "None.",
    origin: "https://example.org/toy",
    notes: [],
    splitRule: "There is one split.",
    files: [{
      name: "rows.txt",
      encoding: "plain",
      sha256: sha256(content),
      bytes: content.length,
      sources: [{ kind: "url", url: "http://127.0.0.1:1/nothing" }],
    }],
    splits: { all: { rows, columns: TOY_COLUMNS } },
    decode: decode ?? (() => ({ all: all() })),
  });
}

/** Texts that have gone wrong somewhere: empty, NUL, a byte order mark, combining, astral, and the last code points. */
export const ODD_TEXTS = [
  "",
  "plain",
  "\0",
  "a\0b",
  "\ufeffmark",
  "e\u0301",
  "\u00e9",
  "\u{1f469}\u200d\u{1f4bb}",
  "\u{10ffff}",
  "\uffff",
  "\u0939\u093f\u0928\u094d\u0926\u0940",
  '\r\n\t"\\',
  "\u007f\u0080\u07ff\u0800",
];

/** What one row of the toy holds, as plain values. */
export function toyRow(row: number): Record<keyof typeof TOY_COLUMNS, unknown> {
  const text = (i: number) => ODD_TEXTS[i % ODD_TEXTS.length]!;
  const repeat = <T>(count: number, make: (i: number) => T) =>
    Array.from({ length: count }, (_, i) => make(i));
  return {
    score: row / 2,
    corner: repeat(4, (i) => 1 - 4 * row - i),
    line: text(row) + (row % 3 === 0 ? "" : `${row}`),
    language: text(row * row),
    tokens: repeat(row % 7, (i) => 4_000_000_000 + row + i),
    path: repeat((row * 5) % 4, (i) => [row, i / 4]),
    tags: repeat(row % 2 === 0 ? 0 : 3, (i) => (row + i) % 3),
    words: repeat((row * 3) % 5, (i) => text(row + i)),
  };
}

const ARRAYS = { u8: Uint8Array, f32: Float32Array, i32: Int32Array, u32: Uint32Array };

/** The toy's columns for the rows of the given numbers. */
export function toyColumns(rows: readonly number[]): Rows {
  const plain = rows.map(toyRow);
  const columns = Object.entries<Column>(TOY_COLUMNS).map(([name, column]): [string, ColumnValues] => {
    const values: unknown[] = plain.map((row) => Object.entries(row).find(([key]) => key === name)![1]);
    if (column.dtype === "utf8") return [name, values.map(String)];
    if (column.dtype !== "list") return [name, ARRAYS[column.dtype].from(values.flat().map(Number))];
    const lists = values.map((value) => Array.isArray(value) ? value : []);
    let end = 0;
    const offsets = Uint32Array.from([0, ...lists.map((list) => end += list.length)]);
    return [name, {
      offsets,
      values: column.of === "utf8"
        ? lists.flat().map(String)
        : ARRAYS[column.of].from(lists.flat(2).map(Number)),
    }];
  });
  return Object.fromEntries(columns);
}

/** The rows of columns as plain values, one object for each row. */
export function plainRows(rows: Rows, count: number): unknown[] {
  const entries = Object.entries<Column>(TOY_COLUMNS).map(([name, column]): [string, unknown[]] => {
    const values = rows[name]!;
    const size = column.dtype === "utf8" ? 1 : (column.shape ?? []).reduce((a, b) => a * b, 1);
    if (Array.isArray(values)) return [name, values];
    if (ArrayBuffer.isView(values)) return [name, size === 1 ? [...values] : inGroups([...values], size)];
    const { offsets, values: all } = values as Lists;
    const elements = size === 1 ? [...all] : inGroups([...all], size);
    return [name, Array.from({ length: count }, (_, i) => elements.slice(offsets[i], offsets[i + 1]))];
  });
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(entries.map(([name, values]) => {
      if (values.length !== count) throw new RangeError(`${name} has ${values.length} rows`);
      return [name, values[i]];
    })));
}

function inGroups(values: readonly unknown[], size: number): unknown[][] {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size));
}
