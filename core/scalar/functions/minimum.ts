import type { F32 } from "../expression.ts";
import { negate } from "../notation.ts";
import { maximum } from "./maximum.ts";

/**
 * min(a, b) = -max(-a, -b): the smaller of two floats with -0 < +0, and NaN if either is NaN.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32", "f32"], (a, b) => [scalar.minimum(a, b)]));
 * assertEquals([f(-0, 0), f(2, NaN)], [[-0], [NaN]]);
 * ```
 */
export function minimum(a: F32, b: F32): F32 {
  return negate(maximum(negate(a), negate(b)));
}
