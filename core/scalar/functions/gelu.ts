import { type F32, f32, f32Bits } from "../expression.ts";
import { absolute, add, divide, equal, less, multiply, select, subtract } from "../notation.ts";
import { CENTRAL, normalParts } from "./_gelu.ts";
import { rectifiedMinus } from "./_sign.ts";

/**
 * x Phi(x) with the normal distribution Phi, the Gaussian error linear unit: x/2 (1 + erf(x / sqrt(2))).
 *
 * With a = |x|: below 0.6 it is x/2 + a^2 c(a^2). Above, with d = a Phi(-a) = e^(-a^2 / 2) m(a), it is -d for x < 0 and
 * x - d otherwise; see `normalParts` for both fits. gelu(-infinity) is the limit -0, gelu(infinity) is infinity; gelu(-0)
 * is -0, NaN stays NaN.
 *
 * *Error* at most 1.977 ulp, over all floats (see `core/scalar/README.md`).
 *
 * *Source* Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.gelu(x)]));
 * assertEquals([f(1), f(-200), f(200)], [[Math.fround(0.8413447)], [-0], [200]]);
 * ```
 */
export function gelu(x: F32): F32 {
  const { square, central, fraction, start, change, scale } = normalParts(x);
  const small = add(multiply(x, f32(0.5)), multiply(square, central));
  const d = scale(add(start, add(change, multiply(add(start, change), fraction))));
  const large = rectifiedMinus(x, d);
  return select(equal(x, f32(0)), x, select(less(absolute(x), CENTRAL), small, large));
}

/**
 * The derivative of gelu, Phi(x) + x phi(x) with the normal density phi.
 *
 * For x < 0 it is s = Phi(-a) - a phi(a) with a = |x|, and 1 - s otherwise: -0 at -infinity, 1 at infinity. NaN stays
 * NaN. *Error* below 2^-22, and relative to s not much more than that from a = 1.5 on.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.geluSlope(x)]));
 * assertEquals([f(0), f(-200), f(Infinity)], [[0.5], [-0], [1]]);
 * ```
 */
export function geluSlope(x: F32): F32 {
  const { a, central, fraction, start, change, scale } = normalParts(x);
  const exponential = scale(add(f32(1), fraction));
  const atZero = f32Bits(0x3ecc422a /* 0.39894228 = 1 / sqrt(2 pi) */);
  const small = subtract(f32(0.5), multiply(a, add(central, multiply(exponential, atZero))));
  const large = multiply(exponential, subtract(divide(add(start, change), a), multiply(a, atZero)));
  const s = select(less(a, CENTRAL), small, large);
  return select(less(x, f32(0)), s, subtract(f32(1), s));
}
