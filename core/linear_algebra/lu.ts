import { checkRightSide, checkSquare } from "./_check.ts";
import { addOuter } from "./_rows.ts";
import { diagonalProduct, logarithmOf, valueOf } from "./_scaled_product.ts";
import type { Matrix } from "./matrix.ts";
import { solveTriangular } from "./solve_triangular.ts";

/** A with its rows in another order = L U. */
export interface Lu {
  /** Unit lower triangular; no element is larger than 1. */
  readonly lower: Matrix;
  /** Upper triangular; a zero on the diagonal means that A is singular. */
  readonly upper: Matrix;
  /** Row i of L U is row permutation[i] of A. */
  readonly permutation: Uint32Array;
  /** The sign of the permutation. */
  readonly sign: 1 | -1;
}

/** L below the diagonal and U on and above it, in one matrix. */
interface Packed {
  readonly values: Float64Array;
  readonly permutation: Uint32Array;
  readonly sign: 1 | -1;
}

function factor(a: Matrix, what: string): Packed {
  checkSquare(a, what);
  const n = a.rows;
  const values = Float64Array.from(a.values);
  const permutation = Uint32Array.from({ length: n }, (_, i) => i);
  const negated = new Float64Array(n);
  let sign: 1 | -1 = 1;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(values[i * n + k]!) > Math.abs(values[best * n + k]!)) best = i;
    }
    const pivot = values[best * n + k]!;
    if (pivot === 0) continue;
    if (best !== k) {
      const row = values.slice(k * n, (k + 1) * n);
      values.copyWithin(k * n, best * n, (best + 1) * n);
      values.set(row, best * n);
      [permutation[k], permutation[best]] = [permutation[best]!, permutation[k]!];
      sign = sign === 1 ? -1 : 1;
    }
    for (let i = k + 1; i < n; i++) {
      values[i * n + k]! /= pivot;
      negated[i] = -values[i * n + k]!;
    }
    const rest = n - k - 1;
    addOuter(
      values,
      (k + 1) * (n + 1),
      n,
      rest,
      rest,
      negated,
      k + 1,
      values.subarray(k * n + k + 1, (k + 1) * n),
    );
  }
  return { values, permutation, sign };
}

/**
 * The LU factorisation with partial pivoting: A with its rows in another order = L U.
 *
 * The pivot of a column is its largest remaining element, of equally large ones the first. A singular matrix has factors
 * too, with a zero on the diagonal of U.
 *
 * *Shapes* n x n. *Order* a_ij loses the terms l_ik u_kj one by one, k ascending. *Source* Golub and Van Loan, "Matrix
 * Computations", section 3.4.
 *
 * @throws {RangeError} if the matrix is not square, or an element is not finite.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { lower, upper, permutation, sign } = linalg.lu(linalg.matrix([[1, 4], [2, 2]]));
 * assertEquals([...permutation, sign], [1, 0, -1]);
 * assertEquals(lower, linalg.matrix([[1, 0], [0.5, 1]]));
 * assertEquals(upper, linalg.matrix([[2, 2], [0, 3]]));
 * ```
 */
export function lu(a: Matrix): Lu {
  const { values, permutation, sign } = factor(a, "factor a matrix into L U");
  const n = a.rows;
  const lower = { rows: n, columns: n, values: new Float64Array(n * n) };
  const upper = { rows: n, columns: n, values: new Float64Array(n * n) };
  for (let i = 0; i < n; i++) {
    lower.values.set(values.subarray(i * n, i * n + i), i * n);
    lower.values[i * n + i] = 1;
    upper.values.set(values.subarray(i * n + i, (i + 1) * n), i * n + i);
  }
  return { lower, upper, permutation, sign };
}

/**
 * Solves A X = B for a square A: by `lu`, then its two triangles. With the identity as B it gives the inverse.
 *
 * *Shapes* n x n, n x r -> n x r. *Order* Those of `lu` and `solveTriangular`.
 *
 * @throws {RangeError} if A is not square or has a pivot of exactly 0, B has another number of rows, or an element is not
 * finite.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.solve(linalg.matrix([[1, 4], [2, 2]]), linalg.column([9, 6])), linalg.column([1, 2]));
 * ```
 */
export function solve(a: Matrix, b: Matrix): Matrix {
  const what = "solve a linear system";
  const { values, permutation } = factor(a, what);
  checkRightSide(b, a.rows, what);
  for (let k = 0; k < a.rows; k++) {
    if (values[k * (a.rows + 1)] === 0) {
      throw new RangeError(`Cannot ${what}: expected a regular matrix, got pivot 0 at [${k}, ${k}]`);
    }
  }
  const { columns } = b;
  const permuted = { rows: b.rows, columns, values: new Float64Array(b.values.length) };
  permutation.forEach((from, i) => {
    permuted.values.set(b.values.subarray(from * columns, (from + 1) * columns), i * columns);
  });
  const packed = { rows: a.rows, columns: a.rows, values };
  const y = solveTriangular(packed, permuted, { triangle: "lower", unitDiagonal: true });
  return solveTriangular(packed, y, { triangle: "upper" });
}

/**
 * The determinant, by `lu`; that of the empty matrix is 1.
 *
 * *Order* The diagonal of U is multiplied ascending, with the exponent kept apart: only the result may overflow.
 *
 * @throws {RangeError} if the matrix is not square, or an element is not finite.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.determinant(linalg.matrix([[1, 4], [2, 2]])), -6);
 * ```
 */
export function determinant(a: Matrix): number {
  const { values, sign } = factor(a, "take a determinant");
  const product = diagonalProduct(values, a.rows);
  return product.significand === 0 ? 0 : sign * valueOf(product);
}

/**
 * The sign of the determinant, -1, 0 or 1, and the natural logarithm of its size, -infinity for a singular matrix.
 *
 * *Order* As `determinant`; one logarithm at the end, within some ulp.
 *
 * @throws {RangeError} if the matrix is not square, or an element is not finite.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { sign, logarithm } = linalg.logDeterminant(linalg.matrix([[1, 4], [2, 2]]));
 * assertEquals(sign, -1);
 * assertAlmostEquals(logarithm, Math.log(6), 1e-15);
 * ```
 */
export function logDeterminant(a: Matrix): { readonly sign: number; readonly logarithm: number } {
  const { values, sign } = factor(a, "take the logarithm of a determinant");
  const product = diagonalProduct(values, a.rows);
  return {
    sign: product.significand === 0 ? 0 : sign * Math.sign(product.significand),
    logarithm: logarithmOf(product),
  };
}
