import { f64FromBits } from "../numerics/float_bits.ts";
import { addOuter, addRows } from "./_rows.ts";

const TINY = f64FromBits(0x21f0000000000000n); // 2^-480
const UP = f64FromBits(0x5df0000000000000n); // 2^480

/**
 * Householder reflectors H_k = I - scales[k] v_k v_k^T. Row k of `vectors` is v_k: zeros before its first element, which
 * is a 1 at `k + offset`. A scale of 0 is the identity.
 */
export interface Reflectors {
  /** How long the vectors are. */
  readonly length: number;
  /** Index of the 1 in the first vector. */
  readonly offset: number;
  readonly scales: Float64Array;
  readonly vectors: Float64Array;
}

/** Room for reflectors, at first all the identity. */
export function newReflectors(count: number, length: number, offset = 0): Reflectors {
  return { length, offset, scales: new Float64Array(count), vectors: new Float64Array(count * length) };
}

/**
 * Makes H_k of the vector x that stands in the place of v_k: H_k x = (beta, 0, ..., 0). Returns beta.
 *
 * With x = (alpha, ...): beta = -sign(alpha) |x|, v = x / (alpha - beta) but for its first element, scale =
 * (beta - alpha) / beta; the identity if x is (alpha, 0, ..., 0). The sum of squares ascends. A vector of elements below
 * 2^-480 is scaled by powers of 2^480 first, for its squares would vanish.
 */
export function makeReflector(reflectors: Reflectors, k: number): number {
  const { length, offset, scales, vectors } = reflectors;
  const first = k * length + k + offset;
  const end = (k + 1) * length;
  let rest = 0;
  for (let i = first + 1; i < end; i++) rest = Math.max(rest, Math.abs(vectors[i]!));
  const given = vectors[first]!;
  vectors[first] = 1;
  if (rest === 0) return given;
  let alpha = given;
  let scalings = 0;
  for (let largest = Math.max(rest, Math.abs(alpha)); largest < TINY; largest *= UP) {
    for (let i = first + 1; i < end; i++) vectors[i]! *= UP;
    alpha *= UP;
    scalings++;
  }
  let squares = alpha * alpha;
  for (let i = first + 1; i < end; i++) squares += vectors[i]! * vectors[i]!;
  let beta = alpha > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  scales[k] = (beta - alpha) / beta;
  const divisor = alpha - beta;
  for (let i = first + 1; i < end; i++) vectors[i]! /= divisor;
  for (; scalings > 0; scalings--) beta *= TINY;
  return beta;
}

/**
 * C <- H_k C in the columns from `from` on, of a row-major C of the given width; `work` has room for a row.
 *
 * w_j = sum_i v_i c_ij, i ascending from 0; then c_ij += v_i (-scale w_j).
 */
export function reflect(
  reflectors: Reflectors,
  k: number,
  c: Float64Array,
  width: number,
  from: number,
  work: Float64Array,
): void {
  const { length, offset, scales, vectors } = reflectors;
  const factor = -scales[k]!;
  if (factor === 0 || from >= width) return;
  const first = k + offset;
  const [rows, columns] = [length - first, width - from];
  const [vector, corner] = [k * length + first, first * width + from];
  work.fill(0, 0, columns);
  addRows(work, 0, columns, vectors, vector, rows, c, corner, width);
  for (let j = 0; j < columns; j++) work[j]! *= factor;
  addOuter(c, corner, width, rows, columns, vectors, vector, work);
}

/** C <- H_0 H_1 ... C, the last reflector first, for C with as many rows as the vectors have elements. */
export function reflectAll(reflectors: Reflectors, c: Float64Array, width: number): void {
  const work = new Float64Array(width);
  for (let k = reflectors.scales.length - 1; k >= 0; k--) reflect(reflectors, k, c, width, 0, work);
}

/** The first `width` columns of H_0 H_1 ..., row-major. */
export function orthogonalColumns(reflectors: Reflectors, width: number): Float64Array {
  const { length, offset, scales } = reflectors;
  const q = new Float64Array(length * width);
  for (let i = 0; i < width; i++) q[i * width + i] = 1;
  const work = new Float64Array(width);
  // The columns before k + offset are still those of the identity, with zeros below: nothing to reflect.
  for (let k = scales.length - 1; k >= 0; k--) reflect(reflectors, k, q, width, k + offset, work);
  return q;
}
