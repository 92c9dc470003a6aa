import { type F32, f32 } from "../expression.ts";
import { atLeast } from "../notation.ts";

/** relu(x) = x < 0 ? +0 : x, so relu(-0) is -0 and NaN stays NaN. */
export function relu(x: F32): F32 {
  return atLeast(x, f32(0));
}
