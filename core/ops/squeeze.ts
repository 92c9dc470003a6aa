import { formatShape, normaliseAxes } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { reshape } from "./reshape.ts";

/**
 * The same values without the given axes of length 1 (default: without all of these).
 *
 * *Gradient* g with the old shape.
 *
 * @throws {RangeError} if an axis does not exist, repeats, or has another length.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, squeeze, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = zeros([1, 3, 1]);
 * using row = squeeze(x, 2);
 * using vector = squeeze(x);
 * assertEquals([row.shape, vector.shape], [[1, 3], [3]]);
 * ```
 */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  if (axes === undefined) return reshape(x, x.shape.filter((length) => length !== 1));
  const dropped = normaliseAxes(axes, x.rank, "squeeze");
  if (dropped.some((axis) => x.shape[axis] !== 1)) {
    throw new RangeError(
      `Cannot squeeze ${formatShape(x.shape)}: expected axes of length 1, got axes [${dropped}]`,
    );
  }
  return reshape(x, x.shape.filter((_, axis) => !dropped.includes(axis)));
}
