import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "@verbatim/core";
import type { Column, Dataset, Rows, SplitDescription } from "./dataset.ts";

/** The number of elements of one row of a column: the product of its shape. */
export function elementsPerRow(column: Column): number {
  return column.shape.reduce((product, size) => product * size, 1);
}

/** The number of bytes of one row of a column. */
export function bytesPerRow(column: Column): number {
  return elementsPerRow(column) * BYTES_PER_ELEMENT[column.dtype];
}

/** The dtype whose elements an array holds. */
export function dtypeOf(array: HostArray): Dtype {
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof Uint32Array) return "u32";
  return "u8";
}

/** The bytes of an array, without a copy. */
export function bytesOf(array: HostArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Zeros for `rows` rows of a column. */
export function allocateColumn(column: Column, rows: number): HostArray {
  const length = rows * elementsPerRow(column);
  return viewAs(column.dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[column.dtype]), 0, length);
}

/**
 * Checks that arrays are the columns of a split: all of them, with the right dtype and length, and class numbers below
 * the number of classes.
 *
 * @throws {TypeError} if a column is missing, unknown, or of another dtype.
 * @throws {RangeError} if its length or a class number is wrong.
 */
export function checkColumns(what: string, split: SplitDescription, columns: Rows): void {
  for (const name of Object.keys(columns)) {
    if (!Object.hasOwn(split.columns, name)) {
      throw new TypeError(
        `Cannot use ${what}: expected columns ${Object.keys(split.columns)}, got "${name}"`,
      );
    }
  }
  for (const [name, column] of Object.entries(split.columns)) {
    const values = columns[name];
    if (values === undefined) throw new TypeError(`Cannot use ${what}: expected column "${name}", got none`);
    if (dtypeOf(values) !== column.dtype) {
      throw new TypeError(
        `Cannot use column "${name}" of ${what}: expected ${column.dtype}, got ${dtypeOf(values)}`,
      );
    }
    const length = split.rows * elementsPerRow(column);
    if (values.length !== length) {
      throw new RangeError(
        `Cannot use column "${name}" of ${what}: expected ${length} elements, got ${values.length}`,
      );
    }
    const classes = column.classes?.length;
    if (classes === undefined) continue;
    const index = values.findIndex((value) => !(value >= 0 && value < classes));
    if (index >= 0) {
      throw new RangeError(
        `Cannot use column "${name}" of ${what}: expected classes below ${classes}, got ${values[index]}`,
      );
    }
  }
}

/**
 * The values of one column.
 *
 * @throws {RangeError} if there is no such column.
 */
export function columnOf(values: Rows, name: string): HostArray {
  const column = values[name];
  if (column === undefined) {
    throw new RangeError(`Cannot read column "${name}": expected one of ${Object.keys(values)}, got none`);
  }
  return column;
}

/**
 * The description of one split.
 *
 * @throws {RangeError} if the data set has no such split.
 */
export function splitOf(dataset: Dataset, name: string): SplitDescription {
  const split = dataset.splits[name];
  if (split === undefined) throw unknownSplit(dataset, name);
  return split;
}

/** The error for a split that a data set does not have. */
export function unknownSplit(dataset: Dataset, name: string): RangeError {
  const known = Object.keys(dataset.splits).join(", ");
  return new RangeError(`Cannot open a split of "${dataset.name}": expected one of ${known}, got "${name}"`);
}

/**
 * Checks row numbers.
 *
 * @throws {RangeError} if one is not a whole number in [0, rows).
 */
export function checkRows(rows: ArrayLike<number>, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(row >= 0 && row < count && row === Math.floor(row))) {
      throw new RangeError(
        `Cannot read row ${row}: expected a row of the split, 0 to ${count - 1}, got ${row}`,
      );
    }
  }
}

/**
 * Checks the ends of a slice.
 *
 * @throws {RangeError} if they are not 0 <= start < end <= rows.
 */
export function checkSlice(start: number, end: number, rows: number): void {
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > rows || start >= end) {
    throw new RangeError(
      `Cannot slice a split: expected 0 <= start < end <= ${rows}, got [${start}, ${end})`,
    );
  }
}
