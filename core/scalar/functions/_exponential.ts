import { apply, type F32, f32Bits, shift, type U32, u32 } from "../expression.ts";
import { add, multiply, polynomial, subtract, subtractU32 } from "../notation.ts";

/** 1.5 * 2^23: adding it rounds a small number to an integer, which then stands in the last bits. */
const ROUNDER = 0x4b400000;

/** x + tail = n ln 2 + r, with n the integer nearest to that over ln 2. */
export interface Reduced {
  /** n + 0x4b400000. */
  readonly shifted: U32;
  /** x - n HIGH, exact; at most 0.37 in size. */
  readonly high: F32;
  /** n LOW - tail. */
  readonly low: F32;
  /** high - low, at most 0.3466 in size. */
  readonly r: F32;
}

/**
 * Reduces |x| <= 120 by multiples of ln 2, which is split into HIGH, nine bits whose product with n is exact, and LOW.
 *
 * For NaN, r is NaN and n is arbitrary. A small tail is what x lacks of the number that is meant.
 */
export function reduceByLog2(x: F32, tail?: F32): Reduced {
  const whole = tail === undefined ? x : add(x, tail);
  const t = add(multiply(whole, f32Bits(0x3fb8aa3b /* 1.44269502 = 1 / ln 2 */)), f32Bits(ROUNDER));
  const n = subtract(t, f32Bits(ROUNDER));
  const high = subtract(x, multiply(n, f32Bits(0x3f318000 /* 0.693359375 */)));
  const nLow = multiply(n, f32Bits(0xb95e8083 /* -0.000212194442 */));
  const low = tail === undefined ? nLow : subtract(nLow, tail);
  return { shifted: apply("bitsOf", t), high, low, r: subtract(high, low) };
}

/** A power of e, taken apart: e^(x + tail) = 2^n (1 + high + rest). */
export interface Exponential extends Reduced {
  /** r^2 p(r) - low. */
  readonly rest: F32;
}

/**
 * Takes e^(x + tail) apart for |x| <= 120, with e^r = 1 + r + r^2 p(r). The polynomial is a minimax fit
 * (`_tools/fit_polynomials.ts`, "exp") with a relative error of 2^-28.3.
 */
export function exponential(x: F32, tail?: F32): Exponential {
  const reduced = reduceByLog2(x, tail);
  const { r, low } = reduced;
  const p = polynomial(r, [
    0x3ab5291b, // 0.00138214545
    0x3c091cb6, // 0.00836866163
    0x3d2aac55, // 0.0416682549
    0x3e2aaa49, // 0.166665211
    0x3efffffe, // 0.49999994
  ]);
  return { ...reduced, rest: subtract(multiply(multiply(r, r), p), low) };
}

/**
 * 2^floor(m / 2) and 2^ceil(m / 2), given m + 254 for -252 <= m <= 254. Multiplying a number near 1 first by one, then by
 * the other gives its product with 2^m: the first product is exact, so only the second can round, into subnormals too.
 */
export function halfPowers(mPlus254: U32): readonly [F32, F32] {
  const a = shift("shiftRightSigned", mPlus254, 1);
  const b = subtractU32(mPlus254, a);
  return [apply("fromBits", shift("shiftLeft", a, 23)), apply("fromBits", shift("shiftLeft", b, 23))];
}

/** n + 254. */
export const exponentPlus254 = ({ shifted }: Reduced): U32 => subtractU32(shifted, u32(ROUNDER - 254));
/** -n + 254. */
export const negatedExponentPlus254 = ({ shifted }: Reduced): U32 => subtractU32(u32(ROUNDER + 254), shifted);
