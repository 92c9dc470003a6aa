import { type F32, f32 } from "../expression.ts";
import { absolute, add, atLeast, less, select } from "../notation.ts";

/**
 * The larger of two floats by the order key: -0 < +0, and NaN above all.
 *
 * Comparison decides unless an operand is NaN or both are zeros; there a + b does, which is NaN if an operand is, and of
 * two zeros -0 only if both are.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32", "f32"], (a, b) => [scalar.maximum(a, b)]));
 * assertEquals([f(-0, 0), f(2, NaN)], [[0], [NaN]]);
 * ```
 */
export function maximum(a: F32, b: F32): F32 {
  const comparable = less(f32(0), add(absolute(a), absolute(b)));
  return select(comparable, atLeast(a, b), add(a, b));
}
