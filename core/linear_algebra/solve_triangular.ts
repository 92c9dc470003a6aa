import { checkRightSide, checkSquare } from "./_check.ts";
import { addRows } from "./_rows.ts";
import { type Matrix, transpose } from "./matrix.ts";

/** Which part of a matrix is the triangle. */
export interface TriangularOptions {
  /** The triangle that is read; the other one is taken for zeros. */
  readonly triangle: "lower" | "upper";
  /** Solve T^T X = B instead. Default: false. */
  readonly transposed?: boolean;
  /** Take the diagonal for ones, without reading it. Default: false. */
  readonly unitDiagonal?: boolean;
}

/**
 * Solves T X = B for a triangular T.
 *
 * From the first row down (lower), x_i = (b_i - sum_(k < i) t_ik x_k) / t_ii, or from the last row up (upper).
 *
 * *Shapes* n x n, n x r -> n x r. *Order* The terms are subtracted from b_i one by one, k ascending.
 * *Source* Golub and Van Loan, "Matrix Computations", section 3.1.
 *
 * @throws {RangeError} if T is not square, B has another number of rows, an element is not finite, or there is a zero on
 * the diagonal.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const t = linalg.matrix([[2, 0], [3, 4]]);
 * assertEquals(linalg.solveTriangular(t, linalg.column([2, 11]), { triangle: "lower" }), linalg.column([1, 2]));
 * ```
 */
export function solveTriangular(
  t: Matrix,
  b: Matrix,
  { triangle, transposed = false, unitDiagonal = false }: TriangularOptions,
): Matrix {
  const what = "solve a triangular system";
  if (triangle !== "lower" && triangle !== "upper") {
    throw new TypeError(`Cannot ${what}: expected "lower" or "upper", got ${triangle}`);
  }
  checkSquare(t, what);
  checkRightSide(b, t.rows, what);
  const { values } = transposed ? transpose(t) : t;
  const [n, width] = [t.rows, b.columns];
  const x = { rows: n, columns: width, values: Float64Array.from(b.values) };
  const negated = new Float64Array(n);
  const down = (triangle === "lower") !== transposed;
  for (let step = 0; step < n; step++) {
    const i = down ? step : n - 1 - step;
    const [start, end] = down ? [0, i] : [i + 1, n];
    for (let k = start; k < end; k++) negated[k] = -values[i * n + k]!;
    addRows(x.values, i * width, width, negated, start, end - start, x.values, start * width, width);
    if (unitDiagonal) continue;
    const divisor = values[i * n + i]!;
    if (divisor === 0) {
      throw new RangeError(`Cannot ${what}: expected no zero on the diagonal, got one at [${i}, ${i}]`);
    }
    for (let j = 0; j < width; j++) x.values[i * width + j]! /= divisor;
  }
  return x;
}
