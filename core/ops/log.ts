import * as scalar from "../scalar/functions/log.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The natural logarithm, at most 1 ulp from the exact value; -infinity at zero, NaN below. *Dtypes* f32.
 * *Gradient* g / x.
 */
export const log: UnaryOperation = elementwise(
  "take the logarithm",
  ["f32"],
  scalar.log,
  [(g, [x]) => g.div(x)],
);
