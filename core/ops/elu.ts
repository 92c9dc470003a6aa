import { f32 } from "../scalar/expression.ts";
import * as scalar from "../scalar/functions/mod.ts";
import { less, multiply, select } from "../scalar/notation.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";
import { checkFinite, parametrised } from "./_parametrised.ts";

/** The exponential linear unit as a function of alpha and of the slope on the right; for `elu` and `selu`. */
export const exponentialUnit = parametrised((alpha: number, right: number) => {
  // x > 0 ? right g : alpha e^x g; its derivative with respect to x is the same with 0 on the right
  const slope = (right: number): BinaryOperation => {
    const operation: BinaryOperation = elementwise(
      "differentiate elu",
      ["f32", "f32"],
      (g, x) => multiply(g, select(less(f32(0), x), f32(right), multiply(f32(alpha), scalar.exp(x)))),
      [(h, [, x]) => operation(h, x), (h, [g, x]) => (right === 0 ? operation : flat())(h.mul(g), x)],
    );
    return operation;
  };
  let made: BinaryOperation | undefined;
  const flat = (): BinaryOperation => made ??= slope(0);
  const first = slope(right);
  return elementwise(
    "take elu",
    ["f32"],
    (x) => select(less(x, f32(0)), multiply(f32(alpha), scalar.expm1(x)), multiply(f32(right), x)),
    [(g, [x]) => first(g, x)],
  );
});

/**
 * The exponential linear unit: x < 0 ? alpha (e^x - 1) : x. -0 and NaN stay. *Dtypes* f32.
 *
 * *Gradient* x > 0 ? g : alpha e^x g, so alpha g at the kink. *Source* i2dl, lecture 7; Clevert, Unterthiner and
 * Hochreiter, "Fast and accurate deep network learning by exponential linear units" (2015).
 *
 * @throws {RangeError} if alpha is not a finite number.
 *
 * @example
 * ```ts
 * import { createDevice, elu, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-100, 0, 3]);
 * using y = elu(x, 2);
 * assertEquals(await y.read(), Float32Array.of(-2, 0, 3));
 * ```
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  checkFinite(alpha, "take elu", "an alpha");
  return exponentialUnit(alpha, 1)(x);
}
