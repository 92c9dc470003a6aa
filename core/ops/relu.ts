import { apply, f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/relu.ts";
import { type BinaryOperation, elementwise, type UnaryOperation } from "./elementwise.ts";

// x > 0 ? g : +0. Its own derivative with respect to x is 0 where it exists.
const reluGradient: BinaryOperation = elementwise(
  "differentiate relu",
  ["f32", "f32"],
  (g, x) => apply("selectF32", apply("less", f32(0), x), g, f32(0)),
  [(h, [, x]) => reluGradient(h, x), null],
);

/**
 * The rectifier: x < 0 ? +0 : x. relu(-0) is -0, NaN stays. *Dtypes* f32.
 *
 * *Gradient* x > 0 ? g : +0, so +0 at the kink and for NaN.
 *
 * @example
 * ```ts
 * import { createDevice, relu, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-2, 0, 3]);
 * using y = relu(x);
 * assertEquals(await y.read(), Float32Array.of(0, 0, 3));
 * ```
 */
export const relu: UnaryOperation = elementwise(
  "rectify",
  ["f32"],
  scalar.relu,
  [(g, [x]) => reluGradient(g, x)],
);
