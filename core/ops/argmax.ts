import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, reduce } from "./_reduce.ts";

/**
 * The row-major position (u32) of the largest value over axes (default: all); the first of equal ones, NaN above all.
 *
 * *Gradient* none.
 *
 * @throws {RangeError} if there is nothing to compare.
 *
 * @example
 * ```ts
 * import { argmax, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = tensor([[1, 5, 2], [7, 0, 7]]);
 * using best = argmax(scores, 1);
 * assertEquals(await best.read(), Uint32Array.of(1, 0));
 * ```
 */
export function argmax(x: Tensor, axes?: number | readonly number[]): Tensor {
  return reduce("argmax", x, axesOf(x, axes, "take the argmax"));
}
