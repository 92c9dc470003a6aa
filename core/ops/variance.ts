import { differentiable } from "../autodiff/differentiable.ts";
import { checkInteger } from "../tensor/check.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, keptShape } from "./_reduce.ts";
import { mean } from "./mean.ts";
import { sum } from "./sum.ts";

/** How a variance divides. */
export interface VarianceOptions {
  /** What is taken off the number of terms n: 0 (default) for the mean of squares, 1 for the unbiased estimate. */
  readonly correction?: number;
}

/**
 * The variance over axes (default: all), in two passes: sum((x - mean(x))^2) / (n - correction).
 *
 * *Dtypes* f32. *Order* N5 for the mean, then N5 for the squares, one division each.
 * *Gradient* 2 g (x - mean(x)) / (n - correction).
 *
 * @throws {RangeError} if there are not more terms than the correction takes off.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor, variance } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 3], [2, 8]]);
 * using rows = variance(x, 1);
 * assertEquals(await rows.read(), Float32Array.of(1, 9));
 * using unbiased = variance(x, 1, { correction: 1 });
 * assertEquals(await unbiased.read(), Float32Array.of(2, 18));
 * ```
 */
export function variance(
  x: Tensor,
  axes?: number | readonly number[],
  { correction = 0 }: VarianceOptions = {},
): Tensor {
  const what = "take the variance";
  const averaged = axesOf(x, axes, what);
  checkInteger(correction, 0, what, "a correction");
  const count = sizeOf(averaged.map((axis) => x.shape[axis]!)) - correction;
  if (count < 1) {
    throw new RangeError(
      `Cannot ${what}: expected more than ${correction} terms, got axes [${averaged}] of ${
        formatShape(x.shape)
      }`,
    );
  }
  const kept = keptShape(x, averaged);
  const centred = () => x.sub(mean(x, averaged).reshape(kept));
  return differentiable([x], () => {
    const d = centred();
    return sum(d.mul(d), averaged).div(count);
  }, [(g) => centred().mul(g.mul(2).div(count).reshape(kept))]);
}
