/**
 * Vectors of float64 on the host, and a curve whose parameters are fitted by least squares.
 *
 * @module
 */
import { linalg } from "@verbatim/core";

/** A point or direction. */
export type Vector = readonly number[];

/** The elements of a column. */
export const vector = ({ values }: linalg.Matrix): number[] => [...values];
/** a + factor b. */
export const add = (a: Vector, b: Vector, factor = 1): number[] =>
  a.map((value, i) => value + factor * b[i]!);
/** The product of a matrix and a vector. */
export const times = (m: linalg.Matrix, a: Vector): number[] => vector(linalg.multiply(m, linalg.column(a)));
/** The solution of a linear system. */
export const solve = (m: linalg.Matrix, a: Vector): number[] => vector(linalg.solve(m, linalg.column(a)));

/** Where the curves of the checks are measured. */
export const TIMES = [0.2, 0.5, 1, 1.5, 2, 3, 4, 6];

/** Residuals p0 t / (p1 + t) - y of the times, their Jacobian, and the Hessian of the sum of their squares. */
export function saturation(targets: Vector, [p0, p1]: readonly [number, number]) {
  const residuals = TIMES.map((t, i) => p0 * t / (p1 + t) - targets[i]!);
  const jacobian = linalg.matrix(TIMES.map((t) => [t / (p1 + t), -p0 * t / ((p1 + t) * (p1 + t))]));
  const gauss = linalg.multiply(linalg.transpose(jacobian), jacobian).values.map((value) => 2 * value);
  const hessian = [...gauss];
  TIMES.forEach((t, i) => {
    const across = -t / ((p1 + t) * (p1 + t));
    const second = 2 * p0 * t / ((p1 + t) * (p1 + t) * (p1 + t));
    [0, across, across, second].forEach((value, k) => hessian[k]! += 2 * residuals[i]! * value);
  });
  const gradient = vector(linalg.multiply(linalg.transpose(jacobian), linalg.column(residuals))).map((
    value,
  ) => 2 * value);
  return { residuals, jacobian, gradient, gauss: [...gauss], hessian };
}

/** The step of (J^T J + lambda D) s = gradient / divisor, D the identity or the diagonal of J^T J. */
export function dampedStep(
  jacobian: linalg.Matrix,
  gradient: Vector,
  { lambda, divisor, scaled }: { lambda: number; divisor: number; scaled: boolean },
): number[] {
  const gram = linalg.multiply(linalg.transpose(jacobian), jacobian);
  const n = gram.rows;
  const damped = linalg.matrixOf(
    n,
    n,
    gram.values.map((value, k) => k % (n + 1) === 0 ? value + lambda * (scaled ? value : 1) : value),
  );
  return solve(damped, gradient.map((value) => value / divisor));
}
