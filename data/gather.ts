import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "@verbatim/core";
import { dtypeOf, isLists, isNumbers, isTexts, sizeOf } from "./columns.ts";
import type { Column, ColumnValues, Lists } from "./dataset.ts";

/** Zeros of a dtype. */
export function allocate(dtype: Dtype, length: number): HostArray {
  return viewAs(dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]), 0, length);
}

/** Values of one element of a column: of a row, or of a list. */
export function elementSize(column: Column): number {
  return column.dtype === "utf8" ? 1 : sizeOf(column.shape);
}

/**
 * Copies numbers: those of row `rows[i]` in `from` to row i of `to`, `size` numbers each.
 */
export function copyRows(
  from: HostArray,
  rows: ArrayLike<number>,
  first: number,
  size: number,
  to: HostArray,
): void {
  if (size === 1) {
    for (let i = 0; i < rows.length; i++) to[i] = from[first + rows[i]!]!;
    return;
  }
  for (let i = 0; i < rows.length; i++) {
    const start = (first + rows[i]!) * size;
    to.set(from.subarray(start, start + size), i * size);
  }
}

/** Copies rows `first + rows[i]` of a column's values, in the given order. The rows must be there. */
export function gatherColumn(
  column: Column,
  values: ColumnValues,
  rows: ArrayLike<number>,
  first: number,
): ColumnValues {
  const size = elementSize(column);
  if (isTexts(values)) return Array.from(rows, (row) => values[first + row]!);
  if (isLists(values)) return gatherLists(values, rows, first, size);
  const to = allocate(dtypeOf(values), rows.length * size);
  copyRows(values, rows, first, size, to);
  return to;
}

function gatherLists(lists: Lists, rows: ArrayLike<number>, first: number, size: number): Lists {
  const from = lists.offsets;
  const offsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = first + rows[i]!;
    offsets[i + 1] = nextOffset(offsets[i]!, from[row + 1]! - from[row]!);
  }
  const { values } = lists;
  if (isTexts(values)) {
    const texts: string[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = first + rows[i]!;
      for (let element = from[row]!; element < from[row + 1]!; element++) texts.push(values[element]!);
    }
    return { offsets, values: texts };
  }
  const to = allocate(dtypeOf(values), offsets[rows.length]! * size);
  for (let i = 0; i < rows.length; i++) {
    const row = first + rows[i]!;
    to.set(values.subarray(from[row]! * size, from[row + 1]! * size), offsets[i]! * size);
  }
  return { offsets, values: to };
}

/** Where the next list starts. @throws {RangeError} if that is more than a u32 holds. */
export function nextOffset(offset: number, length: number): number {
  const next = offset + length;
  if (next >= 2 ** 32) {
    throw new RangeError(`Cannot join lists: expected at most ${2 ** 32 - 1} elements, got ${next} or more`);
  }
  return next;
}

/** The rows [start, end) of a column's values, without a copy of the numbers or of the texts. */
export function sliceColumn(column: Column, values: ColumnValues, start: number, end: number): ColumnValues {
  const size = elementSize(column);
  if (isTexts(values)) return values.slice(start, end);
  if (!isLists(values)) return values.subarray(start * size, end * size);
  const first = values.offsets[start]!;
  const last = values.offsets[end]!;
  return {
    offsets: values.offsets.slice(start, end + 1).map((offset) => offset - first),
    values: isTexts(values.values)
      ? values.values.slice(first, last)
      : values.values.subarray(first * size, last * size),
  };
}

/** The rows of several parts of one column, one part after the other. There must be a part. */
export function joinColumns(parts: readonly ColumnValues[]): ColumnValues {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? [];
  if (isTexts(first)) return parts.filter(isTexts).flat();
  if (!isLists(first)) return joinNumbers(parts.filter(isNumbers));
  const lists = parts.filter(isLists);
  const offsets = new Uint32Array(lists.reduce((rows, part) => rows + part.offsets.length - 1, 1));
  let row = 0;
  for (const part of lists) {
    for (let i = 1; i < part.offsets.length; i++, row++) {
      offsets[row + 1] = nextOffset(offsets[row]!, part.offsets[i]! - part.offsets[i - 1]!);
    }
  }
  const values = joinColumns(lists.map((part) => part.values));
  if (isLists(values)) {
    throw new TypeError("Cannot join lists: expected numbers or texts, got lists of lists");
  }
  return { offsets, values };
}

function joinNumbers(parts: readonly HostArray[]): HostArray {
  const joined = allocate(dtypeOf(parts[0]!), parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
