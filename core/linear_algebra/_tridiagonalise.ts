import { makeReflector, newReflectors, type Reflectors } from "./_reflectors.ts";

/** A symmetric matrix as Q T Q^T with T tridiagonal and Q = H_0 H_1 ... . */
export interface Tridiagonal {
  /** The diagonal of T. */
  readonly diagonal: Float64Array;
  /** Beside the diagonal; the last element is 0 and stands for nothing. */
  readonly beside: Float64Array;
  readonly reflectors: Reflectors;
}

/**
 * p_i = sum_j a_ij v_j, j ascending from 0, over the symmetric n x n matrix of which the lower triangle stands at `at`.
 * An element is loaded once, for its row and, mirrored, for the rows above.
 */
function symmetricProduct(
  p: Float64Array,
  a: Float64Array,
  at: number,
  stride: number,
  n: number,
  v: Float64Array,
  vAt: number,
): void {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const r0 = at + i * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const [v0, v1, v2, v3] = [v[vAt + i]!, v[vAt + i + 1]!, v[vAt + i + 2]!, v[vAt + i + 3]!];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = 0; j < i; j++) {
      const value = v[vAt + j]!;
      const a0 = a[r0 + j]!;
      const a1 = a[r1 + j]!;
      const a2 = a[r2 + j]!;
      const a3 = a[r3 + j]!;
      s0 += a0 * value;
      s1 += a1 * value;
      s2 += a2 * value;
      s3 += a3 * value;
      p[j] = p[j]! + a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3;
    }
    // The square on the diagonal.
    const [a10, a20, a21] = [a[r1 + i]!, a[r2 + i]!, a[r2 + i + 1]!];
    const [a30, a31, a32] = [a[r3 + i]!, a[r3 + i + 1]!, a[r3 + i + 2]!];
    p[i] = s0 + a[r0 + i]! * v0 + a10 * v1 + a20 * v2 + a30 * v3;
    p[i + 1] = s1 + a10 * v0 + a[r1 + i + 1]! * v1 + a21 * v2 + a31 * v3;
    p[i + 2] = s2 + a20 * v0 + a21 * v1 + a[r2 + i + 2]! * v2 + a32 * v3;
    p[i + 3] = s3 + a30 * v0 + a31 * v1 + a32 * v2 + a[r3 + i + 3]! * v3;
  }
  for (; i < n; i++) {
    const row = at + i * stride;
    const factor = v[vAt + i]!;
    let sum = 0;
    for (let j = 0; j < i; j++) {
      sum += a[row + j]! * v[vAt + j]!;
      p[j]! += a[row + j]! * factor;
    }
    p[i] = sum + a[row + i]! * factor;
  }
}

/** a_ij <- a_ij - v_i w_j - w_i v_j in the lower triangle. */
function rankTwoUpdate(
  a: Float64Array,
  at: number,
  stride: number,
  n: number,
  v: Float64Array,
  vAt: number,
  w: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = at + i * stride;
    const vi = v[vAt + i]!;
    const wi = w[i]!;
    for (let j = 0; j <= i; j++) a[row + j] = a[row + j]! - vi * w[j]! - wi * v[vAt + j]!;
  }
}

/**
 * Householder's reduction, column by column; it reads the lower triangle of the row-major n x n `a`, and overwrites it.
 *
 * With H = I - tau v v^T for the column below the diagonal and A the rest: p = A v, q = tau p, w = q - (tau (q . v) / 2) v,
 * A <- A - v w^T - w v^T. Sums ascend from 0.
 */
export function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const reflectors = newReflectors(Math.max(0, n - 1), n, 1);
  const { vectors, scales } = reflectors;
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    diagonal[k] = a[k * n + k]!;
    for (let i = k + 1; i < n; i++) vectors[k * n + i] = a[i * n + k]!;
    beside[k] = makeReflector(reflectors, k);
    const tau = scales[k]!;
    if (tau === 0) continue;
    const size = n - k - 1;
    const corner = (k + 1) * n + k + 1;
    const vector = k * n + k + 1;
    symmetricProduct(w, a, corner, n, size, vectors, vector);
    let dot = 0;
    for (let i = 0; i < size; i++) {
      w[i]! *= tau;
      dot += w[i]! * vectors[vector + i]!;
    }
    const half = -(tau * dot / 2);
    for (let i = 0; i < size; i++) w[i]! += half * vectors[vector + i]!;
    rankTwoUpdate(a, corner, n, size, vectors, vector, w);
  }
  if (n > 0) diagonal[n - 1] = a[n * n - 1]!;
  return { diagonal, beside, reflectors };
}
