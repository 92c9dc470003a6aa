import { apply, type F32, f32 } from "../expression.ts";
import { divide } from "../notation.ts";

/**
 * The reciprocal of the square root, 1 / sqrt(x), two roundings (rule N3).
 *
 * rsqrt(+-0) is +-infinity, rsqrt(infinity) is +0; a negative number and NaN give NaN.
 *
 * *Error* at most 1.491 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.rsqrt(x)]));
 * assertEquals([f(16), f(-0), f(-1)], [[0.25], [-Infinity], [NaN]]);
 * ```
 */
export function rsqrt(x: F32): F32 {
  return divide(f32(1), apply("squareRoot", x));
}
