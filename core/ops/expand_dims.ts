import { normaliseAxes } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * The same values with axes of length 1 more, which stand at `axes` in the result.
 *
 * *Gradient* g with the old shape.
 *
 * @throws {RangeError} if an axis is not one of the result or repeats.
 *
 * @example
 * ```ts
 * import { createDevice, expandDims, setDefaultDevice, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = zeros([2, 3]);
 * using images = expandDims(x, [0, -1]);
 * assertEquals(images.shape, [1, 2, 3, 1]);
 * ```
 */
export function expandDims(x: Tensor, axes: number | readonly number[]): Tensor {
  const list = Array.isArray(axes) ? axes : [axes];
  const added = normaliseAxes(list, x.rank + list.length, "add axes");
  const shape = [...x.shape];
  for (const axis of added) shape.splice(axis, 0, 1);
  return reshape(x, shape);
}
