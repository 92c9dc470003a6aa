import { type F32, f32, f32Bits } from "../expression.ts";
import { equal, less, multiply, select } from "../notation.ts";
import { logarithm } from "./_logarithm.ts";

/**
 * The natural logarithm.
 *
 * See `logarithm` for the method; subnormals are multiplied by 2^23 first. log(+-0) is -infinity, log(1) is +0; a negative
 * number and NaN give NaN.
 *
 * *Error* at most 0.842 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.log(x)]));
 * assertEquals([f(Math.fround(Math.E)), f(0)], [[1], [-Infinity]]);
 * ```
 */
export function log(x: F32): F32 {
  const subnormal = less(x, f32Bits(0x00800000 /* 2^-126 */));
  const normal = select(subnormal, multiply(x, f32Bits(0x4b000000 /* 2^23 */)), x);
  const y = logarithm(normal, { borrowed: select(subnormal, f32(23), f32(0)) });
  const positive = select(less(x, f32(Infinity)), y, x);
  return select(less(f32(0), x), positive, select(equal(x, f32(0)), f32(-Infinity), f32(NaN)));
}
