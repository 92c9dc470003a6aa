import { differentiable } from "../autodiff/differentiable.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, keptShape, reduce } from "./_reduce.ts";
import { broadcastTo } from "./broadcast_to.ts";

/**
 * The sum over axes (default: all), which the result lacks. An empty sum is +0.
 *
 * *Dtypes* f32. *Order* N5 over the summed axes taken as one. *Gradient* g repeated.
 *
 * @throws {RangeError} if an axis does not exist or repeats.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, sum, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2], [3, 4]]);
 * using columns = sum(x, 0);
 * assertEquals(await columns.read(), Float32Array.of(4, 6));
 * using all = sum(x);
 * assertEquals(await all.item(), 10);
 * ```
 */
export function sum(x: Tensor, axes?: number | readonly number[]): Tensor {
  const summed = axesOf(x, axes, "sum");
  return differentiable(
    [x],
    () => reduce("sum", x, summed),
    [(g) => broadcastTo(g.reshape(keptShape(x, summed)), x.shape)],
  );
}
