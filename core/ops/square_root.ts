import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The square root, one rounding. *Dtypes* f32. *Gradient* g / (2 r), with the result r: infinite at 0.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, squareRoot, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([0, 2.25, 9]);
 * using y = squareRoot(x);
 * assertEquals(await y.read(), Float32Array.of(0, 1.5, 3));
 * ```
 */
export const squareRoot: UnaryOperation = elementwise(
  "take the square root",
  ["f32"],
  (x) => apply("squareRoot", x),
  [(g, _, result) => g.div(result.mul(2))],
);
