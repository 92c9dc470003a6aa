import { apply, type F32, shift, type U32, u32 } from "../expression.ts";
import { and, xor } from "../notation.ts";

/**
 * The order key of a float, to be compared as a signed integer: b xor ((b >> 31) and 0x7fffffff) with b the bits.
 *
 * The one order of max, argmax, sort, top-k and max-pooling: the numerical order, with -0 below +0 and every NaN, made
 * canonical first, above all. Of equal keys the first wins.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.orderKey(x)]));
 * assertEquals([f(-0), f(0), f(NaN)], [[0xffffffff], [0], [0x7fc00000]]);
 * ```
 */
export function orderKey(x: F32): U32 {
  const bits = apply("bitsOf", x);
  return xor(bits, and(shift("shiftRightSigned", bits, 31), u32(0x7fffffff)));
}
