import type { F32 } from "../expression.ts";
import { negate } from "../notation.ts";
import { maximum } from "./maximum.ts";

/** min(a, b) = -max(-a, -b): the smaller of two floats with -0 < +0, and NaN if either is NaN. */
export function minimum(a: F32, b: F32): F32 {
  return negate(maximum(negate(a), negate(b)));
}
