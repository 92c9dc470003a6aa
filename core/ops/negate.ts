import { apply } from "../scalar/expression.ts";
import { elementwise, type UnaryOperation } from "./elementwise.ts";

/**
 * Flips the sign: -x, exact. *Dtypes* f32. *Gradient* -g.
 *
 * @example
 * ```ts
 * import { createDevice, negate, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, -2, 0]);
 * using y = negate(x);
 * assertEquals(await y.read(), Float32Array.of(-1, 2, -0));
 * ```
 */
export const negate: UnaryOperation = elementwise(
  "negate",
  ["f32"],
  (x) => apply("negate", x),
  [(g) => g.neg()],
);
