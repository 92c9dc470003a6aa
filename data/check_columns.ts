import type { Dtype, HostArray } from "@verbatim/core";
import { classesOf, isLists, isNumberColumn, isTexts, kindOf, sizeOf } from "./columns.ts";
import type { Column, ColumnValues, Rows, SplitDescription } from "./dataset.ts";

/**
 * Checks that values are the columns of a split: all of them, of the right kind and length, with lists that follow each
 * other without a gap, texts that UTF-8 can hold, and class numbers below the number of classes.
 *
 * @throws {TypeError} if a column is missing, unknown, or of another kind, or a text has half a surrogate pair.
 * @throws {RangeError} if a length, an offset or a class number is wrong.
 */
export function checkColumns(what: string, split: SplitDescription, values: Rows): void {
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(split.columns, name)) {
      throw new TypeError(
        `Cannot use ${what}: expected columns ${Object.keys(split.columns)}, got "${name}"`,
      );
    }
  }
  for (const [name, column] of Object.entries(split.columns)) {
    const found = Object.hasOwn(values, name) ? values[name] : undefined;
    if (found === undefined) throw new TypeError(`Cannot use ${what}: expected column "${name}", got none`);
    const fail = (expected: string, got: string): never => {
      throw new RangeError(`Cannot use column "${name}" of ${what}: expected ${expected}, got ${got}`);
    };
    const expected = kindOfColumn(column);
    if (kindOf(found) !== expected) {
      throw new TypeError(
        `Cannot use column "${name}" of ${what}: expected ${expected}, got ${kindOf(found)}`,
      );
    }
    checkValues(column, split.rows, found, fail, `column "${name}" of ${what}`);
  }
}

type Fail = (expected: string, got: string) => never;

function kindOfColumn(column: Column): string {
  const named = (dtype: Dtype | "utf8") => dtype === "utf8" ? "texts" : dtype;
  return column.dtype === "list" ? `lists of ${named(column.of)}` : named(column.dtype);
}

function checkValues(column: Column, rows: number, values: ColumnValues, fail: Fail, where: string): void {
  if (isTexts(values)) {
    if (values.length !== rows) fail(`${rows} texts`, `${values.length}`);
    checkTexts(values, where);
  } else if (isLists(values)) {
    const elements = checkOffsets(values.offsets, rows, fail);
    const size = column.dtype === "list" ? sizeOf(column.shape) : 1;
    if (values.values.length !== elements * size) {
      fail(`${elements * size} values in lists of ${elements} elements`, `${values.values.length}`);
    }
    if (isTexts(values.values)) checkTexts(values.values, where);
    else checkClasses(column, values.values, fail);
  } else {
    const length = isNumberColumn(column) ? rows * sizeOf(column.shape) : rows;
    if (values.length !== length) fail(`${length} elements`, `${values.length}`);
    checkClasses(column, values, fail);
  }
}

/** Checks offsets, and returns the number of elements. */
function checkOffsets(offsets: Uint32Array, rows: number, fail: Fail): number {
  if (!(offsets instanceof Uint32Array)) fail("offsets in a Uint32Array", "another kind of array");
  if (offsets.length !== rows + 1) fail(`${rows + 1} offsets`, `${offsets.length}`);
  if (offsets[0] !== 0) fail("offsets from 0 on", `${offsets[0]}`);
  for (let row = 0; row < rows; row++) {
    if (offsets[row + 1]! < offsets[row]!) {
      fail("offsets that do not descend", `${offsets[row]} before ${offsets[row + 1]}`);
    }
  }
  return offsets[rows]!;
}

function checkTexts(texts: readonly string[], where: string): void {
  for (let i = 0; i < texts.length; i++) {
    const text: unknown = texts[i];
    if (typeof text !== "string") {
      throw new TypeError(`Cannot use ${where}: expected a text at ${i}, got ${text}`);
    }
    if (!text.isWellFormed()) {
      throw new TypeError(
        `Cannot use ${where}: expected text that UTF-8 can hold, got half a surrogate pair at ${i}: ${
          JSON.stringify(text.slice(0, 80))
        }`,
      );
    }
  }
}

function checkClasses(column: Column, values: HostArray, fail: Fail): void {
  const classes = classesOf(column)?.length;
  if (classes === undefined) return;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0 && values[i]! < classes)) fail(`classes below ${classes}`, `${values[i]}`);
  }
}
