import { composition } from "../autodiff/composition.ts";
import { isIntegerFrom, nameOf } from "../tensor/check.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { broadcastTo } from "./broadcast_to.ts";
import { reshape } from "./reshape.ts";

/**
 * Puts copies of x side by side, `times[axis]` along each axis: a b -> a b a b.
 *
 * *Gradient* the sum of g over the copies (order N5, the copies taken row-major).
 *
 * @throws {RangeError} if there is not one positive integer for each axis.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor, tile } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2]]);
 * using y = tile(x, [2, 2]);
 * assertEquals(y.shape, [2, 4]);
 * assertEquals(await y.read(), Float32Array.of(1, 2, 1, 2, 1, 2, 1, 2));
 * ```
 */
export function tile(x: Tensor, times: readonly number[]): Tensor {
  if (!Array.isArray(times) || times.length !== x.rank || !times.every((n) => isIntegerFrom(1, n))) {
    throw new RangeError(
      `Cannot tile ${formatShape(x.shape)}: expected a positive integer for each axis, got ${nameOf(times)}`,
    );
  }
  return composition(() => {
    const apart = reshape(x, x.shape.flatMap((length) => [1, length]));
    const tiled = broadcastTo(apart, x.shape.flatMap((length, axis) => [times[axis]!, length]));
    return reshape(tiled, x.shape.map((length, axis) => times[axis]! * length));
  }, "tile");
}
