import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/** Flips the sign: -x, exact. *Dtypes* f32. *Gradient* -g. */
export const negate: UnaryOperation = elementwise(
  "negate",
  ["f32"],
  (x) => apply("negate", x),
  [(g) => g.neg()],
);
