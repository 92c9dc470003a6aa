import { f64FromBits } from "../numerics/float_bits.ts";
import { nameOf } from "../tensor/check.ts";
import type { Matrix } from "./matrix.ts";

/** Half an ulp of 1: what one operation may be wrong by, relatively. */
export const UNIT_ROUNDOFF = 1.1102230246251565e-16; // 2^-53

const LARGE = f64FromBits(0x58f0000000000000n); // 2^400
const SMALL = f64FromBits(0x26f0000000000000n); // 2^-400
const TINY = f64FromBits(0x21f0000000000000n); // 2^-480
const NORMAL = f64FromBits(0x5df0000000000000n); // 2^480
const UP = f64FromBits(0x6a70000000000000n); // 2^680
const DOWN = f64FromBits(0x1570000000000000n); // 2^-680

/** "3 x 4". */
export function sizesOf({ rows, columns }: { readonly rows: number; readonly columns: number }): string {
  return `${rows} x ${columns}`;
}

/** @throws {TypeError} {RangeError} unless the values of a matrix are as many as its sizes say. */
export function checkMatrix(a: Matrix, what: string): void {
  if (!(a?.values instanceof Float64Array)) {
    throw new TypeError(
      `Cannot ${what}: expected a matrix with values in a Float64Array, got ${nameOf(a?.values ?? a)}`,
    );
  }
  if (a.values.length !== a.rows * a.columns) {
    throw new RangeError(
      `Cannot ${what}: expected ${a.rows * a.columns} values for ${sizesOf(a)}, got ${a.values.length}`,
    );
  }
}

/** @throws {TypeError} {RangeError} unless it is a matrix of finite numbers. */
export function checkFinite(a: Matrix, what: string): void {
  checkMatrix(a, what);
  const { values, columns } = a;
  for (let i = 0; i < values.length; i++) {
    // Not a number for NaN and the infinities.
    if (values[i]! - values[i]! !== 0) {
      const place = `[${Math.floor(i / columns)}, ${i % columns}]`;
      throw new RangeError(`Cannot ${what}: expected finite numbers, got ${values[i]} at ${place}`);
    }
  }
}

/** @throws {TypeError} {RangeError} unless it is a square matrix of finite numbers. */
export function checkSquare(a: Matrix, what: string): void {
  checkFinite(a, what);
  if (a.rows !== a.columns) {
    throw new RangeError(`Cannot ${what}: expected a square matrix, got ${sizesOf(a)}`);
  }
}

/** @throws {TypeError} {RangeError} unless b is a matrix of finite numbers with as many rows. */
export function checkRightSide(b: Matrix, rows: number, what: string): void {
  checkFinite(b, what);
  if (b.rows !== rows) {
    throw new RangeError(`Cannot ${what}: expected a right-hand side of ${rows} rows, got ${sizesOf(b)}`);
  }
}

/** The power of two, 2^-680, 1 or 2^680, that brings a largest size to where squares neither overflow nor vanish. */
export function safeFactor(values: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  if (largest > LARGE) return DOWN;
  return largest > 0 && largest < SMALL ? UP : 1;
}

/** Multiplies every element. */
export function scaleBy(values: Float64Array, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < values.length; i++) values[i]! *= factor;
}

/**
 * sqrt(f^2 + g^2), without underflow of the squares. (Dividing by the larger one first would be biased: sqrt(1 + q^2) lies
 * just below the middle of two numbers for every other small q, and long products of rotations would grow by that.)
 */
export function hypotenuse(f: number, g: number): number {
  if (Math.abs(f) > TINY || Math.abs(g) > TINY) return Math.sqrt(f * f + g * g);
  // From 2^-480 to 2^480, and from 2^-1074, the least of all, to 2^-114.
  const [a, b] = [f * NORMAL * NORMAL, g * NORMAL * NORMAL];
  return Math.sqrt(a * a + b * b) * TINY * TINY;
}
