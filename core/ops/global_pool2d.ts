import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { max } from "./max.ts";
import { mean } from "./mean.ts";

function checkImages(x: Tensor): void {
  if (x.rank !== 4) throw new RangeError(`Cannot pool: expected [B, H, W, C], got ${formatShape(x.shape)}`);
}

/**
 * The mean of each channel over its image.
 *
 * *Shapes* [B, H, W, C] -> [B, C]. *Dtypes* f32. *Order* N5 over rows and columns, one division.
 * *Gradient* g / (H W) repeated.
 *
 * @throws {RangeError} if x is not [B, H, W, C] with pixels.
 *
 * @example
 * ```ts
 * import { createDevice, globalAveragePool2d, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 10, 2, 30), [1, 1, 2, 2]);
 * using features = globalAveragePool2d(image);
 * assertEquals(features.shape, [1, 2]);
 * assertEquals(await features.read(), Float32Array.of(1.5, 20));
 * ```
 */
export function globalAveragePool2d(x: Tensor): Tensor {
  checkImages(x);
  return mean(x, [1, 2]);
}

/**
 * The largest value of each channel in its image, by the order key.
 *
 * *Shapes* [B, H, W, C] -> [B, C]. *Dtypes* f32. *Gradient* g to the first of equal largest values.
 *
 * @throws {RangeError} if x is not [B, H, W, C] with pixels.
 *
 * @example
 * ```ts
 * import { createDevice, globalMaxPool2d, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 10, 2, 30), [1, 1, 2, 2]);
 * using features = globalMaxPool2d(image);
 * assertEquals(await features.read(), Float32Array.of(2, 30));
 * ```
 */
export function globalMaxPool2d(x: Tensor): Tensor {
  checkImages(x);
  return max(x, [1, 2]);
}
