import { checkFinite, safeFactor, scaleBy, UNIT_ROUNDOFF } from "./_check.ts";
import { negateColumn } from "./_columns.ts";
import { makeReflector, newReflectors, orthogonalColumns, reflect, type Reflectors } from "./_reflectors.ts";
import type { Matrix } from "./matrix.ts";

/** A = Q R, with as many columns of Q and rows of R as the smaller size of A. */
export interface Qr {
  /** m x min(m, n), with orthonormal columns. */
  readonly q: Matrix;
  /** min(m, n) x n, upper triangular, with no negative element on its diagonal. */
  readonly r: Matrix;
}

/** A with its columns in another order = Q R. */
export interface PivotedQr extends Qr {
  /** Column j of Q R is column permutation[j] of A. */
  readonly permutation: Uint32Array;
  /** How many columns are independent, within the tolerance. */
  readonly rank: number;
}

/** For the folder: a QR factorisation before its Q is formed. */
export interface ReflectedQr {
  /** Q is their product. */
  readonly reflectors: Reflectors;
  /** m x n: R in its upper triangle, scaled by `factor`; what is below means nothing. */
  readonly work: Float64Array;
  readonly factor: number;
  readonly permutation: Uint32Array;
}

/** Brings the column of the largest norm, of those from k on, to place k; the norms are computed anew from rows k on. */
function bringLargest(
  work: Float64Array,
  rows: number,
  columns: number,
  k: number,
  permutation: Uint32Array,
  squares: Float64Array,
): void {
  squares.fill(0);
  for (let i = k; i < rows; i++) {
    for (let j = k; j < columns; j++) squares[j]! += work[i * columns + j]! * work[i * columns + j]!;
  }
  let best = k;
  for (let j = k + 1; j < columns; j++) if (squares[j]! > squares[best]!) best = j;
  if (best === k) return;
  for (let p = 0; p < rows * columns; p += columns) {
    [work[p + k], work[p + best]] = [work[p + best]!, work[p + k]!];
  }
  [permutation[k], permutation[best]] = [permutation[best]!, permutation[k]!];
}

/** For the folder: Householder's factorisation, with column pivoting if `pivoted`. */
export function reflectedQr(a: Matrix, pivoted: boolean): ReflectedQr {
  const { rows, columns } = a;
  const work = Float64Array.from(a.values);
  const factor = safeFactor(work);
  scaleBy(work, factor);
  const count = Math.min(rows, columns);
  const reflectors = newReflectors(count, rows);
  const permutation = Uint32Array.from({ length: columns }, (_, j) => j);
  const row = new Float64Array(columns);
  for (let k = 0; k < count; k++) {
    if (pivoted) bringLargest(work, rows, columns, k, permutation, row);
    for (let i = k; i < rows; i++) reflectors.vectors[k * rows + i] = work[i * columns + k]!;
    work[k * columns + k] = makeReflector(reflectors, k);
    reflect(reflectors, k, work, columns, k + 1, row);
  }
  return { reflectors, work, factor, permutation };
}

/** For the folder: how many diagonal elements of R are above tolerance times the first. */
export function rankOf({ work, reflectors }: ReflectedQr, columns: number, tolerance: number): number {
  const count = reflectors.scales.length;
  const least = count > 0 ? tolerance * Math.abs(work[0]!) : 0;
  let rank = 0;
  while (rank < count && Math.abs(work[rank * (columns + 1)]!) > least) rank++;
  return rank;
}

/** For the folder: max(m, n) 2^-52, what rank decisions take for rounding. */
export function defaultTolerance(rows: number, columns: number): number {
  return Math.max(rows, columns) * 2 * UNIT_ROUNDOFF;
}

function finish({ reflectors, work, factor }: ReflectedQr, rows: number, columns: number): Qr {
  const count = reflectors.scales.length;
  const q = { rows, columns: count, values: orthogonalColumns(reflectors, count) };
  const r = { rows: count, columns, values: new Float64Array(count * columns) };
  for (let i = 0; i < count; i++) {
    const negative = work[i * columns + i]! < 0;
    if (negative) negateColumn(q, i);
    for (let j = i; j < columns; j++) {
      const value = work[i * columns + j]! / factor;
      r.values[i * columns + j] = negative ? 0 - value : value;
    }
  }
  return { q, r };
}

/**
 * The QR factorisation by Householder reflections, A = Q R, in its thin form.
 *
 * The diagonal of R has no negative element, which makes Q and R unique if the columns of A are independent; R^T is then
 * the Cholesky factor of A^T A.
 *
 * *Shapes* m x n -> Q m x k, R k x n, k = min(m, n). *Order* Columns ascending; sums down the rows ascend from 0: of the
 * squares of a column, and of w = v^T A before A <- A - tau v w^T. A matrix whose largest element is outside 2^-400 to
 * 2^400 is scaled by 2^680 or 2^-680 first. *Source* Golub and Van Loan, "Matrix Computations", section 5.2.
 * *Differs* LAPACK and NumPy leave the signs of R open.
 *
 * @throws {RangeError} if an element is not finite.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { q, r } = linalg.qr(linalg.matrix([[3, 1], [4, 2]]));
 * [0.6, -0.8, 0.8, 0.6].forEach((value, i) => assertAlmostEquals(q.values[i]!, value, 1e-15));
 * [5, 2.2, 0, 0.4].forEach((value, i) => assertAlmostEquals(r.values[i]!, value, 1e-15));
 * ```
 */
export function qr(a: Matrix): Qr {
  checkFinite(a, "factor a matrix into Q R");
  return finish(reflectedQr(a, false), a.rows, a.columns);
}

/**
 * The QR factorisation with column pivoting, A[:, permutation] = Q R: each column is the one of the largest remaining
 * norm, of equal ones the first, so that the diagonal of R descends and shows the rank.
 *
 * The norms are computed anew for every column (nothing is downdated), which costs as much as half of the rest.
 *
 * *Shapes* and *Order* as `qr`. *Source* Golub and Van Loan, "Matrix Computations", section 5.4.
 *
 * @param tolerance The rank is the number of leading diagonal elements of R above tolerance times the first. Default:
 * max(m, n) 2^-52.
 * @throws {RangeError} if an element is not finite.
 *
 * @example Two columns that say the same
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { rank, permutation } = linalg.pivotedQr(linalg.matrix([[1, 2, 0], [1, 2, 1], [1, 2, 0]]));
 * assertEquals([rank, ...permutation], [2, 1, 2, 0]);
 * ```
 */
export function pivotedQr(a: Matrix, tolerance: number = defaultTolerance(a.rows, a.columns)): PivotedQr {
  checkFinite(a, "factor a matrix into Q R");
  const parts = reflectedQr(a, true);
  const rank = rankOf(parts, a.columns, tolerance);
  return { ...finish(parts, a.rows, a.columns), permutation: parts.permutation, rank };
}
