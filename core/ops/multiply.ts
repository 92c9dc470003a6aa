import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Multiplies element by element: a b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g b to a, g a to b.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { createDevice, multiply, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([1, 2, 3]);
 * using b = tensor([4, 5, 6]);
 * using product = multiply(a, b);
 * assertEquals(await product.read(), Float32Array.of(4, 10, 18));
 * ```
 */
export const multiply: BinaryOperation = elementwise(
  "multiply",
  ["f32", "f32"],
  (a, b) => apply("multiply", a, b),
  [(g, [, b]) => g.mul(b), (g, [a]) => g.mul(a)],
);
