import { nameOf } from "../tensor/check.ts";

/** A matrix of which only some elements are stored, row by row: a term-document matrix. */
export interface SparseMatrix {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly columns: number;
  /** Row i has the elements offsets[i] to offsets[i + 1], which is excluded: rows + 1 numbers that ascend from 0. */
  readonly offsets: Uint32Array;
  /** The column of each element, ascending within a row. */
  readonly indices: Uint32Array;
  /** The value of each element. */
  readonly values: Float64Array;
}

/**
 * The sparse matrix with the given elements, in any order; elements of one place are added in the order in which they
 * come.
 *
 * @throws {RangeError} if a place is outside the matrix, a value is not finite, or the lists differ in length.
 *
 * @example Two words in three texts
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = linalg.sparseMatrix(3, 2, [0, 2, 2], [1, 0, 0], [4, 1, 1]);
 * assertEquals(counts.offsets, Uint32Array.of(0, 1, 1, 2));
 * assertEquals([...counts.indices, ...counts.values], [1, 0, 4, 2]);
 * ```
 */
export function sparseMatrix(
  rows: number,
  columns: number,
  rowIndices: ArrayLike<number>,
  columnIndices: ArrayLike<number>,
  elements: ArrayLike<number>,
): SparseMatrix {
  const count = elements.length;
  if (rowIndices.length !== count || columnIndices.length !== count) {
    throw new RangeError(
      `Cannot make a sparse matrix: expected three lists of one length, got ${rowIndices.length}, ${columnIndices.length} and ${count}`,
    );
  }
  const check = (index: number, size: number, axis: string, e: number) => {
    if (Number.isInteger(index) && index >= 0 && index < size) return;
    throw new RangeError(
      `Cannot make a sparse matrix: expected ${axis} below ${size}, got ${nameOf(index)} for element ${e}`,
    );
  };
  // Sorted by column and then, stably, by row.
  const byColumn = sortBy(columnIndices, columns, Uint32Array.from({ length: count }, (_, e) => e), (e) => {
    check(rowIndices[e]!, rows, "rows", e);
    check(columnIndices[e]!, columns, "columns", e);
    if (!Number.isFinite(elements[e])) {
      throw new RangeError(
        `Cannot make a sparse matrix: expected finite numbers, got ${nameOf(elements[e])} for element ${e}`,
      );
    }
  });
  const order = sortBy(rowIndices, rows, byColumn);
  const offsets = new Uint32Array(rows + 1);
  const indices = new Uint32Array(count);
  const values = new Float64Array(count);
  let [stored, lastRow, lastColumn] = [0, -1, -1];
  for (const e of order) {
    const [row, column] = [rowIndices[e]!, columnIndices[e]!];
    if (row === lastRow && column === lastColumn) {
      values[stored - 1]! += elements[e]!;
      continue;
    }
    [lastRow, lastColumn] = [row, column];
    indices[stored] = column;
    values[stored++] = elements[e]!;
    offsets[row + 1]!++;
  }
  for (let i = 0; i < rows; i++) offsets[i + 1]! += offsets[i]!;
  return { rows, columns, offsets, indices: indices.slice(0, stored), values: values.slice(0, stored) };
}

/** Sorts elements by a key below `size`, stably, by counting. */
function sortBy(
  keys: ArrayLike<number>,
  size: number,
  elements: Uint32Array,
  check?: (element: number) => void,
): Uint32Array {
  if (check !== undefined) elements.forEach(check);
  const places = new Uint32Array(size + 1);
  for (const e of elements) places[keys[e]! + 1]!++;
  for (let k = 0; k < size; k++) places[k + 1]! += places[k]!;
  const sorted = new Uint32Array(elements.length);
  for (const e of elements) sorted[places[keys[e]!]!++] = e;
  return sorted;
}
