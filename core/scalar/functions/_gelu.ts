import { type F32, f32, f32Bits } from "../expression.ts";
import { absolute, add, atMost, divide, multiply, polynomial, subtract } from "../notation.ts";
import { exponential, exponentPlus254, halfPowers } from "./_exponential.ts";

/** 1.5 * 2^15: adding and subtracting it keeps a number below 16 to multiples of 2^-8. */
const COARSE = f32Bits(0x47400000);

/** Below this size the central series is used, above it the tail. */
export const CENTRAL = f32Bits(0x3f19999a /* 0.6 */);

/** What gelu and its slope are made of, with a = |x|, Phi the normal distribution and phi its density. */
export interface NormalParts {
  /** min(a, 14.5), from where a Phi(-a) is 0. */
  readonly a: F32;
  /** a^2. */
  readonly square: F32;
  /** (Phi(a) - 1/2) / a, for a up to CENTRAL. */
  readonly central: F32;
  /** e^(-a^2 / 2) = 2^n (1 + fraction). */
  readonly fraction: F32;
  /** a Phi(-a) e^(a^2 / 2) = start + change, for a from CENTRAL on. */
  readonly start: F32;
  readonly change: F32;
  /** Multiplies a number with 2^n, with one rounding if the number is near 1. */
  readonly scale: (x: F32) => F32;
}

/**
 * Takes the normal distribution apart.
 *
 * - central: a minimax fit in a^2 (`_tools/fit_polynomials.ts`, "gelu") with an error of 2^-30 relative to 2 Phi(-a);
 * - e^(-a^2 / 2): a = b + c with b of 12 bits, so that a^2 = b^2 + c (a + b) where b^2 is exact;
 * - a Phi(-a) e^(a^2 / 2), which grows from 0.197 to 0.397: a minimax fit in t = (a - 1.074) / (a + 3) ("geluTail") with
 *   a relative error of 2^-29.1. Where it grows fast, t is small and its numerator exact.
 */
export function normalParts(x: F32): NormalParts {
  const a = atMost(absolute(x), f32(14.5));
  const square = multiply(a, a);
  const central = polynomial(square, [
    0x38fad1bf, // 0.000119599972
    0xba9cb54c, // -0.00119558861
    0x3c23742e, // 0.00997642986
    0xbd882c4a, // -0.0664907247
    0x3ecc422a, // 0.398942292
  ]);

  const b = subtract(add(a, COARSE), COARSE);
  const c = subtract(a, b);
  const parts = exponential(
    multiply(multiply(b, b), f32(-0.5)),
    multiply(multiply(c, add(a, b)), f32(-0.5)),
  );
  const [half, other] = halfPowers(exponentPlus254(parts));

  const t = divide(subtract(a, f32Bits(0x3f897b33 /* 1.07407224 */)), add(a, f32(3)));
  const p = polynomial(t, [
    0x3b76f582, // 0.00376829552
    0xbc529c30, // -0.0128546208
    0x3bc111cf, // 0.00589201553
    0x3c8dc94d, // 0.0173079018
    0x3c46e36f, // 0.0121391853
    0xbd8f1366, // -0.0698612183
    0xbd7ea528, // -0.062169224
    0x3edbb5c3, // 0.429121107
    0xbf2865ee, // -0.657805324
    0x3eed10b6, // 0.463018119
  ]);
  return {
    a,
    square,
    central,
    fraction: add(parts.high, parts.rest),
    start: f32Bits(0x3e8a6f5a /* 0.270380795 */),
    change: multiply(t, p),
    scale: (y) => multiply(multiply(y, half), other),
  };
}
