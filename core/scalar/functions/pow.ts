import { apply, type Bool, type F32, f32, f32Bits, shift, u32 } from "../expression.ts";
import {
  absolute,
  add,
  and,
  atLeast,
  atMost,
  divide,
  equal,
  less,
  multiply,
  negate,
  polynomial,
  select,
  subtract,
  subtractU32,
} from "../notation.ts";
import { halfPowers } from "./_exponential.ts";

/** The bits of sqrt(1/2), rounded up: significands are taken from there to sqrt(2). */
const ROOT_HALF = 0x3f3504f3;
/** 1.5 * 2^23: adding it rounds a small number to an integer, which then stands in the last bits. */
const ROUNDER = 0x4b400000;

/**
 * Five centers c for the significand: where the next one takes over, c, and log2(c) as multiple of 2^-10 and rest. They
 * are short, so that differences from them are exact, and lie evenly on the logarithmic scale.
 */
const CENTERS = [
  { from: 0, c: 0x3f420000, /* 0.7578125 */ high: 0xbecd0000, low: 0x399f1aad },
  { from: 0x3f4ffec5, /* 0.8124812 */ c: 0x3f5f0000, /* 0.87109375 */ high: 0xbe4c0000, low: 0x38f8d3b1 },
  { from: 0x3f6eee53, /* 0.933324 */ c: 0x3f800000, /* 1 */ high: 0, low: 0 },
  { from: 0x3f892be3, /* 1.0716518 */ c: 0x3f930000, /* 1.1484375 */ high: 0x3e4c0000, low: 0x39edd078 },
  { from: 0x3f9d9ddb, /* 1.2313799 */ c: 0x3fa90000, /* 1.3203125 */ high: 0x3ecd8000, low: 0xb9ffb8dc },
] as const;

/** A number as a coarse part of 12 bits and a rest, both exact. */
interface Split {
  readonly high: F32;
  readonly low: F32;
}

/** The first 12 bits of a significand: products of two such numbers are exact. */
const leading = (x: F32): F32 => apply("fromBits", and(apply("bitsOf", x), u32(0xfffff000)));

/**
 * log2(x) for positive normal x, less `borrowed`, with an error of below 2^-31.5 relative to it.
 *
 * x = 2^k m with sqrt(1/2) <= m < sqrt(2), and with the center c next to m and s = (m - c) / (m + c), |s| <= 0.0352:
 * log2 x = k + log2 c + 2 / ln 2 (s + s^3 p(s^2)). p is a minimax fit (`_tools/fit_polynomials.ts`, "log2") with an error
 * of 2^-39.7 relative to s.
 */
function logarithm2(x: F32, borrowed: F32): Split {
  const bits = apply("bitsOf", x);
  const exponent = shift("shiftRightSigned", subtractU32(bits, u32(ROOT_HALF)), 23);
  const m = apply("fromBits", subtractU32(bits, shift("shiftLeft", exponent, 23)));
  const k = subtract(apply("f32FromI32", exponent), borrowed);
  const beyond = CENTERS.map(({ from }) => less(m, f32Bits(from)));
  const pick = (part: "c" | "high" | "low"): F32 =>
    CENTERS.slice(1).reduce(
      (value, center, i) => select(beyond[i + 1]!, value, f32Bits(center[part])),
      f32Bits(CENTERS[0][part]),
    );
  const c = pick("c");

  const difference = subtract(m, c);
  const sum = add(m, c);
  const sumHigh = leading(sum);
  const sumLow = subtract(m, subtract(sumHigh, c));
  const reciprocal = divide(f32(1), sum);
  // s = sHigh + sLow: the products of sHigh are exact
  const sHigh = leading(multiply(difference, reciprocal));
  const remainder = subtract(subtract(difference, multiply(sHigh, sumHigh)), multiply(sHigh, sumLow));
  const sLow = multiply(remainder, reciprocal);
  const s = add(sHigh, sLow);
  const square = multiply(s, s);
  const p = polynomial(square, [
    0x3e21e3b2, // 0.158095151
    0x3e4cc5fb, // 0.199973986
    0x3eaaaaab, // 0.333333343
  ]);
  const correction = add(multiply(multiply(s, square), p), sLow);

  // 2 / ln 2 = 2.88574219 - 0.000352105713; the larger term is first, or it is 0
  const first = add(k, pick("high"));
  const second = multiply(sHigh, f32Bits(0x4038b000));
  const total = add(first, second);
  const error = subtract(second, subtract(total, first));
  const rest = add(
    multiply(sHigh, f32Bits(0xb9b89ad4)),
    multiply(correction, f32Bits(0x4038aa3b /* 2.88539004 */)),
  );
  const low = add(error, add(rest, pick("low")));
  const high = leading(add(total, low));
  return { high, low: add(subtract(total, high), low) };
}

