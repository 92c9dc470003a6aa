import { BYTES_PER_ELEMENT, type Dtype, type HostArray, viewAs } from "@verbatim/core";
import { dtypeOf, isLists, isNumbers, isTexts, sizeOf } from "./columns.ts";
import type { Column, ColumnValues, Lists, NumberColumn } from "./dataset.ts";

/** Rows chosen from several parts, such as record batches: row i is row `rows[i]` of part `parts[i]`. */
export interface Picks {
  readonly parts: ArrayLike<number>;
  readonly rows: ArrayLike<number>;
}

/** Copies the chosen rows of a column, in their order. The parts must hold values of that column. */
export function gatherColumn(column: Column, parts: readonly ColumnValues[], picks: Picks): ColumnValues {
  switch (column.dtype) {
    case "utf8":
      return gatherTexts(parts.filter(isTexts), picks);
    case "list":
      return gatherLists(column.of, sizeOf(column.shape), parts.filter(isLists), picks);
    default:
      return gatherNumbers(column, parts.filter(isNumbers), picks);
  }
}

function gatherTexts(from: readonly (readonly string[])[], { parts, rows }: Picks): readonly string[] {
  const to = new Array<string>(rows.length);
  for (let i = 0; i < rows.length; i++) to[i] = from[parts[i]!]![rows[i]!]!;
  return to;
}

function gatherNumbers(column: NumberColumn, from: readonly HostArray[], { parts, rows }: Picks): HostArray {
  const size = sizeOf(column.shape);
  const to = allocate(column.dtype, rows.length * size);
  if (size === 1) {
    for (let i = 0; i < rows.length; i++) to[i] = from[parts[i]!]![rows[i]!]!;
    return to;
  }
  for (let i = 0; i < rows.length; i++) {
    const start = rows[i]! * size;
    to.set(from[parts[i]!]!.subarray(start, start + size), i * size);
  }
  return to;
}

function gatherLists(
  of: Dtype | "utf8",
  size: number,
  from: readonly Lists[],
  { parts, rows }: Picks,
): Lists {
  const offsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const part = from[parts[i]!]!.offsets;
    offsets[i + 1] = nextOffset(offsets[i]!, part[rows[i]! + 1]! - part[rows[i]!]!);
  }
  const elements = offsets[rows.length]!;
  const texts: string[] = new Array<string>(of === "utf8" ? elements : 0);
  const numbers = of === "utf8" ? undefined : allocate(of, elements * size);
  for (let i = 0; i < rows.length; i++) {
    const part = from[parts[i]!]!;
    const start = part.offsets[rows[i]!]!;
    const end = part.offsets[rows[i]! + 1]!;
    if (isNumbers(part.values)) {
      numbers?.set(part.values.subarray(start * size, end * size), offsets[i]! * size);
    } else for (let e = start; e < end; e++) texts[offsets[i]! + e - start] = part.values[e]!;
  }
  return { offsets, values: numbers ?? texts };
}

/** Where the next list starts. @throws {RangeError} if that is more than a u32 holds. */
function nextOffset(offset: number, length: number): number {
  const next = offset + length;
  if (next >= 2 ** 32) {
    throw new RangeError(`Cannot join lists: expected at most ${2 ** 32 - 1} elements, got ${next} or more`);
  }
  return next;
}

/** Zeros of a dtype. */
function allocate(dtype: Dtype, length: number): HostArray {
  return viewAs(dtype, new ArrayBuffer(length * BYTES_PER_ELEMENT[dtype]), 0, length);
}

/** The rows [start, end) of a column's values; the numbers are a view. */
export function sliceColumn(column: Column, values: ColumnValues, start: number, end: number): ColumnValues {
  const size = column.dtype === "utf8" ? 1 : sizeOf(column.shape);
  if (isTexts(values)) return values.slice(start, end);
  if (isNumbers(values)) return values.subarray(start * size, end * size);
  const first = values.offsets[start]!;
  const last = values.offsets[end]!;
  return {
    offsets: values.offsets.slice(start, end + 1).map((offset) => offset - first),
    values: isTexts(values.values)
      ? values.values.slice(first, last)
      : values.values.subarray(first * size, last * size),
  };
}

/** A copy of a column's values. */
export function copyColumn(values: ColumnValues): ColumnValues {
  if (!isLists(values)) return values.slice();
  return { offsets: values.offsets.slice(), values: values.values.slice() };
}

/** The rows of one or more parts of a column, one part after the other; of one part, that part itself. */
export function joinColumns(parts: readonly ColumnValues[]): ColumnValues {
  const [first] = parts;
  if (first === undefined) throw new RangeError("Cannot join columns: expected at least one, got none");
  if (parts.length === 1) return first;
  return isLists(first) ? joinLists(parts.filter(isLists)) : joinPlain(parts);
}

function joinLists(parts: readonly Lists[]): Lists {
  const offsets = new Uint32Array(parts.reduce((rows, part) => rows + part.offsets.length - 1, 1));
  let row = 0;
  for (const part of parts) {
    for (let i = 1; i < part.offsets.length; i++, row++) {
      offsets[row + 1] = nextOffset(offsets[row]!, part.offsets[i]! - part.offsets[i - 1]!);
    }
  }
  return { offsets, values: joinPlain(parts.map(({ values }) => values)) };
}

function joinPlain(parts: readonly ColumnValues[]): HostArray | readonly string[] {
  const numbers = parts.filter(isNumbers);
  const [first] = numbers;
  if (first === undefined) return parts.filter(isTexts).flat();
  const joined = allocate(dtypeOf(first), numbers.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of numbers) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
