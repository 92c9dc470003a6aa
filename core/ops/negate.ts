import { apply } from "../scalar/expression.ts";
import { elementwise } from "./elementwise.ts";

/** Flips the sign: -x, exact. *Dtypes* f32. *Gradient* -g. */
export const negate = elementwise("negate", ["f32"], (x) => apply("negate", x), (g) => [g.neg()]);
