import { differentiable } from "../autodiff/differentiable.ts";
import type { GatherKernel } from "../kernels/gather.ts";
import { zeros } from "../tensor/create.ts";
import { checkInteger } from "../tensor/check.ts";
import { launch } from "../tensor/launch.ts";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scatterAdd } from "./scatter_add.ts";

const kernels = new Map<string, GatherKernel>();

/**
 * Picks slices by index along one axis: out[b, i, :] = x[b, index[b, i], :], where b runs over the first `batchAxes`
 * axes of both.
 *
 * *Shapes* x [batch..., size, slice...], index [batch..., count...] -> [batch..., count..., slice...].
 * *Dtypes* index u32. An index of `size` or more reads NaN (0 for integers).
 * *Gradient* scatter-add of g to +0.
 *
 * @throws {RangeError} if the batch axes differ. @throws {TypeError} if the index is not u32.
 *
 * @example Vectors of words
 * ```ts
 * import { createDevice, gather, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using table = tensor([[1, 2], [3, 4], [5, 6]]);
 * using words = tensor(Uint32Array.of(2, 0, 2));
 * using vectors = gather(table, words);
 * assertEquals(vectors.shape, [3, 2]);
 * assertEquals(await vectors.read(), Float32Array.of(5, 6, 1, 2, 5, 6));
 * ```
 */
export function gather(x: Tensor, index: Tensor, batchAxes = 0): Tensor {
  checkInteger(batchAxes, 0, "gather", "a number of batch axes");
  if (index.dtype !== "u32") {
    throw new TypeError(`Cannot gather: expected an index of u32, got ${index.dtype}`);
  }
  const batch = index.shape.slice(0, batchAxes);
  if (x.rank <= batchAxes || !sameShape(batch, x.shape.slice(0, batchAxes))) {
    throw new RangeError(
      `Cannot gather: expected ${batchAxes} equal batch axes and an axis to index, got ${
        formatShape(x.shape)
      } and ${formatShape(index.shape)}`,
    );
  }
  const slice = x.shape.slice(batchAxes + 1);
  const shape = [...index.shape, ...slice];
  const key = `${x.dtype}|${x.shape}|${index.shape}|${batchAxes}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = {
      family: "gather",
      dtype: x.dtype,
      batch: sizeOf(batch),
      size: x.shape[batchAxes]!,
      count: sizeOf(index.shape.slice(batchAxes)),
      slice: sizeOf(slice),
    };
    kernels.set(key, kernel);
  }
  const chosen = kernel;
  return differentiable(
    [x, index],
    () => launch(chosen, [x, index], [{ dtype: x.dtype, shape }])[0]!,
    [(g) => scatterAdd(zeros(x.shape), index, g, batchAxes), null],
  );
}
