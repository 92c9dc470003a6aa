import { type F32, f32 } from "../expression.ts";
import { absolute, atMost, less, select, subtract } from "../notation.ts";
import { exponential } from "./_exponential.ts";
import { logistic } from "./_logistic.ts";

/**
 * The logistic function 1 / (1 + e^-x).
 *
 * With a = |x|, sigmoid(-a) = 1 / (1 + e^a) as `logistic` makes it, and sigmoid(a) = 1 - sigmoid(-a), in which the error
 * counts half or less. sigmoid(-infinity) is +0; NaN stays NaN.
 *
 * *Error* at most 0.828 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.sigmoid(x)]));
 * assertEquals([f(0), f(-200), f(200)], [[0.5], [0], [1]]);
 * ```
 */
export function sigmoid(x: F32): F32 {
  // from -103.98 downwards the result is +0
  const { y, scale } = logistic(exponential(atMost(absolute(x), f32(104.5))));
  const small = scale(y);
  return select(less(x, f32(0)), small, subtract(f32(1), small));
}
