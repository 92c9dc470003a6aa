import { composition } from "../autodiff/composition.ts";
import { differentiable } from "../autodiff/differentiable.ts";
import { isTracked, record } from "../autodiff/tape.ts";
import type { PoolKernel } from "../kernels/pool.ts";
import { zeros } from "../tensor/create.ts";
import { launch } from "../tensor/launch.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { outputLength, paddingOf, type Pair, pairOf } from "./conv2d.ts";
import { scatterAdd } from "./scatter_add.ts";

/** How a pooling window steps over its input. */
export interface Pool2dOptions {
  /** Rows and columns of a window. */
  readonly window: Pair;
  /** Default: the window, so that windows do not overlap. */
  readonly stride?: Pair;
  /** Rows and columns on every side, or [top, bottom, left, right]; default 0. */
  readonly padding?: number | readonly [number, number, number, number];
}

const kernels = new Map<string, PoolKernel>();

function kernelFor(x: Tensor, operation: PoolKernel["operation"], options: Pool2dOptions): PoolKernel {
  if (x.rank !== 4 || x.dtype !== "f32") {
    throw new RangeError(`Cannot pool: expected f32 [B, H, W, C], got ${x.dtype} ${formatShape(x.shape)}`);
  }
  const [windowHeight, windowWidth] = pairOf(options.window, "pool", "a window");
  const [strideHeight, strideWidth] = pairOf(options.stride ?? options.window, "pool", "a stride");
  const [top, bottom, left, right] = paddingOf(options.padding, "pool");
  const key = [
    operation,
    x.shape,
    windowHeight,
    windowWidth,
    strideHeight,
    strideWidth,
    top,
    bottom,
    left,
    right,
  ].join();
  let kernel = kernels.get(key);
  if (kernel !== undefined) return kernel;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const outputHeight = outputLength(height, top + bottom, windowHeight, strideHeight);
  const outputWidth = outputLength(width, left + right, windowWidth, strideWidth);
  if (!(outputHeight >= 1 && outputWidth >= 1)) {
    throw new RangeError(
      `Cannot pool ${
        formatShape(x.shape)
      }: expected a window within the padded input, got ${windowHeight} x ${windowWidth}`,
    );
  }
  kernel = {
    family: "pool",
    operation,
    batch,
    height,
    width,
    channels,
    outputHeight,
    outputWidth,
    windowHeight,
    windowWidth,
    strideHeight,
    strideWidth,
    paddingTop: top,
    paddingLeft: left,
  };
  kernels.set(key, kernel);
  return kernel;
}

function outputShape({ batch, outputHeight, outputWidth, channels }: PoolKernel): number[] {
  return [batch, outputHeight, outputWidth, channels];
}

/**
 * The largest value of each window, by the order key; padding takes no part.
 *
 * *Shapes* [B, H, W, C] -> [B, (H + padding - window) / stride + 1, ..., C]. *Dtypes* f32.
 * *Gradient* g to the first largest value of each window; where windows overlap, added in ascending order of windows.
 *
 * @throws {RangeError} if the shape does not fit or a window has no input, or an option is no integer in its range.
 *
 * @example The largest value of each 2 x 2 window
 * ```ts
 * import { createDevice, maxPool2d, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 2, 5, 0, 3, 4, 0, 3), [1, 2, 4, 1]);
 * using pooled = maxPool2d(image, { window: 2 });
 * assertEquals(pooled.shape, [1, 1, 2, 1]);
 * assertEquals(await pooled.read(), Float32Array.of(4, 5));
 * ```
 */
export function maxPool2d(x: Tensor, options: Pool2dOptions): Tensor {
  const { values, indices } = maxPool2dWithIndices(x, options);
  if (!isTracked([x])) indices.dispose();
  return values;
}

/** What max pooling finds in each window, both [B, H', W', C]. */
export type MaxPool2dResult = {
  /** The largest values, f32. */
  readonly values: Tensor;
  /** Where they stand (u32): row-major positions within the image [H, W, C]. */
  readonly indices: Tensor;
};

