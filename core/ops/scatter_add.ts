import { differentiable } from "../autodiff/differentiable.ts";
import type { ScatterKernel } from "../kernels/scatter.ts";
import { checkInteger } from "../tensor/check.ts";
import { launch } from "../tensor/launch.ts";
import { formatShape, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { gather } from "./gather.ts";

const kernels = new Map<string, ScatterKernel>();

/**
 * Adds slices at indices along one axis: out = x, then for i ascending out[b, index[b, i], :] += source[b, i, :], where b
 * runs over the first `batchAxes` axes of all three.
 *
 * *Shapes* x [batch..., size, slice...], index [batch..., count...], source [batch..., count..., slice...].
 * *Dtypes* x and source f32, index u32. An index of `size` or more is skipped.
 * *Order* N6: from x, ascending i. *Gradient* g to x, g gathered to the source.
 *
 * @throws {RangeError} if the shapes do not fit. @throws {TypeError} if a dtype is wrong.
 *
 * @example A weighted histogram
 * ```ts
 * import { createDevice, scatterAdd, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using bins = zeros([3]);
 * using which = tensor(Uint32Array.of(0, 2, 0));
 * using weights = tensor([1, 2, 3]);
 * using histogram = scatterAdd(bins, which, weights);
 * assertEquals(await histogram.read(), Float32Array.of(4, 0, 2));
 * ```
 */
export function scatterAdd(x: Tensor, index: Tensor, source: Tensor, batchAxes = 0): Tensor {
  checkInteger(batchAxes, 0, "scatter", "a number of batch axes");
  if (index.dtype !== "u32" || x.dtype !== "f32" || source.dtype !== "f32") {
    throw new TypeError(
      `Cannot scatter: expected f32, an index of u32 and f32, got ${x.dtype}, ${index.dtype} and ${source.dtype}`,
    );
  }
  const slice = x.shape.slice(batchAxes + 1);
  if (
    x.rank <= batchAxes || !sameShape(index.shape.slice(0, batchAxes), x.shape.slice(0, batchAxes)) ||
    !sameShape(source.shape, [...index.shape, ...slice])
  ) {
    throw new RangeError(
      `Cannot scatter: expected [batch..., size, slice...], [batch..., count...] and [batch..., count..., slice...], got ${
        [x, index, source].map((tensor) => formatShape(tensor.shape)).join(", ")
      }`,
    );
  }
  const key = `${x.shape}|${index.shape}|${batchAxes}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = {
      family: "scatter",
      batch: sizeOf(index.shape.slice(0, batchAxes)),
      size: x.shape[batchAxes]!,
      count: sizeOf(index.shape.slice(batchAxes)),
      slice: sizeOf(slice),
    };
    kernels.set(key, kernel);
  }
  const chosen = kernel;
  return differentiable(
    [x, index, source],
    () => launch(chosen, [x, index, source], [{ dtype: "f32", shape: x.shape }])[0]!,
    [(g) => g, null, (g) => gather(g, index, batchAxes)],
  );
}
