import type { F32 } from "../expression.ts";
import { sinCos } from "./sin_cos.ts";

/**
 * The cosine of an angle in radians, with arguments of any size reduced exactly; see `sinCos` for the method.
 *
 * Infinity and NaN give NaN.
 *
 * *Error* at most 0.902 ulp, over all floats (see `core/scalar/README.md`).
 */
export function cos(x: F32): F32 {
  return sinCos(x)[1];
}
