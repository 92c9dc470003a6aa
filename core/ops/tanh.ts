import { apply, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/tanh.ts";
import { type BinaryOperation, elementwise, type UnaryOperation } from "./elementwise.ts";

// g (1 - r r)
const tanhGradient: BinaryOperation = elementwise(
  "differentiate tanh",
  ["f32", "f32"],
  (g, r) => apply("multiply", g, apply("subtract", f32(1), apply("multiply", r, r))),
  [(h, [, r]) => tanhGradient(h, r), (h, [g, r]) => h.mul(g).mul(r).mul(-2)],
);

/** The hyperbolic tangent, at most 1 ulp from the exact value. *Dtypes* f32. *Gradient* g (1 - r r), with the result r. */
export const tanh: UnaryOperation = elementwise(
  "take tanh",
  ["f32"],
  scalar.tanh,
  [(g, _, result) => tanhGradient(g, result)],
);
