import { type F32, f32, f32Bits } from "../expression.ts";
import { absolute, add, atMost, divide, less, multiply, select, subtract } from "../notation.ts";
import { exponential, halfPowers, negatedExponentPlus254 } from "./_exponential.ts";

/** 1.5 * 2^12: adding and subtracting it keeps a number below 4 to multiples of 2^-11. */
const COARSE = f32Bits(0x45c00000);
const coarse = (x: F32): F32 => subtract(add(x, COARSE), COARSE);

/**
 * The logistic function 1 / (1 + e^-x).
 *
 * With a = |x| and e^a = 2^n (1 + s), sigmoid(-a) = 2^-n / d for d = 2^-n + 1 + s, and sigmoid(a) = 1 - sigmoid(-a). d is
 * kept as a coarse part of 12 bits and a rest, and 1 / d as a coarse q and q0's residual: 1 / d = q + (1 - q d) / d, where
 * q times d's coarse part is exact. So 1 / d rounds about once, and the error of sigmoid(-a) counts half or less
 * in sigmoid(a). sigmoid(-infinity) is +0; NaN stays NaN.
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
  const one = f32(1);
  // from -103.98 downwards the result is +0
  const parts = exponential(atMost(absolute(x), f32(104.5)));
  const [a, b] = halfPowers(negatedExponentPlus254(parts));
  const power = multiply(a, b); // 2^-n
  // d = sum + rest: two sums with their errors, larger operand first
  const base = add(one, power);
  const baseError = subtract(power, subtract(base, one));
  const sum = add(base, parts.high);
  const sumError = subtract(parts.high, subtract(sum, base));
  const rest = add(add(sumError, baseError), parts.rest);
  const coarseSum = coarse(sum);
  const fineSum = add(subtract(sum, coarseSum), rest);
  const reciprocal = divide(one, add(sum, rest));
  const q = coarse(reciprocal);
  const residual = subtract(subtract(one, multiply(q, coarseSum)), multiply(q, fineSum));
  const y = add(q, multiply(reciprocal, residual));
  const small = multiply(multiply(y, a), b);
  return select(less(x, f32(0)), small, subtract(one, small));
}
