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
 */
export function sum(x: Tensor, axes?: number | readonly number[]): Tensor {
  const summed = axesOf(x, axes, "sum");
  return differentiable(
    [x],
    () => reduce("sum", x, summed),
    [(g) => broadcastTo(g.reshape(keptShape(x, summed)), x.shape)],
  );
}
