import type { Dtype, HostArray } from "../../numerics/dtype.ts";

/**
 * Kinds of values that a kernel is tried with.
 *
 * - `normal`: about normally distributed.
 * - `mixed`: both signs, magnitudes from 2^-24 to 2^24, so that a sum in another order has other bits.
 * - `ties`: small integers of both signs and both zeros, so that equal keys abound.
 * - `zeros`: mostly +0 and -0.
 * - `subnormal`: subnormals and the smallest normals.
 * - `infinite`, `nan`: normal, with one in sixteen infinite, or a NaN of any sign and payload.
 * - `any`: any 32 bits, with edge cases strewn in.
 */
export type Pattern = "normal" | "mixed" | "ties" | "zeros" | "subnormal" | "infinite" | "nan" | "any";

/** Floats (as bits) where implementations differ: zeros, subnormals, integer limits, halves, infinities, NaN. */
export const EDGE_FLOATS: readonly number[] = [
  0x00000000, // 0
  0x80000000, // -0
  0x00000001, // the least subnormal
  0x80000001,
  0x007fffff, // the greatest subnormal
  0x00800000, // the least normal
  0x80800001,
  0x33800000, // 2^-24
  0x3f000000, // 0.5
  0xbf000000, // -0.5
  0x3effffff, // just below 0.5
  0x3f7fffff, // just below 1
  0x3f800000, // 1
  0xbf800000, // -1
  0x3f800001, // just above 1
  0x3fc00000, // 1.5
  0x40200000, // 2.5
  0xc0200000, // -2.5
  0x437f8000, // 255.5
  0x4affffff, // 2^23 - 0.5
  0x4b000001, // 2^23 + 1
  0x4b800000, // 2^24
  0x4effffff, // just below 2^31
  0x4f000000, // 2^31
  0xcf000000, // -2^31
  0xcf000001, // just below -2^31
  0x4f7fffff, // just below 2^32
  0x4f800000, // 2^32
  0x7f7fffff, // the greatest
  0xff7fffff,
  0x7f800000, // infinity
  0xff800000, // -infinity
  0x7fc00000, // NaN
  0xffc12345, // NaN with a sign and a payload
  0x7f800001, // a signalling NaN
];

/** Words where implementations differ. */
export const EDGE_WORDS: readonly number[] = [
  0,
  1,
  2,
  0x7fff,
  0xffff,
  0x10000,
  0xffffff,
  0x1000000,
  0x1000001,
  0x1ffffff,
  0x7ffffffe,
  0x7fffffff,
  0x80000000,
  0x80000001,
  0xaaaaaaaa,
  0xfeb2cd71, // rounds down as u32 and otherwise as i32
  0xffffff80,
  0xfffffffe,
  0xffffffff,
];

/** A small generator, seeded by a text: the same values for a case whatever runs before it. */
export class CaseRandom {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;

  constructor(seed: string) {
    for (let i = 0; i < seed.length; i++) this.#a = Math.imul(this.#a ^ seed.charCodeAt(i), 0x01000193);
    for (let i = 0; i < 8; i++) this.word();
  }

  /** 32 bits (two xorshift-multiply steps over a Weyl sequence: enough for test data). */
  word(): number {
    this.#b = (this.#b + 0x9e3779b9) | 0;
    let z = this.#a ^ this.#b;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    z ^= z >>> 16;
    this.#a = (this.#a + z) | 0;
    return z >>> 0;
  }

  /** An integer in [0, bound). */
  below(bound: number): number {
    return this.word() % bound;
  }

  /** About normal: the sum of four uniforms, scaled to variance 1. */
  normal(): number {
    const sum = this.word() + this.word() + this.word() + this.word();
    return (sum / 0x100000000 - 2) * 1.7320508075688772;
  }
}

/** `length` floats of a pattern. */
export function floats(random: CaseRandom, length: number, pattern: Pattern): Float32Array {
  const values = new Float32Array(length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < length; i++) {
    switch (pattern) {
      case "normal":
        values[i] = random.normal();
        break;
      case "mixed":
        bits[i] = (random.word() & 0x807fffff) | ((127 - 24 + random.below(48)) << 23);
        break;
      case "ties": {
        const value = random.below(7) - 3;
        values[i] = value === 0 && random.below(2) === 0 ? -0 : value;
        break;
      }
      case "zeros":
        values[i] = random.below(5) === 0 ? random.normal() : random.below(2) === 0 ? 0 : -0;
        break;
      case "subnormal":
        bits[i] = random.word() & 0x80ffffff;
        break;
      case "infinite":
        values[i] = random.below(16) > 0 ? random.normal() : random.below(2) === 0 ? Infinity : -Infinity;
        break;
      case "nan":
        if (random.below(16) > 0) values[i] = random.normal();
        else bits[i] = (random.word() & 0x807fffff) | 0x7f800001;
        break;
      case "any":
        bits[i] = random.below(4) === 0 ? EDGE_FLOATS[random.below(EDGE_FLOATS.length)]! : random.word();
    }
  }
  return values;
}

/** `length` words, a quarter of them edge cases. */
export function words(random: CaseRandom, length: number): Uint32Array {
  return Uint32Array.from(
    { length },
    () => random.below(4) === 0 ? EDGE_WORDS[random.below(EDGE_WORDS.length)]! : random.word(),
  );
}

/** `length` elements of any type: floats of a pattern, or words. */
export function elements(random: CaseRandom, dtype: Dtype, length: number, pattern: Pattern): HostArray {
  if (dtype === "f32") return floats(random, length, pattern);
  const integers = words(random, length);
  if (dtype === "u32") return integers;
  return dtype === "i32" ? Int32Array.from(integers) : Uint8Array.from(integers);
}
