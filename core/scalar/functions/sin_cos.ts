import { apply, type Bool, type F32, f32, f32Bits, shift, type U32, u32 } from "../expression.ts";
import {
  absolute,
  add,
  addU32,
  and,
  less,
  multiply,
  polynomial,
  select,
  subtract,
  subtractU32,
  xor,
} from "../notation.ts";

/** 26 zeros and the first 198 bits of 2 / pi after the point. */
const TWO_OVER_PI = [0x00000028, 0xbe60db93, 0x91054a7f, 0x09d5f47d, 0x4d377036, 0xd8a5664f, 0x10e4107f];
const QUARTER_PI = 0x3f490fdb;
const TWO_TO_MINUS_31 = 0x30000000;

const or = (a: U32, b: U32): U32 => apply("or", a, b);
const times = (a: U32, b: U32): U32 => apply("multiplyU32", a, b);
const timesHigh = (a: U32, b: U32): U32 => apply("multiplyHighU32", a, b);
const choose = (condition: Bool, a: U32, b: U32): U32 => apply("selectU32", condition, a, b);
const isOdd = (x: U32): Bool => apply("equalU32", and(x, u32(1)), u32(1));

/** |x| = q pi / 2 + s (high + low), with |high + low| <= pi / 4. */
interface Quadrant {
  /** q modulo 4. */
  readonly q: U32;
  /** The sign s in the sign bit, the other bits 0. */
  readonly sign: U32;
  readonly high: F32;
  readonly low: F32;
}

/**
 * Reduces by multiples of pi / 2, exactly for every float (Payne and Hanek's method in words).
 *
 * |x| = m 2^(k - 24) with an integer m of 24 bits (25 from 1 upwards) and 0 <= k <= 127. Multiples of 4 in 2 / pi 2^(k - 24)
 * do not matter, so the product of m with 96 bits of 2 / pi, taken from bit k on, has the quadrant in its first two bits
 * and then 62 good bits of the fraction: the fraction of no float is below 2^-31. Below pi / 4 nothing is done.
 */
function reduce(x: F32): Quadrant {
  const size = absolute(x);
  const bits = apply("bitsOf", size);
  const exponent = shift("shiftRight", bits, 23);
  const aboveOne = apply("lessU32", u32(126), exponent);
  const k = choose(aboveOne, subtractU32(exponent, u32(127)), u32(0));
  const significand = or(and(bits, u32(0x007fffff)), u32(0x00800000));
  const m = choose(aboveOne, shift("shiftLeft", significand, 1), significand);

  // four words of 2 / pi from bit k - k mod 32 on, then three from bit k on
  const bySixtyFour = isOdd(shift("shiftRight", k, 6));
  const byThirtyTwo = isOdd(shift("shiftRight", k, 5));
  const word = (i: number): U32 => u32(TWO_OVER_PI[i]!);
  const coarse = [0, 1, 2, 3, 4].map((i) => choose(bySixtyFour, word(i + 2), word(i)));
  const words = [0, 1, 2, 3].map((i) => choose(byThirtyTwo, coarse[i + 1]!, coarse[i]!));
  const power = apply(
    "u32FromF32",
    apply("fromBits", shift("shiftLeft", addU32(and(k, u32(31)), u32(127)), 23)),
  );
  const [w0, w1, w2] = [0, 1, 2].map((i) => or(times(words[i]!, power), timesHigh(words[i + 1]!, power))) as [
    U32,
    U32,
    U32,
  ];

  const carried = timesHigh(m, w2);
  const second = addU32(times(m, w1), carried);
  const carry = choose(apply("lessU32", second, carried), u32(1), u32(0));
  const first = addU32(addU32(times(m, w0), timesHigh(m, w1)), carry);

  const q = shift("shiftRight", addU32(first, u32(0x20000000)), 30);
  // the fraction from -1/2 to 1/2 of a quadrant, as sign and size (less one unit if negative: 2^-62)
  const signed = or(shift("shiftLeft", first, 2), shift("shiftRight", second, 30));
  const mask = shift("shiftRightSigned", signed, 31);
  const upper = xor(signed, mask);
  const lower = xor(shift("shiftLeft", second, 2), mask);
  // upper = twelve leading bits + rest; twelve bits times the first twelve of pi / 2 are exact
  const leading = apply("fromBits", and(apply("bitsOf", apply("f32FromI32", upper)), u32(0xfffff000)));
  const rest = add(
    apply("f32FromI32", subtractU32(upper, apply("i32FromF32", leading))),
    multiply(apply("f32FromI32", shift("shiftRight", lower, 1)), f32Bits(TWO_TO_MINUS_31)),
  );
  const high = multiply(leading, f32Bits(0x2fc91000 /* 1.57080078 * 2^-32 */));
  const low = add(
    multiply(leading, f32Bits(0xa695777a /* (pi / 2 - 1.57080078) * 2^-32 */)),
    multiply(rest, f32Bits(0x2fc90fdb /* 1.57079637 * 2^-32 */)),
  );

  const small = less(size, f32Bits(QUARTER_PI));
  return {
    q: choose(small, u32(0), q),
    sign: choose(small, u32(0), and(mask, u32(0x80000000))),
    high: select(small, size, high),
    low: select(small, f32(0), low),
  };
}

