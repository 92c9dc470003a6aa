import { composition } from "../autodiff/composition.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf } from "./_reduce.ts";
import { sum } from "./sum.ts";

/**
 * The mean over axes (default: all): the sum divided by the number of terms.
 *
 * *Dtypes* f32. *Order* N5, then one division. *Gradient* that of the composition.
 *
 * @throws {RangeError} if there is nothing to average.
 *
 * @example
 * ```ts
 * import { createDevice, mean, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2], [3, 6]]);
 * using columns = mean(x, 0);
 * assertEquals(await columns.read(), Float32Array.of(2, 4));
 * using all = mean(x);
 * assertEquals(await all.item(), 3);
 * ```
 */
export function mean(x: Tensor, axes?: number | readonly number[]): Tensor {
  const summed = axesOf(x, axes, "average");
  let count = 1;
  for (const axis of summed) count *= x.shape[axis]!;
  if (count === 0) {
    throw new RangeError(`Cannot average nothing: axes [${summed}] of ${formatShape(x.shape)} are empty`);
  }
  return composition(() => sum(x, summed).div(count), "mean");
}
