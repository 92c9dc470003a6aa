import { checkFinite, checkRightSide } from "./_check.ts";
import { checkOptions, dot, type IterationOptions, type IterationResult } from "./_iteration.ts";
import { type Matrix, matrixOf } from "./matrix.ts";

/** How Kaczmarz's iteration runs. */
export interface KaczmarzOptions extends IterationOptions {
  /** The rows that a sweep takes, in this order; sweeps are counted from 0. Default: all of them, ascending. */
  readonly order?: (sweep: number) => Iterable<number>;
}

/**
 * Kaczmarz's iteration for A x = b from x = 0: one equation after the other, each step as long as makes that equation
 * right, x <- x + (b_i - a_i x) / |a_i|^2 a_i.
 *
 * It is stochastic gradient descent on |b - A x|^2, one row a step, with a rate of its own for each row; `order` draws the
 * rows. With all rows in each sweep it comes to a solution if there is one, from 0 to the one of least length, for any A
 * without rows of zeros, square or not. A sweep over the rows costs one product.
 *
 * *Shapes* A m x n, b m x 1 -> x n x 1. *Order* Rows as `order` has them; in a row and in |a_i|^2 the terms ascend from 0.
 * *Source* S. Kaczmarz (1937). Angenäherte Auflösung von Systemen linearer Gleichungen; in random order T. Strohmer,
 * R. Vershynin (2009). A randomized Kaczmarz algorithm with exponential convergence. *Differs* there each row is drawn
 * anew, with a probability in proportion to |a_i|^2.
 *
 * @throws {TypeError} if A or b has no Float64Array of values.
 * @throws {RangeError} if b does not fit, an element is not finite, a row is zero, or `order` names a row that is not there.
 *
 * @example Equations at right angles are right after one sweep
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const a = linalg.matrix([[1, 1], [1, -1]]);
 * const { x } = linalg.kaczmarz(a, linalg.column([3, 1]), { products: 1, order: () => [1, 0] });
 * assertEquals(x, linalg.column([2, 1]));
 * ```
 */
export function kaczmarz(a: Matrix, b: Matrix, options: KaczmarzOptions): IterationResult {
  const what = "solve by Kaczmarz's iteration";
  checkFinite(a, what);
  checkRightSide(b, a.rows, what);
  checkOptions(b, options, what);
  const { products: most, tolerance = 0, watch, order = () => Array(a.rows).keys() } = options;
  const rowOf = (i: number) => a.values.subarray(i * a.columns, (i + 1) * a.columns);
  const squares = Float64Array.from({ length: a.rows }, (_, i) => {
    const square = dot(rowOf(i), rowOf(i));
    if (square === 0) throw new RangeError(`Cannot ${what}: expected no row of zeros, got one at ${i}`);
    return square;
  });
  const x = new Float64Array(a.columns);
  const size = Math.sqrt(dot(b.values, b.values));
  let products = 0;
  let left = size;
  while (products < most && left > tolerance * size) {
    let met = 0;
    for (const i of order(products)) {
      if (!Number.isInteger(i) || i < 0 || i >= a.rows) {
        throw new RangeError(`Cannot ${what}: expected rows from 0 to ${a.rows - 1}, got ${i}`);
      }
      const row = rowOf(i);
      const residual = b.values[i]! - dot(row, x);
      met += residual * residual;
      const step = residual / squares[i]!;
      for (let j = 0; j < x.length; j++) x[j]! += step * row[j]!;
    }
    left = Math.sqrt(met);
    products++;
    if (watch?.(x, products)) break;
  }
  return { x: matrixOf(a.columns, 1, x), products, residual: size === 0 ? 0 : left / size };
}
