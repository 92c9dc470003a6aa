import { composition } from "../autodiff/composition.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { max } from "./max.ts";
import { negate } from "./negate.ts";

/**
 * The smallest value over axes (default: all): -max(-x), so -0 < +0, and NaN if there is one.
 *
 * *Dtypes* f32. *Gradient* g to the first of equal smallest values.
 *
 * @throws {RangeError} if there is nothing to compare.
 *
 * @example
 * ```ts
 * import { createDevice, min, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 5], [7, 0]]);
 * using columns = min(x, 0);
 * assertEquals(await columns.read(), Float32Array.of(1, 0));
 * ```
 */
export function min(x: Tensor, axes?: number | readonly number[]): Tensor {
  return composition(() => negate(max(negate(x), axes)));
}