/**
 * 2^(high + low) for |low| far below 1. With n the nearest integer, h what is left of the first 12 bits of `high`, l of the
 * rest, and r = h + l: 2^n (1 + 355/512 h + (l ln 2 + h (ln 2 - 355/512) + r^2 p(r))), where the first product is exact. p
 * is a minimax fit (`_tools/fit_polynomials.ts`, "exp2") with a relative error of 2^-28.3. From 160 on the result is
 * infinity, from -160 down +0.
 */
function power2(high: F32, low: F32): F32 {
  const clamped = atLeast(atMost(high, f32(160)), f32(-160));
  const head = leading(clamped);
  const tail = add(subtract(clamped, head), atLeast(atMost(low, f32(1)), f32(-1)));
  const t = add(add(head, tail), f32Bits(ROUNDER));
  const h = subtract(head, subtract(t, f32Bits(ROUNDER)));
  const r = add(h, tail);
  const p = polynomial(r, [
    0x3920b0ea, // 0.000153246947
    0x3aaf823c, // 0.00133902533
    0x3c1d96f5, // 0.00961851049
    0x3d6357c4, // 0.0555036217
    0x3e75fdee, // 0.240226477
  ]);
  const linear = add(
    multiply(tail, f32Bits(0x3f317218 /* 0.693147182 */)),
    multiply(h, f32Bits(0xb95e8083 /* -0.000212194442 */)),
  );
  const rest = add(linear, multiply(multiply(r, r), p));
  const y = add(f32(1), add(multiply(h, f32Bits(0x3f318000 /* 0.693359375 */)), rest));
  const [a, b] = halfPowers(subtractU32(apply("bitsOf", t), u32(ROUNDER - 254)));
  return multiply(multiply(y, a), b);
}

const both = (a: Bool, b: Bool): Bool => apply("both", a, b);
const not = (a: Bool): Bool => apply("not", a);

/** Whether a float is an integer (infinity counts as one), and whether an odd one. */
function integrality(y: F32): { readonly integer: Bool; readonly odd: Bool } {
  const half = multiply(y, f32(0.5));
  const integer = equal(apply("floor", y), y);
  return { integer, odd: both(integer, not(equal(apply("floor", half), half))) };
}

/**
 * The power x^y.
 *
 * |x|^y = 2^(y log2 |x|), where log2 |x| and the product are sums of two floats; y counts as at most 2^32 in size, where
 * every result but 1 is +0 or infinity. The sign is x's if y is an odd integer. Special values are IEEE 754's: x^+-0 and
 * 1^y are 1 even for NaN, (-1)^+-infinity is 1, a negative finite x to a finite y that is no integer is NaN,
 * (+-0)^y for y < 0 is infinity with the sign.
 *
 * *Error* at most 1.076 ulp, over 10^9 pairs (see `core/scalar/README.md`).
 *
 * *Differs* from JavaScript, where 1^NaN, 1^infinity and (-1)^infinity are NaN.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32", "f32"], (x, y) => [scalar.pow(x, y)]));
 * assertEquals([f(-2, 3), f(2, 0.5), f(-0, -1)], [[-8], [Math.fround(Math.SQRT2)], [-Infinity]]);
 * ```
 */
export function pow(x: F32, y: F32): F32 {
  const [zero, one, infinite] = [f32(0), f32(1), f32(Infinity)];
  const size = absolute(x);
  const subnormal = less(size, f32Bits(0x00800000 /* 2^-126 */));
  const normal = select(subnormal, multiply(size, f32Bits(0x4b000000 /* 2^23 */)), size);
  const log2 = logarithm2(normal, select(subnormal, f32(23), zero));

  const limit = f32(4294967296);
  const exponent = atLeast(atMost(y, limit), negate(limit));
  const exponentHigh = leading(exponent);
  const product = multiply(exponentHigh, log2.high);
  const productRest = add(
    multiply(subtract(exponent, exponentHigh), log2.high),
    multiply(exponent, log2.low),
  );
  const finite = power2(product, productRest);

  const isZero = equal(x, zero);
  const zeroOrInfinite = select(
    less(y, zero),
    select(isZero, infinite, zero),
    select(isZero, zero, infinite),
  );
  const magnitude = select(apply("either", isZero, equal(size, infinite)), zeroOrInfinite, finite);
  const { integer, odd } = integrality(y);
  const signed = both(odd, apply("lessSigned", apply("bitsOf", x), u32(0)));
  const withSign = select(signed, negate(magnitude), magnitude);
  const ordered = both(equal(x, x), equal(y, y));
  const complex = both(both(less(x, zero), less(size, infinite)), not(integer));
  const value = select(both(ordered, not(complex)), withSign, f32(NaN));
  return select(apply("either", equal(y, zero), equal(x, one)), one, value);
}
