import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Subtracts: a - b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g to a, -g to b.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 */
export const subtract: BinaryOperation = elementwise(
  "subtract",
  ["f32", "f32"],
  (a, b) => apply("subtract", a, b),
  [(g) => g, (g) => g.neg()],
);
