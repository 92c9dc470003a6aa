import type { ConvGeometry } from "../kernels/conv.ts";
import { checkInteger, isIntegerFrom, nameOf } from "../tensor/check.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { convolve } from "./_conv.ts";

/** A value for both axes, or [rows, columns]. */
export type Pair = number | readonly [number, number];

/** How a convolution steps over its input. */
export interface Conv2dOptions {
  /** Input positions between neighbouring outputs; default 1. */
  readonly stride?: Pair;
  /** Rows and columns of +0 on every side, or [top, bottom, left, right]; default 0. */
  readonly padding?: number | readonly [number, number, number, number];
  /** Input positions between neighbouring taps; default 1. */
  readonly dilation?: Pair;
  /** Sets of channels that do not see each other; default 1. */
  readonly groups?: number;
}

/** Both values of a pair. @throws {RangeError} unless they are positive integers; `name` says what they are: "a stride". */
export function pairOf(value: Pair, what: string, name: string): readonly [number, number] {
  const pair = typeof value === "number" ? [value, value] as const : value;
  if (Array.isArray(pair) && pair.length === 2 && pair.every((length) => isIntegerFrom(1, length))) {
    return pair;
  }
  throw new RangeError(
    `Cannot ${what}: expected ${name} of one or two integers of at least 1, got ${nameOf(value)}`,
  );
}

/** The four paddings. @throws {RangeError} unless they are integers of at least 0. */
export function paddingOf(
  value: Conv2dOptions["padding"] = 0,
  what: string,
): readonly [number, number, number, number] {
  const padding = typeof value === "number" ? [value, value, value, value] as const : value;
  if (Array.isArray(padding) && padding.length === 4 && padding.every((length) => isIntegerFrom(0, length))) {
    return padding;
  }
  throw new RangeError(
    `Cannot ${what}: expected a padding of one or four integers of at least 0, got ${nameOf(value)}`,
  );
}

/** The output length along one axis: floor((length + padding - reach) / stride) + 1. */
export function outputLength(length: number, padding: number, reach: number, stride: number): number {
  return Math.floor((length + padding - reach) / stride) + 1;
}

/**
 * 2-D convolution (cross-correlation) without bias.
 *
 * *Shapes* x [B, H, W, C], w [K, K, C / groups, D] -> [B, (H + top + bottom - reach) / stride + 1, ..., D], where the
 * kernel's reach is (K - 1) dilation + 1. *Dtypes* f32.
 * *Order* N4 over [kernel row, kernel column, channel in the group]; padding is a real +0 operand.
 * *Gradient* to x the convolution of g with the rotated, channel-swapped weights; to w the sums over images, rows and
 * columns, both in order N4.
 *
 * @throws {RangeError} if the shapes do not fit, the kernel reaches beyond the padded input, or an option is no integer in
 * its range.
 *
 * @example Sums of the windows of 2 x 2 pixels
 * ```ts
 * import { conv2d, createDevice, ones, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), [1, 3, 3, 1]);
 * using kernel = ones([2, 2, 1, 1]);
 * using sums = conv2d(image, kernel);
 * assertEquals(sums.shape, [1, 2, 2, 1]);
 * assertEquals(await sums.read(), Float32Array.of(12, 16, 24, 28));
 * using strided = conv2d(image, kernel, { stride: 2, padding: 1 });
 * assertEquals(await strided.read(), Float32Array.of(1, 5, 11, 28));
 * ```
 */
export function conv2d(x: Tensor, w: Tensor, options: Conv2dOptions = {}): Tensor {
  const what = "convolve";
  const [strideHeight, strideWidth] = pairOf(options.stride ?? 1, what, "a stride");
  const [dilationHeight, dilationWidth] = pairOf(options.dilation ?? 1, what, "a dilation");
  const [top, bottom, left, right] = paddingOf(options.padding, what);
  const { groups = 1 } = options;
  checkInteger(groups, 1, what, "a number of groups");
  const fail = (expected: string): never => {
    throw new RangeError(
      `Cannot convolve: expected ${expected}, got ${formatShape(x.shape)} and ${formatShape(w.shape)}`,
    );
  };
  if (x.dtype !== "f32" || w.dtype !== "f32") {
    throw new TypeError(`Cannot convolve: expected f32, got ${x.dtype} and ${w.dtype}`);
  }
  if (x.rank !== 4 || w.rank !== 4) fail("x [B, H, W, C] and w [K, K, C / groups, D]");
  const [batch, inputHeight, inputWidth, inputChannels] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, perGroup, outputChannels] = w.shape as [number, number, number, number];
  if (perGroup * groups !== inputChannels || outputChannels % groups !== 0) {
    fail(`channels that fit ${groups} groups`);
  }
  const reachHeight = (kernelHeight - 1) * dilationHeight + 1;
  const reachWidth = (kernelWidth - 1) * dilationWidth + 1;
  const outputHeight = outputLength(inputHeight, top + bottom, reachHeight, strideHeight);
  const outputWidth = outputLength(inputWidth, left + right, reachWidth, strideWidth);
  if (kernelHeight < 1 || kernelWidth < 1) fail("a kernel of at least 1 x 1");
  if (!(outputHeight >= 1 && outputWidth >= 1)) fail("a kernel within the padded input");
  const geometry: ConvGeometry = {
    batch,
    inputHeight,
    inputWidth,
    inputChannels,
    outputHeight,
    outputWidth,
    outputChannels,
    kernelHeight,
    kernelWidth,
    groups,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    paddingTop: top,
    paddingLeft: left,
    holesHeight: 1,
    holesWidth: 1,
  };
  return convolve(x, w, geometry);
}
