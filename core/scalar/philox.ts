import { apply, type F32, f32Bits, shift, type U32, u32 } from "./expression.ts";
import { addU32, multiply, xor } from "./notation.ts";

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
/** The golden ratio and sqrt(3) - 1, as fractions of 2^32: what the key grows by after each round. */
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** Four words: a counter, or what Philox makes of it. */
export type FourWords = readonly [U32, U32, U32, U32];

/**
 * Philox4x32-10: a bijection of the 128-bit counters for each 64-bit key, whose values look random.
 *
 * *Source* Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011); the constants are the
 * paper's.
 *
 * @example The words for counter 0 and key 0, as published
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, philox, scalarProgram, u32 } = scalar;
 * const zero = u32(0);
 * const words = compileScalar(scalarProgram([], () => philox([zero, zero, zero, zero], [zero, zero])));
 * assertEquals(words(), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
 * ```
 */
export function philox(counter: FourWords, key: readonly [U32, U32]): FourWords {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  const [m0, m1] = [u32(MULTIPLIER_0), u32(MULTIPLIER_1)];
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) [k0, k1] = [addU32(k0, u32(WEYL_0)), addU32(k1, u32(WEYL_1))];
    const [high0, low0] = [apply("multiplyHighU32", m0, c0), apply("multiplyU32", m0, c0)];
    const [high1, low1] = [apply("multiplyHighU32", m1, c2), apply("multiplyU32", m1, c2)];
    [c0, c1, c2, c3] = [xor(xor(high1, c1), k0), low1, xor(xor(high0, c3), k1), low0];
  }
  return [c0, c1, c2, c3];
}

/**
 * A random word as a float in [0, 1): (word >>> 8) 2^-24, exact.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, scalarProgram, uniform } = scalar;
 * const f = compileScalar(scalarProgram(["u32"], (word) => [uniform(word)]));
 * assertEquals([0, 0x80000000, 0xffffffff].flatMap((word) => f(word)), [0, 0.5, 1 - 2 ** -24]);
 * ```
 */
export function uniform(word: U32): F32 {
  // 24 bits are a small signed integer too, and every target converts that in one instruction
  return multiply(apply("f32FromI32", shift("shiftRight", word, 8)), f32Bits(0x33800000));
}
