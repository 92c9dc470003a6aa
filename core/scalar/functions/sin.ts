import type { F32 } from "../expression.ts";
import { sinCos } from "./sin_cos.ts";

/**
 * The sine of an angle in radians, with arguments of any size reduced exactly; see `sinCos` for the method.
 *
 * sin(-0) is -0; infinity and NaN give NaN.
 *
 * *Error* at most 0.917 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.sin(x)]));
 * // 1.5707964 is nearest to pi / 2
 * assertEquals([f(-0), f(1.5707964)], [[-0], [1]]);
 * ```
 */
export function sin(x: F32): F32 {
  return sinCos(x)[0];
}
