import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Adds: a + b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g to both.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example A column and a row broadcast to a matrix
 * ```ts
 * import { add, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using column = tensor([[1], [2]]);
 * using row = tensor([10, 20]);
 * using total = add(column, row);
 * assertEquals(await total.read(), Float32Array.of(11, 21, 12, 22));
 * ```
 */
export const add: BinaryOperation = elementwise(
  "add",
  ["f32", "f32"],
  (a, b) => apply("add", a, b),
  [(g) => g, (g) => g],
);
