import { makeReflector, newReflectors, reflect, type Reflectors } from "./_reflectors.ts";
import { addOuter, rowProducts } from "./_rows.ts";

/** A square matrix as U B V^T with B upper bidiagonal, and U and V products of reflectors. */
export interface Bidiagonal {
  /** The diagonal of B. */
  readonly diagonal: Float64Array;
  /** Right of the diagonal; the last element is 0 and stands for nothing. */
  readonly beside: Float64Array;
  readonly left: Reflectors;
  readonly right: Reflectors;
}

/**
 * The reduction of Golub and Kahan: for every k a reflector that clears column k below the diagonal, then one that clears
 * row k right of the element beside it. It overwrites the row-major n x n `a`. Sums ascend from 0.
 */
export function bidiagonalise(a: Float64Array, n: number): Bidiagonal {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const left = newReflectors(n, n);
  const right = newReflectors(Math.max(0, n - 1), n, 1);
  const work = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    for (let i = k; i < n; i++) left.vectors[k * n + i] = a[i * n + k]!;
    diagonal[k] = makeReflector(left, k);
    reflect(left, k, a, n, k + 1, work);
    if (k === n - 1) break;
    const length = n - k - 1;
    const vector = right.vectors.subarray(k * n + k + 1, (k + 1) * n);
    vector.set(a.subarray(k * n + k + 1, (k + 1) * n));
    beside[k] = makeReflector(right, k);
    const factor = -right.scales[k]!;
    if (factor === 0) continue;
    // A <- A - tau (A v) v^T
    const corner = (k + 1) * n + k + 1;
    rowProducts(work, a, corner, n, length, length, vector);
    for (let i = 0; i < length; i++) work[i]! *= factor;
    addOuter(a, corner, n, length, length, work, 0, vector);
  }
  return { diagonal, beside, left, right };
}
