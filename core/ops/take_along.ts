import { composition } from "../autodiff/composition.ts";
import { formatShape, normaliseAxis } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { axisBack, axisLast, sameShapeBut } from "./_along.ts";
import { gather } from "./gather.ts";

/**
 * Picks single values along an axis (default: the last): out[..., i, ...] = x[..., index[..., i, ...], ...].
 *
 * *Shapes* x [a, n, b], index [a, m, b] -> [a, m, b], for axis 1. *Dtypes* index u32. An index of n or more reads NaN
 * (0 for integers). *Gradient* g added to +0 where each value came from, in ascending order of i (N6).
 *
 * @throws {RangeError} if the shapes differ in another axis. @throws {TypeError} if the index is not u32.
 *
 * @example The two best scores of each row
 * ```ts
 * import { createDevice, setDefaultDevice, takeAlong, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[3, 1, 2], [4, 6, 5]]);
 * using best = tensor(Uint32Array.of(0, 2, 1, 2), [2, 2]);
 * using y = takeAlong(x, best);
 * assertEquals(await y.read(), Float32Array.of(3, 2, 6, 5));
 * ```
 */
export function takeAlong(x: Tensor, index: Tensor, axis = -1): Tensor {
  const along = normaliseAxis(axis, x.rank, "take along an axis");
  if (!sameShapeBut(x.shape, index.shape, along)) {
    throw new RangeError(
      `Cannot take along axis ${along}: expected shapes that are equal but there, got ${
        formatShape(x.shape)
      } and ${formatShape(index.shape)}`,
    );
  }
  return composition(() => axisBack(gather(axisLast(x, along), axisLast(index, along), x.rank - 1), along));
}
