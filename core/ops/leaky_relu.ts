import { f32 } from "../scalar/expression.ts";
import { less, multiply, select } from "../scalar/notation.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";
import { checkFinite, parametrised } from "./_parametrised.ts";

const operations = parametrised((slope: number) => {
  const gradient: BinaryOperation = elementwise(
    "differentiate leaky relu",
    ["f32", "f32"],
    (g, x) => select(less(f32(0), x), g, multiply(g, f32(slope))),
    [(h, [, x]) => gradient(h, x), null],
  );
  return elementwise(
    "take leaky relu",
    ["f32"],
    (x) => select(less(x, f32(0)), multiply(x, f32(slope)), x),
    [(g, [x]) => gradient(g, x)],
  );
});

/**
 * The leaky rectifier: x < 0 ? slope x : x. -0 and NaN stay. *Dtypes* f32.
 *
 * *Gradient* x > 0 ? g : slope g, so the left one at the kink and for NaN. *Source* i2dl, lecture 7.
 *
 * @throws {RangeError} if the slope is not a finite number.
 *
 * @example
 * ```ts
 * import { createDevice, leakyRelu, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-2, 0, 3]);
 * using y = leakyRelu(x, 0.25);
 * assertEquals(await y.read(), Float32Array.of(-0.5, 0, 3));
 * ```
 */
export function leakyRelu(x: TensorLike, slope = 0.01): Tensor {
  checkFinite(slope, "rectify", "a slope");
  return operations(slope)(x);
}
