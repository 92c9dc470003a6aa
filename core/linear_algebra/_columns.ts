import type { Matrix } from "./matrix.ts";

/** Takes the columns in another order: column j of the result is column order[j]. */
export function takeColumns({ rows, columns, values }: Matrix, order: ArrayLike<number>): Matrix {
  const width = order.length;
  const taken = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) taken[i * width + j] = values[i * columns + order[j]!]!;
  }
  return { rows, columns: width, values: taken };
}

/** Negates column j; a zero becomes +0. */
export function negateColumn({ rows, columns, values }: Matrix, j: number): void {
  for (let p = j; p < rows * columns; p += columns) values[p] = 0 - values[p]!;
}

/**
 * Makes the largest element of every column of `decides` positive, of equally large ones the first, by negating columns;
 * `follows` has its columns negated with them.
 */
export function fixSigns(decides: Matrix, follows?: Matrix): void {
  const { rows, columns, values } = decides;
  for (let j = 0; j < columns; j++) {
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      const value = values[i * columns + j]!;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest >= 0) continue;
    negateColumn(decides, j);
    if (follows !== undefined) negateColumn(follows, j);
  }
}

/** The order in which the values ascend (or descend); of equal ones the first stands first. */
export function orderOf(values: Float64Array, sign: 1 | -1): number[] {
  return Array.from(values, (_, i) => i).sort((a, b) => sign * (values[a]! - values[b]!) || a - b);
}
