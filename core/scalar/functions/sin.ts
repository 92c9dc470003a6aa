import type { F32 } from "../expression.ts";
import { sinCos } from "./sin_cos.ts";

/**
 * The sine of an angle in radians, with arguments of any size reduced exactly; see `sinCos` for the method.
 *
 * sin(-0) is -0; infinity and NaN give NaN.
 *
 * *Error* at most 0.905 ulp, over all floats (see `core/scalar/README.md`).
 */
export function sin(x: F32): F32 {
  return sinCos(x)[0];
}
