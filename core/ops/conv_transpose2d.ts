import type { ConvGeometry } from "../kernels/conv.ts";
import { composition } from "../autodiff/composition.ts";
import { checkInteger, isIntegerFrom, nameOf } from "../tensor/check.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { convolveTransposed } from "./_conv.ts";
import { type Conv2dOptions, paddingOf, type Pair, pairOf } from "./conv2d.ts";

/** The convolution whose transpose is taken, and how far the result reaches. */
export interface ConvTranspose2dOptions extends Conv2dOptions {
  /** Rows and columns more at the bottom and the right, fewer than the stride or the dilation; default 0. */
  readonly outputPadding?: Pair;
}

/**
 * 2-D transposed convolution without bias: what `conv2d` with the same weights and options does to the adjoint of its
 * input. Each input adds its multiple of the kernel to the output, `stride` positions apart; padding is cut off.
 *
 * *Shapes* x [B, H, W, C], w [K, K, D / groups, C] -> [B, (H - 1) stride - top - bottom + reach + outputPadding, ..., D],
 * where the kernel's reach is (K - 1) dilation + 1. *Dtypes* f32.
 * *Order* N4: the forward convolution with rotated, channel-swapped weights over x with holes between its values.
 * *Gradient* to x the convolution of g; to w the sums over images, rows and columns, both in order N4.
 * *Differs* from PyTorch in its layouts alone: w here is that of the convolution, channels last.
 *
 * @throws {RangeError} if the shapes do not fit, nothing is left of the result, or an option is no integer in its range.
 *
 * @example Every pixel becomes a block of 2 x 2
 * ```ts
 * import { convTranspose2d, createDevice, ones, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using image = tensor(Float32Array.of(1, 2), [1, 1, 2, 1]);
 * using kernel = ones([2, 2, 1, 1]);
 * using larger = convTranspose2d(image, kernel, { stride: 2 });
 * assertEquals(larger.shape, [1, 2, 4, 1]);
 * assertEquals(await larger.read(), Float32Array.of(1, 1, 2, 2, 1, 1, 2, 2));
 * ```
 */
export function convTranspose2d(x: Tensor, w: Tensor, options: ConvTranspose2dOptions = {}): Tensor {
  const what = "convolve";
  const [strideHeight, strideWidth] = pairOf(options.stride ?? 1, what, "a stride");
  const [dilationHeight, dilationWidth] = pairOf(options.dilation ?? 1, what, "a dilation");
  const [top, bottom, left, right] = paddingOf(options.padding, what);
  const [moreRows, moreColumns] = outputPaddingOf(options.outputPadding ?? 0, [
    Math.max(strideHeight, dilationHeight),
    Math.max(strideWidth, dilationWidth),
  ]);
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
  if (x.rank !== 4 || w.rank !== 4) fail("x [B, H, W, C] and w [K, K, D / groups, C]");
  const [batch, outputHeight, outputWidth, outputChannels] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, perGroup, channels] = w.shape as [number, number, number, number];
  if (channels !== outputChannels || channels % groups !== 0) fail(`channels that fit ${groups} groups`);
  if (kernelHeight < 1 || kernelWidth < 1) fail("a kernel of at least 1 x 1");
  if (outputHeight < 1 || outputWidth < 1) fail("images with pixels");
  const extent = (length: number, stride: number, padding: number, reach: number, more: number) =>
    (length - 1) * stride - padding + reach + more;
  const reachHeight = (kernelHeight - 1) * dilationHeight + 1;
  const reachWidth = (kernelWidth - 1) * dilationWidth + 1;
  const inputHeight = extent(outputHeight, strideHeight, top + bottom, reachHeight, moreRows);
  const inputWidth = extent(outputWidth, strideWidth, left + right, reachWidth, moreColumns);
  if (inputHeight < 1 || inputWidth < 1) fail("less padding than the result is large");
  const geometry: ConvGeometry = {
    batch,
    inputHeight,
    inputWidth,
    inputChannels: perGroup * groups,
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
  return composition(() => convolveTransposed(x, w, geometry), "transposed conv");
}

function outputPaddingOf(value: Pair, limits: readonly [number, number]): readonly [number, number] {
  const pair = typeof value === "number" ? [value, value] as const : value;
  if (
    Array.isArray(pair) && pair.length === 2 &&
    pair.every((more, i) => isIntegerFrom(0, more) && more < limits[i]!)
  ) return pair;
  throw new RangeError(
    `Cannot convolve: expected an output padding of one or two integers from 0, less than the stride or the dilation, ` +
      `got ${nameOf(value)}`,
  );
}
