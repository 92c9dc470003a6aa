import { type F32, f32, f32Bits } from "../expression.ts";
import { add, divide, multiply, subtract } from "../notation.ts";
import { type Exponential, halfPowers, negatedExponentPlus254 } from "./_exponential.ts";

/** 1.5 * 2^12: adding and subtracting it keeps a number below 4 to multiples of 2^-11. */
const COARSE = f32Bits(0x45c00000);
const coarse = (x: F32): F32 => subtract(add(x, COARSE), COARSE);

/** 1 / (1 + e^z) = 2^-n y with 1/3 < y <= 3/2. */
export interface Logistic {
  readonly y: F32;
  /** Multiplies a number of the size of y with 2^-n, with one rounding. */
  readonly scale: (x: F32) => F32;
}

/**
 * 1 / (1 + e^z) for z >= 0, given e^z = 2^n (1 + s) taken apart: 2^-n / d with d = 2^-n + 1 + s.
 *
 * d is kept as a coarse part of 12 bits and a rest, and 1 / d as a coarse q and q's residual: 1 / d = q + (1 - q d) / d,
 * where q times d's coarse part is exact. So y = 1 / d rounds about once.
 */
export function logistic(parts: Exponential): Logistic {
  const one = f32(1);
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
  return { y, scale: (x) => multiply(multiply(x, a), b) };
}
