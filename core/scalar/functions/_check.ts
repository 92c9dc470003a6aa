/**
 * What the tests of the functions share: a comparison with binary64.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { bitsFromF32, f32FromBits, ulp } from "../../numerics/float_bits.ts";
import { compileScalar } from "../emit_typescript.ts";
import { type F32, scalarProgram } from "../expression.ts";

/** A function of the library, on host numbers. */
export function compileUnary(define: (x: F32) => F32): (x: number) => number {
  const compiled = compileScalar(scalarProgram(["f32"], (x) => [define(x)]));
  return (x) => compiled(x)[0]!;
}

/** Asserts results for given arguments, bit for bit. */
export function assertValues(
  f: (x: number) => number,
  expected: readonly (readonly [number, number])[],
): void {
  for (const [x, y] of expected) assertEquals(f(x), Math.fround(y), `at ${x}`);
}

const LARGEST = f32FromBits(0x7f7fffff);

/**
 * Asserts that f is within `bound` ulp of the oracle, a function in binary64 that is right to far less than that:
 * on 400,000 floats whose bits run evenly over all of them, and on 2,000 neighbours of each of the given points.
 */
export function assertWithin(
  bound: number,
  f: (x: number) => number,
  oracle: (x: number) => number,
  points: readonly number[],
): void {
  const check = (bits: number): void => {
    const x = f32FromBits(bits);
    const exact = oracle(x);
    const y = f(x);
    // an exact value beyond the largest float by more than half a unit rounds to infinity
    const rounded = Math.fround(exact);
    if (Number.isNaN(exact)) return assert(Number.isNaN(y), `at ${x}: expected NaN, got ${y}`);
    if (Math.abs(rounded) > LARGEST) return assertEquals(y, rounded, `at ${x}`);
    const error = Math.abs(y - exact) / ulp(exact);
    assert(error <= bound, `at ${x}: expected ${exact}, got ${y}, ${error} ulp`);
  };
  // an odd step visits different low bits in every binade
  for (let bits = 0; bits < 0x100000000; bits += 10737) check(bits);
  for (const point of points) {
    const center = bitsFromF32(point);
    for (let bits = center - 1000; bits < center + 1000; bits++) check(bits >>> 0);
  }
}

/** Asserts that f does not decrease over 2,000 consecutive floats around each of the given points. */
export function assertMonotone(f: (x: number) => number, points: readonly number[]): void {
  for (const point of points) {
    const center = bitsFromF32(point);
    let previous = -Infinity;
    for (let i = -1000; i < 1000; i++) {
      const y = f(f32FromBits((center + (point < 0 ? -i : i)) >>> 0));
      assert(y >= previous, `near ${point}`);
      previous = y;
    }
  }
}
