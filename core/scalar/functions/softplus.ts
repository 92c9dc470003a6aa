import { type F32, f32 } from "../expression.ts";
import { absolute, add, atMost, divide, less, multiply, negate, select, subtract } from "../notation.ts";
import { exponential, exponentPlus254, halfPowers } from "./_exponential.ts";
import { logarithm } from "./_logarithm.ts";

/**
 * log(1 + e^x), the smooth rectifier.
 *
 * With a = |x| and t = e^-a it is log(1 + t), and x more for x >= 0. t is kept with the rounding error of its significand,
 * and 1 + t = u + e with u its rounding; both errors enter as log(u + e) = log(u) + e / u. softplus(-infinity) is +0,
 * softplus(infinity) is infinity; NaN stays NaN.
 *
 * *Error* at most 1.217 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.softplus(x)]));
 * assertEquals([f(0), f(-200), f(200)], [[Math.fround(Math.LN2)], [0], [200]]);
 * ```
 */
export function softplus(x: F32): F32 {
  const one = f32(1);
  // from -103.98 downwards the result is +0
  const parts = exponential(negate(atMost(absolute(x), f32(104.5))));
  const { high, rest } = parts;
  const fraction = add(high, rest);
  const significand = add(one, fraction);
  const significandError = add(
    subtract(fraction, subtract(significand, one)),
    subtract(rest, subtract(fraction, high)),
  );
  const [a, b] = halfPowers(exponentPlus254(parts));
  const t = multiply(multiply(significand, a), b);
  const tError = multiply(multiply(significandError, a), b);
  const u = add(one, t);
  const error = add(subtract(t, subtract(u, one)), tError);
  const y = logarithm(u, { correction: divide(error, u) });
  return select(less(x, f32(0)), y, add(x, y));
}
