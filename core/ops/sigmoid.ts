import { apply, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/sigmoid.ts";
import { type BinaryOperation, elementwise, type UnaryOperation } from "./elementwise.ts";

// g (r (1 - r))
const sigmoidGradient: BinaryOperation = elementwise(
  "differentiate sigmoid",
  ["f32", "f32"],
  (g, r) => apply("multiply", g, apply("multiply", r, apply("subtract", f32(1), r))),
  [(h, [, r]) => sigmoidGradient(h, r), (h, [g, r]) => h.mul(g).mul(r.mul(-2).add(1))],
);

/**
 * The logistic function 1 / (1 + e^-x), at most 1 ulp from the exact value. *Dtypes* f32.
 * *Gradient* g (r (1 - r)), with the result r.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, sigmoid, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-Infinity, 0, 100]);
 * using y = sigmoid(x);
 * assertEquals(await y.read(), Float32Array.of(0, 0.5, 1));
 * ```
 */
export const sigmoid: UnaryOperation = elementwise(
  "take sigmoid",
  ["f32"],
  scalar.sigmoid,
  [(g, _, result) => sigmoidGradient(g, result)],
);
