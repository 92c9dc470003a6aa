import { type F32, f32 } from "../expression.ts";
import { add, divide, equal, less, select, subtract } from "../notation.ts";
import { logarithm } from "./_logarithm.ts";

/**
 * log(1 + x), accurate near 0 too.
 *
 * 1 + x = u + e with u its rounding and e the exact error, and log(u + e) = log(u) + e / u to well below an ulp.
 * log1p(-0) is -0, log1p(-1) is -infinity; a number below -1 and NaN give NaN.
 *
 * *Error* at most 0.869 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.log1p(x)]));
 * assertEquals([f(2 ** -30), f(-1)], [[2 ** -30], [-Infinity]]);
 * ```
 */
export function log1p(x: F32): F32 {
  const one = f32(1);
  const u = add(one, x);
  const shareOfX = subtract(u, one);
  const error = add(subtract(one, subtract(u, shareOfX)), subtract(x, shareOfX));
  const y = logarithm(u, { correction: divide(error, u) });
  const finite = select(less(x, f32(Infinity)), y, x);
  const above = select(less(f32(-1), x), finite, select(equal(x, f32(-1)), f32(-Infinity), f32(NaN)));
  return select(equal(x, f32(0)), x, above);
}
