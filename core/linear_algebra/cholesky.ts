import { checkRightSide, checkSquare } from "./_check.ts";
import { addRows } from "./_rows.ts";
import { diagonalProduct, logarithmOf } from "./_scaled_product.ts";
import { identity, type Matrix, transpose } from "./matrix.ts";
import { solveTriangular } from "./solve_triangular.ts";

/**
 * The Cholesky factor of a symmetric positive definite matrix: the lower triangular L with A = L L^T. Only the lower
 * triangle of A is read.
 *
 * l_jj = sqrt(a_jj - sum_(k < j) l_jk^2), l_ij = (a_ij - sum_(k < j) l_ik l_jk) / l_jj, with a positive diagonal, which
 * makes L unique.
 *
 * *Shapes* n x n -> n x n. *Order* The terms are subtracted from a_ij one by one, k ascending.
 * *Source* Golub and Van Loan, "Matrix Computations", section 4.2.
 *
 * @throws {RangeError} if the matrix is not square, has an element that is not finite, or is not positive definite within
 * rounding; the message names the pivot.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.cholesky(linalg.matrix([[4, 2], [2, 10]])), linalg.matrix([[2, 0], [1, 3]]));
 * ```
 */
export function cholesky(a: Matrix): Matrix {
  checkSquare(a, "factor a matrix by Cholesky");
  const n = a.rows;
  // R = L^T, row by row: what is subtracted from a row of R are rows above.
  const upper = transpose(a);
  const { values } = upper;
  const negated = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    values.fill(0, j * n, j * n + j);
    for (let k = 0; k < j; k++) negated[k] = -values[k * n + j]!;
    addRows(values, j * n + j, n - j, negated, 0, j, values, j, n);
    const pivot = values[j * n + j]!;
    if (!(pivot > 0)) {
      throw new RangeError(
        `Cannot factor a matrix by Cholesky: expected a positive definite one, got pivot ${pivot} at [${j}, ${j}]`,
      );
    }
    const root = Math.sqrt(pivot);
    for (let i = j; i < n; i++) values[j * n + i]! /= root;
    values[j * n + j] = root;
  }
  return transpose(upper);
}

/**
 * Solves A X = B with the Cholesky factor L of A: L Y = B, then L^T X = Y.
 *
 * *Shapes* L n x n, B n x r -> n x r. *Order* That of `solveTriangular`, twice.
 *
 * @throws {RangeError} as `solveTriangular` does.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const lower = linalg.cholesky(linalg.matrix([[4, 2], [2, 10]]));
 * assertEquals(linalg.choleskySolve(lower, linalg.column([8, 22])), linalg.column([1, 2]));
 * ```
 */
export function choleskySolve(lower: Matrix, b: Matrix): Matrix {
  checkRightSide(b, lower.rows, "solve a system with a Cholesky factor");
  const y = solveTriangular(lower, b, { triangle: "lower" });
  return solveTriangular(lower, y, { triangle: "lower", transposed: true });
}

/**
 * The diagonal of the inverse of A, from its Cholesky factor L: what variances of estimates are made of.
 *
 * (A^-1)_jj = sum_i m_ij^2 with M = L^-1.
 *
 * *Shapes* L n x n -> n. *Order* M by `solveTriangular`; i ascending from 0.
 *
 * @throws {RangeError} as `solveTriangular` does.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [first, second] = linalg.choleskyInverseDiagonal(linalg.cholesky(linalg.matrix([[4, 2], [2, 10]])));
 * assertAlmostEquals(first!, 10 / 36, 1e-15);
 * assertAlmostEquals(second!, 4 / 36, 1e-15);
 * ```
 */
export function choleskyInverseDiagonal(lower: Matrix): Float64Array {
  const n = lower.rows;
  const { values } = solveTriangular(lower, identity(n), { triangle: "lower" });
  const diagonal = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) diagonal[j]! += values[i * n + j]! * values[i * n + j]!;
  }
  return diagonal;
}

/**
 * The natural logarithm of the determinant of A, from its Cholesky factor L: 2 log(l_00 l_11 ...).
 *
 * *Order* The product ascends, its exponent kept apart; one logarithm at the end, within some ulp.
 *
 * @throws {RangeError} if L is not square or has an element that is not finite.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const lower = linalg.cholesky(linalg.matrix([[4, 2], [2, 10]]));
 * assertAlmostEquals(linalg.choleskyLogDeterminant(lower), Math.log(36), 1e-15);
 * ```
 */
export function choleskyLogDeterminant(lower: Matrix): number {
  checkSquare(lower, "take the determinant of a Cholesky factor");
  return 2 * logarithmOf(diagonalProduct(lower.values, lower.rows));
}
