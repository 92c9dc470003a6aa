import { multiply } from "../scalar/notation.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * The square x x, one rounding. *Dtypes* f32. *Gradient* g (2 x).
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, square, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-3, 0.5]);
 * using y = square(x);
 * assertEquals(await y.read(), Float32Array.of(9, 0.25));
 * ```
 */
export const square: UnaryOperation = elementwise(
  "square",
  ["f32"],
  (x) => multiply(x, x),
  [(g, [x]) => g.mul(x.mul(2))],
);
