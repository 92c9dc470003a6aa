import { randomFamily } from "../kernels/random.ts";
import type { Key } from "../random/key.ts";
import { nameOf } from "../tensor/check.ts";
import { checkFinite, sizesOf } from "./_check.ts";
import { fixSigns, takeColumns } from "./_columns.ts";
import { orthogonalColumns } from "./_reflectors.ts";
import { type Matrix, multiply, transpose } from "./matrix.ts";
import { reflectedQr } from "./qr.ts";
import { type SparseMatrix, sparseMatrix } from "./sparse_matrix.ts";
import { type Svd, svd } from "./svd.ts";

/** How many singular values, and how well. */
export interface TruncatedSvdOptions {
  /** How many singular values and vectors are wanted. */
  readonly rank: number;
  /** The key of the random directions. */
  readonly key: Key;
  /** How many more directions are kept while searching. Default: 10. */
  readonly oversampling?: number;
  /** How often A A^T is applied to sharpen them. Default: 5. */
  readonly powerIterations?: number;
}

/** A X, columns of A ascending from 0; of a sparse A those that are stored, which gives the same bits. */
function product(a: Matrix | SparseMatrix, x: Matrix): Matrix {
  if (!("offsets" in a)) return multiply(a, x);
  const { rows, offsets, indices, values } = a;
  const width = x.columns;
  const result = { rows, columns: width, values: new Float64Array(rows * width) };
  for (let i = 0; i < rows; i++) {
    const [start, end] = [offsets[i]!, offsets[i + 1]!];
    addChosenRows(result.values, i * width, width, values, indices, start, end, x.values);
  }
  return result;
}

/** target[j] += sum_e values[e] x[indices[e]][j], e ascending; see `addRows`. */
function addChosenRows(
  target: Float64Array,
  targetAt: number,
  length: number,
  values: Float64Array,
  indices: Uint32Array,
  start: number,
  end: number,
  x: Float64Array,
): void {
  let e = start;
  for (; e + 3 < end; e += 4) {
    const [c0, c1, c2, c3] = [values[e]!, values[e + 1]!, values[e + 2]!, values[e + 3]!];
    const r0 = indices[e]! * length;
    const r1 = indices[e + 1]! * length;
    const r2 = indices[e + 2]! * length;
    const r3 = indices[e + 3]! * length;
    for (let j = 0; j < length; j++) {
      target[targetAt + j] = target[targetAt + j]! + c0 * x[r0 + j]! + c1 * x[r1 + j]! + c2 * x[r2 + j]! +
        c3 * x[r3 + j]!;
    }
  }
  for (; e < end; e++) {
    const c = values[e]!;
    const row = indices[e]! * length;
    for (let j = 0; j < length; j++) target[targetAt + j]! += c * x[row + j]!;
  }
}

/** A^T, so that its products go by rows too. */
function transposed(a: Matrix | SparseMatrix): Matrix | SparseMatrix {
  if (!("offsets" in a)) return transpose(a);
  const rowIndices = new Uint32Array(a.values.length);
  for (let i = 0; i < a.rows; i++) rowIndices.fill(i, a.offsets[i]!, a.offsets[i + 1]!);
  return sparseMatrix(a.columns, a.rows, a.indices, rowIndices, a.values);
}

/** An orthonormal basis of the columns: Q of Householder's factorisation. */
function orthonormal(x: Matrix): Matrix {
  const { reflectors } = reflectedQr(x, false);
  const columns = reflectors.scales.length;
  return { rows: x.rows, columns, values: orthogonalColumns(reflectors, columns) };
}

