import { type F32, f32 } from "../expression.ts";
import { absolute, atMost, multiply } from "../notation.ts";
import { exponential } from "./_exponential.ts";
import { logistic } from "./_logistic.ts";
import { rectifiedMinus } from "./_sign.ts";

/**
 * x / (1 + e^-x), the sigmoid linear unit, also called swish.
 *
 * With a = |x| and d = a / (1 + e^a), which is scaled last: -d for x < 0, otherwise x - d. silu(-infinity) is the limit -0,
 * silu(infinity) is infinity; NaN stays NaN.
 *
 * *Error* at most 1.53 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.silu(x)]));
 * assertEquals([f(0), f(-200), f(200)], [[0], [-0], [200]]);
 * ```
 */
export function silu(x: F32): F32 {
  // from -108.7 downwards the result is -0
  const a = atMost(absolute(x), f32(110));
  const { y, scale } = logistic(exponential(a));
  const d = scale(multiply(a, y));
  return rectifiedMinus(x, d);
}
