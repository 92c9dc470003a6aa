/**
 * Iterations for A x = b that do the same in every step: gradient descent, Jacobi, Gauss and Seidel.
 *
 * @module
 */
import {
  checkIteration,
  dot,
  inverseDiagonal,
  type IterationOptions,
  type IterationResult,
  product,
} from "./_iteration.ts";
import { type Matrix, matrixOf } from "./matrix.ts";

/**
 * Gradient descent on 1/2 x^T A x - b^T x from x = 0, with a constant rate: x <- x + rate (b - A x).
 *
 * For a symmetric A with eigenvalues from l to L it converges if 0 < rate < 2 / L; rate = 2 / (l + L) is the best one, and
 * then each step leaves (c - 1) / (c + 1) of the error or less, c = L / l.
 *
 * *Shapes* A n x n, b n x 1 -> x n x 1. *Order* Products ascend from 0. *Source* L. Richardson (1911). The approximate
 * arithmetical solution by finite differences.
 *
 * @throws {RangeError} if A is not square, b does not fit, or an element is not finite.
 *
 * @example The best rate leaves half the error in each step
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[1, 0], [0, 3]]);
 * const { x } = linalg.gradientDescent(a, linalg.column([1, 3]), { rate: 0.5, products: 2 });
 * assertEquals(x, linalg.column([0.75, 0.75]));
 * ```
 */
export function gradientDescent(
  a: Matrix,
  b: Matrix,
  options: IterationOptions & { readonly rate: number },
): IterationResult {
  const what = "solve by gradient descent";
  checkIteration(a, b, options, what);
  const { rate } = options;
  return byResiduals(a, b, options, () => rate);
}

/**
 * Jacobi's iteration from x = 0: x <- x + D^-1 (b - A x), D the diagonal of A.
 *
 * It converges if every row's diagonal element is larger than the others' sum, or A and 2 D - A are both positive definite;
 * otherwise it may diverge.
 *
 * *Shapes* A n x n, b n x 1 -> x n x 1. *Order* Products ascend from 0. *Source* Golub and Van Loan, "Matrix Computations",
 * section 11.2.
 *
 * @throws {RangeError} if A is not square, b does not fit, an element is not finite or one of the diagonal not above 0.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[2, 1], [1, 2]]);
 * assertEquals(linalg.jacobi(a, linalg.column([3, 3]), { products: 2 }).x, linalg.column([0.75, 0.75]));
 * ```
 */
export function jacobi(a: Matrix, b: Matrix, options: IterationOptions): IterationResult {
  const what = "solve by Jacobi's iteration";
  checkIteration(a, b, options, what);
  const inverse = inverseDiagonal(a, what);
  return byResiduals(a, b, options, (i) => inverse[i]!);
}

/**
 * The iteration of Gauss and Seidel from x = 0: each row in turn is solved for its own unknown, with the newest values of the
 * others. A sweep over the rows costs one product. It converges for every symmetric positive definite A.
 *
 * *Shapes* A n x n, b n x 1 -> x n x 1. *Order* Rows ascend; in a row the terms ascend from 0.
 * *Source* Golub and Van Loan, "Matrix Computations", section 11.2.
 *
 * @throws {RangeError} if A is not square, b does not fit, an element is not finite or one of the diagonal not above 0.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[2, 1], [1, 2]]);
 * assertEquals(linalg.gaussSeidel(a, linalg.column([3, 3]), { products: 2 }).x, linalg.column([1.125, 0.9375]));
 * ```
 */
export function gaussSeidel(a: Matrix, b: Matrix, options: IterationOptions): IterationResult {
  const what = "solve by Gauss and Seidel's iteration";
  checkIteration(a, b, options, what);
  const inverse = inverseDiagonal(a, what);
  return iterate(a, b, options, (x) => {
    const left = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      let sum = 0;
      for (let j = 0; j < x.length; j++) sum += a.values[i * a.columns + j]! * x[j]!;
      left[i] = b.values[i]! - sum;
      x[i]! += inverse[i]! * left[i]!;
    }
    return left;
  });
}

/** x_i += factor_i (b - A x)_i, all at once. */
function byResiduals(
  a: Matrix,
  b: Matrix,
  options: IterationOptions,
  factor: (i: number) => number,
): IterationResult {
  return iterate(a, b, options, (x) => {
    const left = product(a, x).map((value, i) => b.values[i]! - value);
    for (let i = 0; i < x.length; i++) x[i]! += factor(i) * left[i]!;
    return left;
  });
}

/** Sweeps until the residuals, as the sweep met them, are small, or no product is left. */
function iterate(
  a: Matrix,
  b: Matrix,
  { products: most, tolerance = 0, watch }: IterationOptions,
  sweep: (x: Float64Array) => Float64Array,
): IterationResult {
  const x = new Float64Array(a.rows);
  const size = Math.sqrt(dot(b.values, b.values));
  let products = 0;
  let left = size;
  while (products < most && left > tolerance * size) {
    const residual = sweep(x);
    left = Math.sqrt(dot(residual, residual));
    products++;
    if (watch?.(x, products)) break;
  }
  return { x: matrixOf(a.rows, 1, x), products, residual: size === 0 ? 0 : left / size };
}
