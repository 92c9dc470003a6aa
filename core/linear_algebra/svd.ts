import { checkFinite, safeFactor, scaleBy } from "./_check.ts";
import { fixSigns, negateColumn, orderOf, takeColumns } from "./_columns.ts";
import { type Bidiagonal, bidiagonalise } from "./_bidiagonalise.ts";
import { diagonaliseBidiagonal } from "./_bidiagonal_qr.ts";
import { orthogonalColumns, reflectAll, type Reflectors } from "./_reflectors.ts";
import { type Matrix, transpose } from "./matrix.ts";
import { reflectedQr } from "./qr.ts";

/** The thin singular value decomposition, A = U diag(s) V^T. */
export interface Svd {
  /** m x k, with orthonormal columns. */
  readonly u: Matrix;
  /** The k singular values, descending. */
  readonly s: Float64Array;
  /** n x k, with orthonormal columns: the right singular vectors (the transpose of NumPy's `Vh`). */
  readonly v: Matrix;
}

interface Reduced extends Bidiagonal {
  /** What the rows were reduced by first; undefined if the matrix is square. */
  readonly tall: Reflectors | undefined;
  readonly factor: number;
}

/** A tall or square matrix to bidiagonal form; of a tall one, R's. */
function reduce(a: Matrix): Reduced {
  const { rows, columns: n } = a;
  if (rows === n) {
    const work = Float64Array.from(a.values);
    const factor = safeFactor(work);
    scaleBy(work, factor);
    return { ...bidiagonalise(work, n), tall: undefined, factor };
  }
  const { reflectors, work, factor } = reflectedQr(a, false);
  for (let i = 1; i < n; i++) work.fill(0, i * n, i * n + i);
  return { ...bidiagonalise(work.subarray(0, n * n), n), tall: reflectors, factor };
}

function tallSvd(a: Matrix): Svd {
  const { rows, columns: n } = a;
  const { diagonal, beside, left, right, tall, factor } = reduce(a);
  const u = orthogonalColumns(left, n);
  const v: Matrix = { rows: n, columns: n, values: orthogonalColumns(right, n) };
  diagonaliseBidiagonal(diagonal, beside, u, v.values);
  for (let j = 0; j < n; j++) {
    if (diagonal[j]! < 0) negateColumn(v, j);
    diagonal[j] = Math.abs(diagonal[j]!);
  }
  const order = orderOf(diagonal, -1);
  const s = Float64Array.from(order, (j) => diagonal[j]!);
  scaleBy(s, 1 / factor);
  const sorted = takeColumns({ rows: n, columns: n, values: u }, order);
  if (tall === undefined) return { u: sorted, s, v: takeColumns(v, order) };
  const long = new Float64Array(rows * n);
  long.set(sorted.values);
  reflectAll(tall, long, n);
  return { u: { rows, columns: n, values: long }, s, v: takeColumns(v, order) };
}

/**
 * The thin singular value decomposition, A = U diag(s) V^T.
 *
 * Values descend; of equal ones that comes first which was found first. The largest element of each right singular vector
 * is positive (of equally large ones the first), and the left one follows, so that nothing is left open but rotations
 * within a repeated value, and the left vectors of zeros. Errors are some eps times the largest value. 784 x 784 takes
 * about two seconds. The principal components of many rows are cheaper as eigenvectors of a Gram matrix that the device
 * multiplied, at the cost of the values below sqrt(eps) of the largest.
 *
 * *Shapes* m x n -> U m x k, s k, V n x k, k = min(m, n). *Order* A wide matrix is transposed, a tall one first made R of
 * `qr` (before its signs); Golub and Kahan's reduction to a bidiagonal matrix, column then row, sums ascending from 0;
 * then implicit QR sweeps by Demmel and Kahan from the larger end of a block to the smaller, without a shift where one
 * would cost relative accuracy. Scaling as `qr`. *Source* Golub and Van Loan, "Matrix Computations", section 8.6; Demmel
 * and Kahan, "Accurate singular values of bidiagonal matrices" (1990). *Differs* LAPACK and NumPy leave the signs open;
 * scikit-learn's PCA fixes them this way.
 *
 * @throws {RangeError} if an element is not finite, or there is no convergence in 30 n^2 rotations (n^2 are usual; no such
 * matrix is known).
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { u, s, v } = linalg.svd(linalg.matrix([[0, 2], [0, 0], [-3, 0]]));
 * [3, 2].forEach((value, i) => assertAlmostEquals(s[i]!, value, 1e-15));
 * [1, 0, 0, 1].forEach((value, i) => assertAlmostEquals(v.values[i]!, value, 1e-15));
 * [0, 1, 0, 0, -1, 0].forEach((value, i) => assertAlmostEquals(u.values[i]!, value, 1e-15));
 * ```
 */
export function svd(a: Matrix): Svd {
  checkFinite(a, "find singular values");
  const wide = a.columns > a.rows;
  const found = tallSvd(wide ? transpose(a) : a);
  const { u, s, v } = wide ? { u: found.v, s: found.s, v: found.u } : found;
  fixSigns(v, u);
  return { u, s, v };
}

/**
 * The singular values of a matrix, descending: those of `svd`, bit for bit, without the vectors' time.
 *
 * @throws {RangeError} as `svd` does.
 *
 * @example The 2-norm and the condition number
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [largest, smallest] = linalg.singularValues(linalg.matrix([[3, 0], [4, 5]]));
 * assertAlmostEquals(largest!, Math.sqrt(45), 1e-14);
 * assertAlmostEquals(largest! / smallest!, 3, 1e-14);
 * ```
 */
export function singularValues(a: Matrix): Float64Array {
  checkFinite(a, "find singular values");
  const { diagonal, beside, factor } = reduce(a.columns > a.rows ? transpose(a) : a);
  diagonaliseBidiagonal(diagonal, beside, undefined, undefined);
  const s = diagonal.map(Math.abs).sort().reverse();
  scaleBy(s, 1 / factor);
  return s;
}
