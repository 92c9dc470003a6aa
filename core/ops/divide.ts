import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Divides: a / b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g / b to a, -(g r) / b to b, with the result r.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 */
export const divide: BinaryOperation = elementwise(
  "divide",
  ["f32", "f32"],
  (a, b) => apply("divide", a, b),
  [(g, [, b]) => g.div(b), (g, [, b], result) => g.mul(result).div(b).neg()],
);
