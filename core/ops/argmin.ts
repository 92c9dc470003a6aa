import { composition } from "../autodiff/composition.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { argmax } from "./argmax.ts";
import { negate } from "./negate.ts";

/**
 * The row-major position (u32) of the smallest value over axes (default: all): argmax(-x). The first of equal ones;
 * -0 < +0, and a NaN is found before any number, as by `min`.
 *
 * *Dtypes* f32. *Gradient* none.
 *
 * @throws {RangeError} if there is nothing to compare.
 *
 * @example
 * ```ts
 * import { argmin, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using costs = tensor([[4, 1, 2], [7, 0, 0]]);
 * using best = argmin(costs, 1);
 * assertEquals(await best.read(), Uint32Array.of(1, 1));
 * ```
 */
export function argmin(x: Tensor, axes?: number | readonly number[]): Tensor {
  return composition(() => argmax(negate(x), axes));
}
