import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Adds: a + b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g to both.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 */
export const add: BinaryOperation = elementwise(
  "add",
  ["f32", "f32"],
  (a, b) => apply("add", a, b),
  [(g) => g, (g) => g],
);
