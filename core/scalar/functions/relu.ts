import { type F32, f32 } from "../expression.ts";
import { atLeast } from "../notation.ts";

/**
 * relu(x) = x < 0 ? +0 : x, so relu(-0) is -0 and NaN stays NaN.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.relu(x)]));
 * assertEquals([f(-3), f(-0), f(3)], [[0], [-0], [3]]);
 * ```
 */
export function relu(x: F32): F32 {
  return atLeast(x, f32(0));
}
