import { apply, f32 } from "../scalar/expression.ts";
import { atLeast, atMost, select } from "../scalar/notation.ts";
import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { type BinaryOperation, elementwise } from "./elementwise.ts";
import { parametrised } from "./_parametrised.ts";

const operations = parametrised((low: number, high: number) => {
  const slope: BinaryOperation = elementwise(
    "differentiate clip",
    ["f32", "f32"],
    (g, x) => {
      const inside = apply(
        "both",
        apply("lessOrEqual", f32(low), x),
        apply("lessOrEqual", x, f32(high)),
      );
      return select(inside, g, f32(0));
    },
    [(h, [, x]) => slope(h, x), null],
  );
  return elementwise(
    "clip",
    ["f32"],
    (x) => atMost(atLeast(x, f32(low)), f32(high)),
    [(g, [x]) => slope(g, x)],
  );
});

/**
 * Values brought into [low, high]: x < low ? low : x > high ? high : x. NaN stays; a bound may be infinite.
 *
 * *Dtypes* f32. *Gradient* g where low <= x <= high, otherwise +0, for NaN too.
 *
 * @throws {RangeError} if the bounds are not numbers in order.
 *
 * @example
 * ```ts
 * import { clip, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-3, 0.5, 7]);
 * using y = clip(x, -1, 1);
 * assertEquals(await y.read(), Float32Array.of(-1, 0.5, 1));
 * ```
 */
export function clip(x: TensorLike, low: number, high: number): Tensor {
  if (!(low <= high)) {
    throw new RangeError(`Cannot clip: expected bounds in order, got ${low} and ${high}`);
  }
  return operations(low, high)(x);
}