/**
 * The largest singular values of a matrix, dense or sparse, with their vectors: A is about U diag(s) V^T. For matrices of
 * which all singular values are too much work, such as term-document matrices (latent semantic analysis).
 *
 * Random directions O (normal draws of the key, n x l row-major, l = min(rank + oversampling, m, n)) span the range of A
 * roughly; Q = orth(A O) is sharpened by Q <- orth(A orth(A^T Q)) once for every power iteration; then the singular value
 * decomposition of the small A^T Q = V' diag(s) W^T gives U = Q W and V = V', cut to the rank. Values and vectors are
 * exact up to rounding if A has no larger rank than l. Else a found value s_k is at most the true one, and its relative
 * error falls like (s_(l+1) / s_k)^(4 p + 2) with p power iterations: where the spectrum is flat, as of texts, the last of
 * the values are some percent too small; take more directions or iterations.
 *
 * *Shapes* m x n -> U m x rank, s rank, V n x rank. Values descend; signs as `svd`. *Order* Products by rows: A X takes
 * columns of A ascending from 0, A^T X rows of A; orth is Q of `qr` (before its signs). *Source* Halko, Martinsson and
 * Tropp, "Finding structure with randomness" (2011), algorithms 4.4 and 5.1. *Differs* scikit-learn's `randomized_svd`
 * sharpens by LU factorisations and takes other random numbers.
 *
 * @throws {RangeError} if the rank is not from 0 to min(m, n), another option is no whole number, or an element is not
 * finite.
 *
 * @example Texts about two things
 * ```ts
 * import { Key, linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const counts = linalg.sparseMatrix(4, 4, [0, 0, 1, 1, 2, 3], [0, 1, 0, 1, 2, 3], [3, 3, 1, 1, 2, 1]);
 * const { s, v } = linalg.truncatedSvd(counts, { rank: 2, key: Key.from(1) });
 * assertAlmostEquals(s[0]!, Math.sqrt(20), 1e-14); // the first two words go together
 * assertAlmostEquals(s[1]!, 2, 1e-14);
 * assertAlmostEquals(v.values[0]!, Math.SQRT1_2, 1e-14);
 * ```
 */
export function truncatedSvd(a: Matrix | SparseMatrix, options: TruncatedSvdOptions): Svd {
  const { rank, key, oversampling = 10, powerIterations = 5 } = options;
  const what = "find the largest singular values";
  checkInput(a, what);
  const least = Math.min(a.rows, a.columns);
  if (!Number.isInteger(rank) || rank < 0 || rank > least) {
    throw new RangeError(
      `Cannot ${what}: expected a rank from 0 to ${least} of ${sizesOf(a)}, got ${nameOf(rank)}`,
    );
  }
  for (const [name, value] of Object.entries({ oversampling, powerIterations })) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new RangeError(`Cannot ${what}: expected a whole number as ${name}, got ${nameOf(value)}`);
  }
  const width = Math.min(rank + oversampling, least);
  const draws = new Float32Array(a.columns * width);
  randomFamily.reference({ family: "random", distribution: "normal", length: draws.length }, [key.words], [
    draws,
  ]);
  const across = transposed(a);
  let q = orthonormal(product(a, { rows: a.columns, columns: width, values: Float64Array.from(draws) }));
  for (let i = 0; i < powerIterations; i++) q = orthonormal(product(a, orthonormal(product(across, q))));
  const { u: v, s, v: w } = svd(product(across, q));
  const first = Uint32Array.from({ length: rank }, (_, j) => j);
  const found = { u: multiply(q, takeColumns(w, first)), s: s.slice(0, rank), v: takeColumns(v, first) };
  fixSigns(found.v, found.u);
  return found;
}

function checkInput(a: Matrix | SparseMatrix, what: string): void {
  if (!("offsets" in a)) return checkFinite(a, what);
  const { rows, offsets, indices, values } = a;
  checkFinite({ rows: 1, columns: values.length, values }, what);
  if (offsets.length !== rows + 1 || offsets[rows] !== values.length || indices.length !== values.length) {
    throw new RangeError(
      `Cannot ${what}: expected a sparse matrix of sparseMatrix, got ${offsets.length} offsets for ${rows} rows`,
    );
  }
}