/**
 * The sine and cosine together, which share nearly all of their work.
 *
 * After the reduction, with r = high + low: sin r = high + (low + r^3 p(r^2)) and cos r = 1 - r^2 / 2 + r^4 q(r^2), the
 * latter with the errors of 1 - r^2 / 2 and of r. Minimax fits (`_tools/fit_polynomials.ts`, "sin" and "cos") with
 * relative errors of 2^-27.9 and 2^-33.0. sin(-0) is -0; infinity and NaN give NaN.
 *
 * *Error* at most 0.917 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => scalar.sinCos(x)));
 * assertEquals(f(0), [0, 1]);
 * ```
 */
export function sinCos(x: F32): readonly [sin: F32, cos: F32] {
  const { q, sign, high, low } = reduce(x);
  const one = f32(1);
  const r = add(high, low);
  const square = multiply(r, r);
  const p = polynomial(square, [
    0xb94ca976, // -0.000195180852
    0x3c0883bb, // 0.00833218824
    0xbe2aaaa3, // -0.166666552
  ]);
  const sine = add(high, add(low, multiply(multiply(r, square), p)));

  const s = polynomial(square, [
    0x37ccf47d, // 0.0000244325438
    0xbab60615, // -0.00138873106
    0x3d2aaaa5, // 0.0416666456
  ]);
  const half = multiply(square, f32(0.5));
  const start = subtract(one, half);
  const startError = subtract(subtract(one, start), half);
  const rError = subtract(low, subtract(r, high));
  const fourth = subtract(multiply(multiply(square, square), s), multiply(r, rError));
  const cosine = add(start, add(startError, fourth));

  const oddQuadrant = isOdd(q);
  const finite = less(absolute(x), f32(Infinity));
  const withSign = (y: F32, signBits: U32): F32 => {
    const signed = apply("fromBits", xor(apply("bitsOf", y), and(signBits, u32(0x80000000))));
    return select(finite, signed, f32(NaN));
  };
  // quadrants 2 and 3 turn the sine's sign, 1 and 2 the cosine's
  const turned = shift("shiftLeft", q, 30);
  const turnedNext = shift("shiftLeft", addU32(q, u32(1)), 30);
  return [
    withSign(
      select(oddQuadrant, cosine, sine),
      xor(xor(apply("bitsOf", x), turned), choose(oddQuadrant, u32(0), sign)),
    ),
    withSign(
      select(oddQuadrant, sine, cosine),
      xor(turnedNext, choose(oddQuadrant, sign, u32(0))),
    ),
  ];
}
