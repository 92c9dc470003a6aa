import { checkFinite, checkRightSide, sizesOf } from "./_check.ts";
import { reflect } from "./_reflectors.ts";
import { addRows } from "./_rows.ts";
import { type Matrix, transpose } from "./matrix.ts";
import { defaultTolerance, rankOf, reflectedQr } from "./qr.ts";
import { solveTriangular } from "./solve_triangular.ts";
import { svd } from "./svd.ts";

/**
 * The X that minimises |A X - B|, for each column of B by itself, by QR with column pivoting: R (P^T X) = Q^T B.
 *
 * The error is about eps times the condition number of A (its square comes in only with the size of the residual), where
 * normal equations have eps times its square.
 *
 * *Shapes* A m x n, B m x r -> X n x r. *Order* The reflections of `pivotedQr` go over B as they do over A; then
 * `solveTriangular`. *Source* Golub and Van Loan, "Matrix Computations", section 5.3.
 *
 * @param tolerance Diagonal elements of R up to tolerance times the first mean dependent columns. Default: max(m, n) 2^-52.
 * @throws {RangeError} if the columns of A depend on each other (as they do if it is wide), B has another number of rows,
 * or an element is not finite.
 *
 * @example The line through (0, 1), (1, 3) and (2, 5)
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const line = linalg.leastSquares(linalg.matrix([[1, 0], [1, 1], [1, 2]]), linalg.column([1, 3, 5]));
 * assertAlmostEquals(line.values[0]!, 1, 1e-14);
 * assertAlmostEquals(line.values[1]!, 2, 1e-14);
 * ```
 */
export function leastSquares(
  a: Matrix,
  b: Matrix,
  tolerance: number = defaultTolerance(a.rows, a.columns),
): Matrix {
  const what = "fit by least squares";
  checkFinite(a, what);
  checkRightSide(b, a.rows, what);
  const [n, width] = [a.columns, b.columns];
  const parts = reflectedQr(a, true);
  const rank = rankOf(parts, n, tolerance);
  if (rank < n) {
    throw new RangeError(
      `Cannot ${what}: expected independent columns, got rank ${rank} of ${
        sizesOf(a)
      }; see minimumNormSolution`,
    );
  }
  const { reflectors, work, factor, permutation } = parts;
  const projected = Float64Array.from(b.values);
  const row = new Float64Array(width);
  for (let k = 0; k < n; k++) reflect(reflectors, k, projected, width, 0, row);
  const upper = { rows: n, columns: n, values: work.subarray(0, n * n) };
  const right = { rows: n, columns: width, values: projected.subarray(0, n * width) };
  const solution = solveTriangular(upper, right, { triangle: "upper" });
  const x = { rows: n, columns: width, values: new Float64Array(n * width) };
  permutation.forEach((to, i) => {
    for (let j = 0; j < width; j++) x.values[to * width + j] = solution.values[i * width + j]! * factor;
  });
  return x;
}

/**
 * Of all X that minimise |A X - B| the smallest, X = V diag(1/s) U^T B over the singular values above the tolerance: for
 * dependent columns, and for fewer rows than columns.
 *
 * *Shapes* A m x n, B m x r -> X n x r. *Order* `svd`; then y_k = (sum_i u_ik b_i) / s_k, i ascending from 0, and
 * x_j = sum_k v_jk y_k, k ascending from 0. *Source* Golub and Van Loan, "Matrix Computations", section 5.5.
 *
 * @param tolerance Singular values up to tolerance times the largest count as zeros. Default: max(m, n) 2^-52.
 * @throws {RangeError} if B has another number of rows, or an element is not finite.
 *
 * @example One equation for two numbers: the nearest to the origin
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { values } = linalg.minimumNormSolution(linalg.matrix([[1, 1]]), linalg.column([2]));
 * values.forEach((value) => assertAlmostEquals(value, 1, 1e-15));
 * ```
 */
export function minimumNormSolution(
  a: Matrix,
  b: Matrix,
  tolerance: number = defaultTolerance(a.rows, a.columns),
): Matrix {
  const what = "find the solution of least norm";
  checkFinite(a, what);
  checkRightSide(b, a.rows, what);
  const { u, s, v } = svd(a);
  const width = b.columns;
  const x = { rows: a.columns, columns: width, values: new Float64Array(a.columns * width) };
  const across = transpose(u).values;
  let rank = 0;
  while (rank < s.length && s[rank]! > tolerance * s[0]!) rank++;
  const y = new Float64Array(rank * width);
  for (let k = 0; k < rank; k++) {
    addRows(y, k * width, width, across, k * a.rows, a.rows, b.values, 0, width);
    for (let j = 0; j < width; j++) y[k * width + j]! /= s[k]!;
  }
  for (let j = 0; j < a.columns; j++) {
    addRows(x.values, j * width, width, v.values, j * v.columns, rank, y, 0, width);
  }
  return x;
}
