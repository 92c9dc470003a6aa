import { differentiable } from "../autodiff/differentiable.ts";
import type { ScanKernel } from "../kernels/scan.ts";
import { launch } from "../tensor/launch.ts";
import { normaliseAxis, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Which terms a cumulative sum takes. */
export interface CumulativeSumOptions {
  /** Whether a result leaves its own term out, so that the first is +0; default false. */
  readonly exclusive?: boolean;
  /** Whether to start at the last term; default false. */
  readonly reverse?: boolean;
}

const kernels = new Map<string, ScanKernel>();

/**
 * Sums of all terms up to each along an axis (default: the last): y_t = sum_{s <= t} x_s; with `exclusive` over s < t, with
 * `reverse` over s >= t (s > t).
 *
 * *Dtypes* f32. *Order* N5a: blocks of 1,024 terms. *Gradient* the cumulative sum of g from the other end.
 *
 * @throws {RangeError} if the axis does not exist. @throws {TypeError} if x is not f32.
 *
 * @example
 * ```ts
 * import { createDevice, cumulativeSum, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2, 3], [4, 5, 6]]);
 * using rows = cumulativeSum(x);
 * assertEquals(await rows.read(), Float32Array.of(1, 3, 6, 4, 9, 15));
 * using before = cumulativeSum(x, 1, { exclusive: true });
 * assertEquals(await before.read(), Float32Array.of(0, 1, 3, 0, 4, 9));
 * ```
 */
export function cumulativeSum(x: Tensor, axis = -1, options: CumulativeSumOptions = {}): Tensor {
  const along = normaliseAxis(axis, x.rank, "take the cumulative sum");
  if (x.dtype !== "f32") {
    throw new TypeError(`Cannot take the cumulative sum: expected f32, got ${x.dtype}`);
  }
  const { exclusive = false, reverse = false } = options;
  const key = `${x.shape}|${along}|${exclusive}|${reverse}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = {
      family: "scan",
      outer: sizeOf(x.shape.slice(0, along)),
      length: x.shape[along]!,
      inner: sizeOf(x.shape.slice(along + 1)),
      exclusive,
      reverse,
    };
    kernels.set(key, kernel);
  }
  const chosen = kernel;
  return differentiable(
    [x],
    () => launch(chosen, [x], [{ dtype: "f32", shape: x.shape }])[0]!,
    [(g) => cumulativeSum(g, along, { exclusive, reverse: !reverse })],
  );
}
