/**
 * Ways to solve A x = b for a symmetric positive definite A, in binary64: each returns x after so many products with A.
 *
 * @module
 */
import { type Key, linalg, normal } from "@verbatim/core";

/** A system whose solution is known. */
export interface LinearSystem {
  readonly a: linalg.Matrix;
  readonly b: Float64Array;
  readonly solution: Float64Array;
  /** Least and largest eigenvalue of A. */
  readonly least: number;
  readonly largest: number;
}

const dot = (x: Float64Array, y: Float64Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
const times = (a: linalg.Matrix, x: Float64Array) => linalg.multiply(a, linalg.column(x)).values;

/** The length of x - y over that of y. */
export function relativeError(x: Float64Array, y: Float64Array): number {
  const difference = x.map((value, i) => value - y[i]!);
  return Math.sqrt(dot(difference, difference) / dot(y, y));
}

/**
 * A = Q diag(e) Q^T with the given eigenvalues e, descending, Q of a matrix of normal draws, and a solution of normal draws.
 */
export async function makeSystem(n: number, eigenvalues: Float64Array, key: Key): Promise<LinearSystem> {
  using draws = normal(key.fold("matrix"), [n, n]);
  using wanted = normal(key.fold("solution"), [n]);
  const { q } = linalg.qr(await linalg.readMatrix(draws));
  const scaled = linalg.matrixOf(n, n, q.values.map((value, i) => value * eigenvalues[i % n]!));
  const a = linalg.multiply(scaled, linalg.transpose(q));
  // Rounding leaves the halves a little different: the lower one counts.
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.values[j * n + i] = a.values[i * n + j]!;
  const solution = Float64Array.from(await wanted.read());
  return { a, b: times(a, solution), solution, least: eigenvalues[n - 1]!, largest: eigenvalues[0]! };
}

/** n numbers from 1 down to 1 / condition, each the same share of the one before. */
export function geometricEigenvalues(n: number, condition: number): Float64Array {
  const last = (share: number) => {
    let product = 1;
    for (let i = 1; i < n; i++) product *= share;
    return product;
  };
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (last(middle) < 1 / condition) low = middle;
    else high = middle;
  }
  const values = new Float64Array(n).fill(1);
  for (let i = 1; i < n; i++) values[i] = values[i - 1]! * high;
  return values;
}

/** Gradient descent on x^T A x / 2 - b^T x, at the best constant rate there is: 2 / (least + largest eigenvalue). */
export function descend({ a, b, least, largest }: LinearSystem, products: number): Float64Array {
  const rate = 2 / (least + largest);
  let x = new Float64Array(b.length);
  for (let step = 0; step < products; step++) {
    const ax = times(a, x);
    x = x.map((value, i) => value + rate * (b[i]! - ax[i]!));
  }
  return x;
}

/**
 * Stochastic gradient descent: one equation after the other, drawn at random, each step as long as makes it right (Kaczmarz);
 * n such steps cost a product.
 */
export function descendByRows({ a, b }: LinearSystem, products: number, key: Key): Float64Array {
  const n = b.length;
  const x = new Float64Array(n);
  for (let pass = 0; pass < products; pass++) {
    for (const row of key.fold(pass).permutation(n)) {
      const values = a.values.subarray(row * n, (row + 1) * n);
      const step = (b[row]! - dot(values, x)) / dot(values, values);
      for (let i = 0; i < n; i++) x[i]! += step * values[i]!;
    }
  }
  return x;
}

/** Gauss-Seidel: every unknown in turn from its own equation; a pass costs a product. */
export function gaussSeidel({ a, b }: LinearSystem, products: number): Float64Array {
  const n = b.length;
  const x = new Float64Array(n);
  for (let pass = 0; pass < products; pass++) {
    for (let i = 0; i < n; i++) {
      let rest = b[i]!;
      for (let j = 0; j < n; j++) if (j !== i) rest -= a.values[i * n + j]! * x[j]!;
      x[i] = rest / a.values[i * n + i]!;
    }
  }
  return x;
}

/** Conjugate gradients, until the residual is rounding (2^-52 of b). *Source* M. Hestenes, E. Stiefel (1952). Methods of conjugate gradients for solving linear systems. */
export function conjugateGradients({ a, b }: LinearSystem, products: number): Float64Array {
  const x = new Float64Array(b.length);
  const residual = Float64Array.from(b);
  let direction = Float64Array.from(b);
  let squares = dot(residual, residual);
  const rounding = squares * 4.930380657631324e-32; // 2^-104
  for (let step = 0; step < products && squares > rounding; step++) {
    const product = times(a, direction);
    const rate = squares / dot(direction, product);
    for (let i = 0; i < x.length; i++) {
      x[i]! += rate * direction[i]!;
      residual[i]! -= rate * product[i]!;
    }
    const next = dot(residual, residual);
    direction = direction.map((value, i) => residual[i]! + (next / squares) * value);
    squares = next;
  }
  return x;
}

/** Cholesky's factorisation, without products. */
export function direct({ a, b }: LinearSystem): Float64Array {
  return linalg.choleskySolve(linalg.cholesky(a), linalg.column(b)).values;
}
