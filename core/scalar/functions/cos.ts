import type { F32 } from "../expression.ts";
import { sinCos } from "./sin_cos.ts";

/**
 * The cosine of an angle in radians, with arguments of any size reduced exactly; see `sinCos` for the method.
 *
 * Infinity and NaN give NaN.
 *
 * *Error* at most 0.912 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.cos(x)]));
 * // the float nearest to pi / 2 is beyond it by 4.37e-8
 * assertEquals([f(0), f(Math.PI / 2)], [[1], [Math.fround(-4.371139e-8)]]);
 * ```
 */
export function cos(x: F32): F32 {
  return sinCos(x)[1];
}