/**
 * Max pooling that also says where each value was found, so that `maxUnpool2d` can put it back.
 *
 * *Shapes* [B, H, W, C] -> twice [B, (H + padding - window) / stride + 1, ..., C]. *Dtypes* f32 -> f32 and u32.
 * *Gradient* that of `maxPool2d` through the values; none through the indices.
 *
 * @throws {RangeError} if the shape does not fit or a window has no input, or an option is no integer in its range.
 *
 * @example
 * ```ts
 * import { createDevice, maxPool2dWithIndices, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 2, 5, 0, 3, 4, 0, 3), [1, 2, 4, 1]);
 * const { values, indices } = maxPool2dWithIndices(image, { window: 2 });
 * assertEquals(await values.read(), Float32Array.of(4, 5));
 * assertEquals(await indices.read(), Uint32Array.of(5, 2));
 * values.dispose();
 * indices.dispose();
 * ```
 */
export function maxPool2dWithIndices(x: Tensor, options: Pool2dOptions): MaxPool2dResult {
  const kernel = kernelFor(x, "max", options);
  const shape = outputShape(kernel);
  const results = [{ dtype: "f32", shape }, { dtype: "u32", shape }] as const;
  const [values, indices] = launch(kernel, [x], results) as [Tensor, Tensor];
  if (isTracked([x])) {
    const { height, width } = kernel;
    record([x], [values], ([g]) => [unpool(g!, indices, height, width)]);
  }
  return { values, indices };
}

/** Values added to +0 at their positions in images of the given size; linear in the values. */
export function unpool(values: Tensor, indices: Tensor, height: number, width: number): Tensor {
  const [batch, , , channels] = values.shape as [number, number, number, number];
  const count = sizeOf(values.shape.slice(1));
  const images = zeros([batch, height * width * channels]);
  const rows = scatterAdd(images, indices.reshape([batch, count]), values.reshape([batch, count]), 1);
  return rows.reshape([batch, height, width, channels]);
}

const sumPool = (x: Tensor, options: Pool2dOptions): Tensor => {
  const kernel = kernelFor(x, "sum", options);
  return differentiable(
    [x],
    () => launch(kernel, [x], [{ dtype: "f32", shape: outputShape(kernel) }])[0]!,
    [(g) => spread(g, kernel, x, options)],
  );
};

const spread = (g: Tensor, forward: PoolKernel, x: Tensor, options: Pool2dOptions): Tensor => {
  const kernel = kernelFor(x, "sumGradient", options);
  const shape = [forward.batch, forward.height, forward.width, forward.channels];
  return differentiable(
    [g],
    () => launch(kernel, [g], [{ dtype: "f32", shape }])[0]!,
    [(h) => sumPool(h, options)],
  );
};

/**
 * The mean of each window: its sum divided by the size of the full window, padding counted as +0.
 *
 * *Shapes* [B, H, W, C] -> [B, (H + padding - window) / stride + 1, ..., C]. *Dtypes* f32. *Order* N5 over the window.
 * *Gradient* g over the window's size to each of its values, added in ascending order of windows.
 *
 * @throws {RangeError} if the shape does not fit, or an option is no integer in its range.
 *
 * @example The mean of each 2 x 2 window
 * ```ts
 * import { averagePool2d, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 2, 5, 0, 3, 4, 0, 3), [1, 2, 4, 1]);
 * using pooled = averagePool2d(image, { window: 2 });
 * assertEquals(pooled.shape, [1, 1, 2, 1]);
 * assertEquals(await pooled.read(), Float32Array.of(2.5, 2));
 * ```
 */
export function averagePool2d(x: Tensor, options: Pool2dOptions): Tensor {
  const [height, width] = pairOf(options.window, "pool", "a window");
  return composition(() => sumPool(x, options).div(height * width), "average-pool");
}
