import { apply, type F32, f32, f32Bits, shift, type U32, u32 } from "./expression.ts";
import { sinCos } from "./functions/sin_cos.ts";
import { log } from "./functions/log.ts";
import { addU32, multiply } from "./notation.ts";
import { uniform } from "./philox.ts";

/**
 * Two independent standard normal numbers from two random words, by the method of Box and Muller (rule N7).
 *
 * With u1 = ((first >>> 8) + 1) 2^-24 in (0, 1] and u2 = (second >>> 8) 2^-24 in [0, 1): sqrt(-2 log u1) times
 * cos(2 pi u2) and sin(2 pi u2), with 2 pi rounded to f32. Their size is at most sqrt(48 log 2) = 5.768.
 *
 * *Source* Box and Muller, "A note on the generation of random normal deviates" (1958).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, normalPair, scalarProgram } = scalar;
 * const pair = compileScalar(scalarProgram(["u32", "u32"], (first, second) => normalPair(first, second)));
 * // u1 = 2^-24 and u2 = 0: the largest of all
 * assertEquals(pair(0, 0), [Math.fround(5.7681074), 0]);
 * ```
 */
export function normalPair(first: U32, second: U32): readonly [F32, F32] {
  const u1 = multiply(
    apply("f32FromI32", addU32(shift("shiftRight", first, 8), u32(1))),
    f32Bits(0x33800000 /* 2^-24 */),
  );
  const radius = apply("squareRoot", multiply(f32(-2), log(u1)));
  const [sine, cosine] = sinCos(multiply(f32Bits(0x40c90fdb /* 6.28318548 */), uniform(second)));
  return [multiply(radius, cosine), multiply(radius, sine)];
}
