import { bitsFromF64, f64FromBits } from "../numerics/float_bits.ts";

/** A number as significand 2^exponent, 1 <= |significand| < 2; a zero has the significand 0. */
export interface ScaledNumber {
  readonly significand: number;
  readonly exponent: number;
}

const FRACTION = 0x800fffffffffffffn;
const UP = 18014398509481984; // 2^54

function split(value: number): ScaledNumber {
  if (value === 0) return { significand: 0, exponent: 0 };
  const subnormal = Math.abs(value) < 2.2250738585072014e-308; // 2^-1022
  const bits = bitsFromF64(subnormal ? value * UP : value);
  const exponent = Number((bits >> 52n) & 2047n) - 1023 - (subnormal ? 54 : 0);
  return { significand: f64FromBits((bits & FRACTION) | 0x3ff0000000000000n), exponent };
}

/** The product of the diagonal of a square row-major matrix, ascending, which neither overflows nor vanishes. */
export function diagonalProduct(values: Float64Array, n: number): ScaledNumber {
  let [significand, exponent] = [1, 0];
  for (let i = 0; i < n && significand !== 0; i++) {
    const factor = split(values[i * (n + 1)]!);
    const product = split(significand * factor.significand);
    significand = product.significand;
    exponent += factor.exponent + product.exponent;
  }
  return { significand, exponent };
}

/** The number, rounded once, in the last step. */
export function valueOf({ significand, exponent }: ScaledNumber): number {
  let value = significand;
  // Beyond 4000 it is infinite or zero in any case.
  let rest = Math.max(-4000, Math.min(4000, exponent));
  for (; rest > 1000; rest -= 1000) value *= f64FromBits(0x7e70000000000000n); // 2^1000
  for (; rest < -1000; rest += 1000) value *= f64FromBits(0x0170000000000000n); // 2^-1000
  return value * f64FromBits(BigInt(rest + 1023) << 52n);
}

/** Terms of the series below: the first that is left out is less than 2^-60 of the sum. */
const TERMS = 12;

/**
 * The natural logarithm of the size of a number, within 2 ulp of the larger of its parts: with m in [sqrt(1/2), sqrt(2)]
 * and s = (m - 1) / (m + 1), log m = 2 (s + s^3 / 3 + s^5 / 5 + ...), by Horner's rule; then exponent log 2.
 */
export function logarithmOf({ significand, exponent }: ScaledNumber): number {
  if (significand === 0) return -Infinity;
  const size = Math.abs(significand);
  const [m, e] = size > Math.SQRT2 ? [size / 2, exponent + 1] : [size, exponent];
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let k = TERMS; k >= 0; k--) sum = sum * square + 1 / (2 * k + 1);
  return e * Math.LN2 + 2 * s * sum;
}
