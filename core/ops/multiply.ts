import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Multiplies element by element: a b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g b to a, g a to b.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 */
export const multiply: BinaryOperation = elementwise(
  "multiply",
  ["f32", "f32"],
  (a, b) => apply("multiply", a, b),
  [(g, [, b]) => g.mul(b), (g, [a]) => g.mul(a)],
);
