import { composition } from "../autodiff/composition.ts";
import { checkInteger } from "../tensor/check.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { unpool } from "./pool2d.ts";

/**
 * Puts the values of a max pooling back where they were found, +0 elsewhere.
 *
 * *Shapes* x and indices [B, H, W, C] -> [B, height, width, C]. *Dtypes* x f32, indices u32 as `maxPool2dWithIndices`
 * gives them; an index outside the image is skipped. *Order* N6. *Gradient* g at each value's index.
 * *Differs* from common libraries where windows overlap: values with the same index are added, in ascending order, where
 * others keep any one of them.
 *
 * @throws {RangeError} if the shapes differ or the size is not of positive integers.
 * @throws {TypeError} if a dtype is wrong.
 *
 * @example
 * ```ts
 * import { createDevice, maxUnpool2d, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using values = tensor(Float32Array.of(4, 5), [1, 1, 2, 1]);
 * using indices = tensor(Uint32Array.of(5, 2), [1, 1, 2, 1]);
 * using image = maxUnpool2d(values, indices, [2, 4]);
 * assertEquals(await image.read(), Float32Array.of(0, 0, 5, 0, 0, 4, 0, 0));
 * ```
 */
export function maxUnpool2d(x: Tensor, indices: Tensor, [height, width]: readonly [number, number]): Tensor {
  if (x.rank !== 4 || !sameShape(x.shape, indices.shape)) {
    throw new RangeError(
      `Cannot unpool: expected values and indices [B, H, W, C], got ${formatShape(x.shape)} and ${
        formatShape(indices.shape)
      }`,
    );
  }
  checkInteger(height, 1, "unpool", "a height");
  checkInteger(width, 1, "unpool", "a width");
  return composition(() => unpool(x, indices, height, width), "max-unpool");
}
