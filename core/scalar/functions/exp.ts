import { type F32, f32 } from "../expression.ts";
import { add, atLeast, atMost, multiply } from "../notation.ts";
import { exponential, exponentPlus254, halfPowers } from "./_exponential.ts";

/**
 * The exponential e^x.
 *
 * e^x = 2^n (1 + r + r^2 p(r)) with x = n ln 2 + r. Beyond [-104.5, 89] the result is that of the nearer end: +0 (which
 * it is from -103.98 downwards) or infinity (from 88.73 upwards). exp(+-0) = 1; NaN stays NaN.
 *
 * *Error* at most 0.891 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.exp(x)]));
 * assertEquals([f(1), f(-Infinity)], [[Math.fround(Math.E)], [0]]);
 * ```
 */
export function exp(x: F32): F32 {
  const parts = exponential(atLeast(atMost(x, f32(89)), f32(-104.5)));
  const y = add(f32(1), add(parts.high, parts.rest));
  const [a, b] = halfPowers(exponentPlus254(parts));
  return multiply(multiply(y, a), b);
}
