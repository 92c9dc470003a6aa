import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Divides: a / b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g / b to a, -(g r) / b to b, with the result r.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { createDevice, divide, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([1, -6, 1]);
 * using b = tensor([4, 3, 0]);
 * using quotient = divide(a, b);
 * assertEquals(await quotient.read(), Float32Array.of(0.25, -2, Infinity));
 * ```
 */
export const divide: BinaryOperation = elementwise(
  "divide",
  ["f32", "f32"],
  (a, b) => apply("divide", a, b),
  [(g, [, b]) => g.div(b), (g, [, b], result) => g.mul(result).div(b).neg()],
);
