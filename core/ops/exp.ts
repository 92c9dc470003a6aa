import * as scalar from "../scalar/functions/exp.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/** The exponential e^x, at most 1 ulp from the exact value. *Dtypes* f32. *Gradient* g r, with the result r. */
export const exp: UnaryOperation = elementwise(
  "exponentiate",
  ["f32"],
  scalar.exp,
  [(g, _, result) => g.mul(result)],
);
