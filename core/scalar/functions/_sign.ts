import { apply, type F32, f32, u32 } from "../expression.ts";
import { and, atLeast, subtract } from "../notation.ts";

/** y with the sign of x, given that y >= +0, and NaN if x is. */
export function withSignOf(x: F32, y: F32): F32 {
  const sign = and(apply("bitsOf", x), u32(0x80000000));
  return apply("fromBits", apply("or", sign, apply("bitsOf", y)));
}

/** -d if x < 0, otherwise x - d: x or -0, whichever is greater, less d. For d that is not negative. */
export function rectifiedMinus(x: F32, d: F32): F32 {
  return subtract(atLeast(x, f32(-0)), d);
}
