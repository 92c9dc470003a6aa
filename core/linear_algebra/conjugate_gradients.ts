import {
  checkIteration,
  dot,
  inverseDiagonal,
  type IterationOptions,
  type IterationResult,
  product,
} from "./_iteration.ts";
import { type Matrix, matrixOf } from "./matrix.ts";

export type { IterationOptions, IterationResult };

/** How conjugate gradients run. */
export interface ConjugateGradientsOptions extends IterationOptions {
  /** "diagonal": the method runs on D^-1/2 A D^-1/2, D the diagonal of A (Jacobi's preconditioner). Default "none". */
  readonly preconditioner?: "none" | "diagonal";
}

/**
 * Solves A x = b for a symmetric positive definite A by conjugate gradients from x = 0, with one product with A in each step.
 *
 * The k-th iterate has the least (x - x*)^T A (x - x*) in the span of b, A b, ..., A^(k-1) b: without rounding it arrives
 * after n steps, and after k steps the error, in that norm, has fallen to
 * 2 ((sqrt(c) - 1) / (sqrt(c) + 1))^k or less, c the condition number.
 *
 * *Shapes* A n x n, b n x 1 -> x n x 1. *Order* Products and scalar products ascend from 0; the residual is carried by its
 * recurrence. *Source* M. Hestenes, E. Stiefel (1952). Methods of conjugate gradients for solving linear systems.
 *
 * @throws {RangeError} if A is not square or found not to be positive definite, b does not fit, or an element is not finite.
 *
 * @example Two steps for two unknowns
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[4, 1], [1, 3]]);
 * const { x } = linalg.conjugateGradients(a, linalg.column([1, 2]), { products: 2 });
 * assertAlmostEquals(x.values[0]!, 1 / 11, 1e-15);
 * assertAlmostEquals(x.values[1]!, 7 / 11, 1e-15);
 * ```
 */
export function conjugateGradients(
  a: Matrix,
  b: Matrix,
  options: ConjugateGradientsOptions,
): IterationResult {
  const what = "solve by conjugate gradients";
  checkIteration(a, b, options, what);
  const { tolerance = 0, preconditioner = "none", watch } = options;
  const inverse = inverseDiagonal(a, what);
  const prepare = (r: Float64Array) =>
    preconditioner === "diagonal" ? r.map((value, i) => value * inverse[i]!) : r;
  const x = new Float64Array(a.rows);
  const r = Float64Array.from(b.values);
  const size = Math.sqrt(dot(r, r));
  let z = prepare(r);
  let direction = Float64Array.from(z);
  let rz = dot(r, z);
  let left = size;
  let products = 0;
  while (products < options.products && left > tolerance * size && rz > 0) {
    const image = product(a, direction);
    const curvature = dot(direction, image);
    if (!(curvature > 0)) {
      throw new RangeError(`Cannot ${what}: expected a positive definite matrix, got d^T A d = ${curvature}`);
    }
    const alpha = rz / curvature;
    for (let i = 0; i < x.length; i++) {
      x[i]! += alpha * direction[i]!;
      r[i]! -= alpha * image[i]!;
    }
    products++;
    left = Math.sqrt(dot(r, r));
    if (watch?.(x, products)) break;
    z = prepare(r);
    const next = dot(r, z);
    const beta = next / rz;
    direction = direction.map((value, i) => z[i]! + beta * value);
    rz = next;
  }
  return { x: matrixOf(a.rows, 1, x), products, residual: size === 0 ? 0 : left / size };
}
