import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/** The square root, one rounding. *Dtypes* f32. *Gradient* g / (2 r), with the result r: infinite at 0. */
export const squareRoot: UnaryOperation = elementwise(
  "take the square root",
  ["f32"],
  (x) => apply("squareRoot", x),
  [(g, _, result) => g.div(result.mul(2))],
);
