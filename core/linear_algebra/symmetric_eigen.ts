import { checkSquare, hypotenuse, safeFactor, scaleBy, UNIT_ROUNDOFF } from "./_check.ts";
import { fixSigns, orderOf, takeColumns } from "./_columns.ts";
import { orthogonalColumns } from "./_reflectors.ts";
import { rotateColumns } from "./_rotations.ts";
import { type Tridiagonal, tridiagonalise } from "./_tridiagonalise.ts";
import type { Matrix } from "./matrix.ts";

/** Sweeps that one eigenvalue may take, on average; two are usual. */
const SWEEPS_PER_VALUE = 30;

/** What is called zero beside matrices of the sizes that `safeFactor` leaves. */
const NEGLIGIBLE = 1e-290;

/** Eigenvalues and eigenvectors of a symmetric matrix: A = V diag(values) V^T. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** n x n, orthogonal: column j belongs to value j. */
  readonly vectors: Matrix;
}

/**
 * QL sweeps with implicit shifts until T is diagonal, which then holds the eigenvalues; `vectors`, row-major, has its
 * columns rotated along. In a block of nonzeros the sweeps run towards the end with the smaller diagonal element: the other
 * way, the large elements would drown the small ones. (Towards the last element they are called QR.)
 */
function diagonalise({ diagonal: d, beside: e }: Tridiagonal, vectors: Float64Array | undefined): void {
  const n = d.length;
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
  let [low, high, towardsFirst] = [-1, -1, true];
  let sweeps = 0;
  for (let last = n - 1; last > 0;) {
    let first = last;
    for (; first > 0; first--) {
      const size = Math.abs(e[first - 1]!);
      const beside = Math.abs(d[first - 1]!) + Math.abs(d[first]!);
      if (size <= UNIT_ROUNDOFF * beside || size < NEGLIGIBLE) break;
    }
    if (first > 0) e[first - 1] = 0;
    if (first === last) {
      last--;
      continue;
    }
    if (sweeps++ === SWEEPS_PER_VALUE * n) {
      throw new RangeError(
        `Cannot find eigenvalues: expected convergence within ${
          SWEEPS_PER_VALUE * n
        } sweeps, got none for number ${last}`,
      );
    }
    if (first > high || last < low) towardsFirst = Math.abs(d[first]!) <= Math.abs(d[last]!);
    [low, high] = [first, last];
    const count = last - first;
    const [start, besideStart, step] = towardsFirst
      ? [first, first, 1 as const]
      : [last, last - 1, -1 as const];
    const done = sweep(d, e, start, besideStart, step, count, cosines, sines);
    if (vectors !== undefined) {
      rotateColumns(vectors, n, n, start + step * count, step === 1 ? -1 : 1, done, cosines, sines);
    }
  }
}

/**
 * One sweep over d_0 e_0 d_1 ... d_count, which stand from `start` on in the direction of `step`: the first rotation turns
 * the last two, and e_0 gets smaller. Returns the number of rotations.
 */
function sweep(
  d: Float64Array,
  e: Float64Array,
  start: number,
  besideStart: number,
  step: 1 | -1,
  count: number,
  cosines: Float64Array,
  sines: Float64Array,
): number {
  // Wilkinson's shift: the eigenvalue of the corner [d_0 e_0; e_0 d_1] that is nearer to d_0.
  const half = (d[start + step]! - d[start]!) / (2 * e[besideStart]!);
  const root = hypotenuse(half, 1);
  const shift = d[start]! - e[besideStart]! / (half + (half < 0 ? -root : root));
  let [c, s, moved, g] = [1, 1, 0, d[start + step * count]! - shift];
  for (let t = count - 1; t >= 0; t--) {
    const [at, beside] = [start + step * t, besideStart + step * t];
    const f = s * e[beside]!;
    const b = c * e[beside]!;
    const r = hypotenuse(f, g);
    if (t < count - 1) e[beside + step] = r;
    if (r === 0) {
      // The block falls into two by itself; what is left follows with a new shift.
      d[at + step]! -= moved;
      return count - 1 - t;
    }
    s = f / r;
    c = g / r;
    g = d[at + step]! - moved;
    const u = (d[at]! - g) * s + 2 * c * b;
    moved = s * u;
    d[at + step] = g + moved;
    g = c * u - b;
    cosines[count - 1 - t] = c;
    sines[count - 1 - t] = s;
  }
  d[start]! -= moved;
  e[besideStart] = g;
  return count;
}

function reduce(a: Matrix): { readonly parts: Tridiagonal; readonly factor: number } {
  checkSquare(a, "find eigenvalues");
  const work = Float64Array.from(a.values);
  const factor = safeFactor(work);
  scaleBy(work, factor);
  return { parts: tridiagonalise(work, a.rows), factor };
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix, A = V diag(values) V^T. Only the lower triangle of A is read.
 *
 * Values ascend; of equal ones that comes first which was found first. Each vector has length 1, and its largest element
 * is positive (of equally large ones the first), so that nothing is left open but rotations within a repeated value.
 * Errors are some eps times the largest eigenvalue, also of the small ones. 784 x 784 takes about a second.
 *
 * *Order* Householder's reduction to a tridiagonal matrix from the first column on, sums ascending from 0; then implicit
 * QL or QR with Wilkinson's shift, in the last block of nonzeros towards the end with the smaller diagonal element, where
 * e_i is called 0 when |e_i| <= 2^-53 (|d_i| + |d_i+1|).
 * A matrix whose largest element is outside 2^-400 to 2^400 is scaled by 2^680 or 2^-680 first.
 * *Source* Parlett, "The Symmetric Eigenvalue Problem", sections 7 and 8; Golub and Van Loan, "Matrix Computations",
 * section 8.3. *Differs* LAPACK and NumPy (`eigh`) ascend too but leave the signs open.
 *
 * @throws {RangeError} if the matrix is not square, has an element that is not finite, or there is no convergence in
 * 30 n sweeps (2 n are usual; no such matrix is known).
 *
 * @example A spring with two ends: in step, and against each other
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { values, vectors } = linalg.symmetricEigen(linalg.matrix([[2, 1], [1, 2]]));
 * assertEquals([...values].map(Math.round), [1, 3]);
 * const expected = [Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2];
 * vectors.values.forEach((value, i) => assertAlmostEquals(value, expected[i]!, 1e-15));
 * ```
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const { parts, factor } = reduce(a);
  const n = a.rows;
  const found = { rows: n, columns: n, values: orthogonalColumns(parts.reflectors, n) };
  diagonalise(parts, found.values);
  const order = orderOf(parts.diagonal, 1);
  const vectors = takeColumns(found, order);
  fixSigns(vectors);
  return { values: eigenvaluesOf(parts, order, factor), vectors };
}

/**
 * The eigenvalues of a symmetric matrix, ascending: those of `symmetricEigen`, bit for bit, in a fifth of the time.
 *
 * @throws {RangeError} as `symmetricEigen` does.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linalg.symmetricEigenvalues(linalg.matrix([[5, 0], [0, -1]])), Float64Array.of(-1, 5));
 * ```
 */
export function symmetricEigenvalues(a: Matrix): Float64Array {
  const { parts, factor } = reduce(a);
  diagonalise(parts, undefined);
  return eigenvaluesOf(parts, orderOf(parts.diagonal, 1), factor);
}

function eigenvaluesOf({ diagonal }: Tridiagonal, order: readonly number[], factor: number): Float64Array {
  const values = Float64Array.from(order, (i) => diagonal[i]!);
  scaleBy(values, 1 / factor);
  return values;
}
