import { apply } from "../scalar/expression.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";

/**
 * Subtracts: a - b, one rounding.
 *
 * *Shapes* broadcast. *Dtypes* f32. *Gradient* g to a, -g to b.
 *
 * @throws {RangeError} if the shapes do not broadcast.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, subtract, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([5, 7]);
 * using difference = subtract(a, 2);
 * assertEquals(await difference.read(), Float32Array.of(3, 5));
 * ```
 */
export const subtract: BinaryOperation = elementwise(
  "subtract",
  ["f32", "f32"],
  (a, b) => apply("subtract", a, b),
  [(g) => g, (g) => g.neg()],
);
