import { type F32, f32, f32Bits } from "../expression.ts";
import { absolute, add, atMost, multiply, subtract } from "../notation.ts";
import { exponential } from "./_exponential.ts";
import { logistic } from "./_logistic.ts";
import { rectifiedMinus } from "./_sign.ts";

/** 1.5 * 2^15 and 1.5 * 2^18: adding and subtracting them keeps small numbers to multiples of 2^-8 and 2^-5. */
const TO_256TH = f32Bits(0x47400000);
const TO_32TH = f32Bits(0x48c00000);
const coarse = (x: F32, rounder: F32): F32 => subtract(add(x, rounder), rounder);

/**
 * x/2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), the approximation of `gelu` that GPT-2 uses, within 0.0005 of it.
 *
 * It is x / (1 + e^-z) with z = c1 x + c3 x^3, where c1 = 2 sqrt(2 / pi) and c3 = 0.044715 c1. With a = |x| and
 * d = a / (1 + e^|z|), which is scaled last: -d for x < 0, otherwise x - d. |z| = a (c1 + c3 a^2) is a sum of two floats:
 * a, a^2, the factor and the constants are split into coarse parts, whose products are exact, and rests.
 * geluTanh(-infinity) is the limit -0, geluTanh(infinity) is infinity; NaN stays NaN.
 *
 * *Error* at most 1.494 ulp, over all floats (see `core/scalar/README.md`).
 *
 * *Source* Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.geluTanh(x)]));
 * assertEquals([f(1), f(-200), f(200)], [[Math.fround(0.841192)], [-0], [200]]);
 * ```
 */
export function geluTanh(x: F32): F32 {
  // from 10.7 on d is 0
  const a = atMost(absolute(x), f32(10.9));
  const aHigh = coarse(a, TO_256TH);
  const aLow = subtract(a, aHigh);
  // a^2 = square + squareRest, the first exact
  const square = multiply(aHigh, aHigh);
  const squareRest = multiply(aLow, add(a, aHigh));
  const squareHigh = coarse(square, TO_32TH);
  const squareLow = add(subtract(square, squareHigh), squareRest);

  const c1High = f32Bits(0x3fcc4000 /* 1.59570312 */);
  const c1Low = f32Bits(0x388a67a8 /* 0.0000659966055 */);
  const c3 = f32Bits(0x3d922279 /* 0.0713548139 */);
  const c3High = f32Bits(0x3d922000 /* 0.0713500977 */);
  const c3Low = f32Bits(0x369e549b /* 0.00000471861626 */);
  // c1 + c3 a^2 = factor + factorRest
  const factorRests = add(add(c1Low, multiply(c3Low, squareHigh)), multiply(c3, squareLow));
  const cubic = multiply(c3High, squareHigh);
  const factor = coarse(add(c1High, add(cubic, factorRests)), TO_256TH);
  const factorRest = add(subtract(cubic, subtract(factor, c1High)), factorRests);

  const tail = add(multiply(aLow, factor), multiply(a, factorRest));
  const { y, scale } = logistic(exponential(multiply(aHigh, factor), tail));
  const d = scale(multiply(a, y));
  return rectifiedMinus(x, d);
}
