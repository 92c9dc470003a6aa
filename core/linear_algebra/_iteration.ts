import { checkRightSide, checkSquare } from "./_check.ts";
import { rowProducts } from "./_rows.ts";
import type { Matrix } from "./matrix.ts";

/** When an iteration for a linear system ends, and who looks on. */
export interface IterationOptions {
  /** At most so many products with the matrix (a sweep of Gauss and Seidel is one). */
  readonly products: number;
  /** Ends when |b - A x| is not above tolerance |b|; default 0. */
  readonly tolerance?: number;
  /** Is shown x after each product, counted from 1; ends the iteration by true. x is only lent. */
  readonly watch?: (x: Float64Array, products: number) => boolean | void;
}

/** Where an iteration for a linear system ended. */
export interface IterationResult {
  /** The last iterate. */
  readonly x: Matrix;
  /** Products with the matrix that were spent. */
  readonly products: number;
  /** |b - A x| / |b| as the method carries it; 0 for b = 0. */
  readonly residual: number;
}

/** @throws {TypeError} {RangeError} unless A is square, b one column of as many rows, and the options make sense. */
export function checkIteration(a: Matrix, b: Matrix, options: IterationOptions, what: string): void {
  checkSquare(a, what);
  checkRightSide(b, a.rows, what);
  checkOptions(b, options, what);
}

/** @throws {RangeError} unless b has one column and the options make sense. */
export function checkOptions(b: Matrix, options: IterationOptions, what: string): void {
  if (b.columns !== 1) {
    throw new RangeError(`Cannot ${what}: expected one right-hand side, got ${b.columns}`);
  }
  const { products, tolerance = 0 } = options;
  if (!Number.isInteger(products) || products < 0) {
    throw new RangeError(`Cannot ${what}: expected a whole number of products, got ${products}`);
  }
  if (!(tolerance >= 0)) {
    throw new RangeError(`Cannot ${what}: expected a tolerance of 0 or more, got ${tolerance}`);
  }
}

/** 1 / a_ii. @throws {RangeError} if one is not above 0. */
export function inverseDiagonal(a: Matrix, what: string): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, i) => {
    const value = a.values[i * a.columns + i]!;
    if (!(value > 0)) {
      throw new RangeError(`Cannot ${what}: expected a diagonal above 0, got ${value} at [${i}, ${i}]`);
    }
    return 1 / value;
  });
}

/** A x. */
export function product(a: Matrix, x: Float64Array): Float64Array {
  const out = new Float64Array(a.rows);
  rowProducts(out, a.values, 0, a.columns, a.rows, a.columns, x);
  return out;
}

/** The scalar product, its terms ascending. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
