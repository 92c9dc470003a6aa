import { contractionBlocks } from "../numerics/contraction_blocks.ts";
import type { HostArray } from "../numerics/dtype.ts";
import { addProducts } from "./_add_products.ts";
import { checkConvGeometry, convGeometryKey, PatchReader } from "./_conv_patch.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * The geometry of a 2-D convolution, NHWC with weights [kernel height, kernel width, input channels / groups, output
 * channels] (a cross-correlation, as in every deep-learning library).
 *
 * Along each axis, output o reads tap k at position p = o * stride + k * dilation - padding before, on a grid where
 * input i stands at i * holes (holes = 1: the input itself; holes = s: the gradient of a convolution with stride s).
 * Positions off the grid's range [0, (input - 1) * holes] are padding, a real +0 operand; positions between are holes:
 * absent, but counted in the index of the term. Off the range along either axis is padding, whatever the other axis
 * says. The output extents are given, since a gradient needs them free.
 */
export interface ConvGeometry {
  /** Images. */
  readonly batch: number;
  /** Rows of x. */
  readonly inputHeight: number;
  /** Columns of x. */
  readonly inputWidth: number;
  /** Channels of x, a multiple of `groups`. */
  readonly inputChannels: number;
  /** Rows of the result. */
  readonly outputHeight: number;
  /** Columns of the result. */
  readonly outputWidth: number;
  /** Channels of the result, a multiple of `groups`. */
  readonly outputChannels: number;
  /** Taps along the rows. */
  readonly kernelHeight: number;
  /** Taps along the columns. */
  readonly kernelWidth: number;
  /** Sets of channels that do not see each other; 1 for a common convolution. */
  readonly groups: number;
  /** Grid rows between neighbouring outputs. */
  readonly strideHeight: number;
  /** Grid columns between neighbouring outputs. */
  readonly strideWidth: number;
  /** Grid rows between neighbouring taps. */
  readonly dilationHeight: number;
  /** Grid columns between neighbouring taps. */
  readonly dilationWidth: number;
  /** Rows of padding before the first input row; may be negative, which crops. */
  readonly paddingTop: number;
  /** Columns of padding before the first input column; may be negative, which crops. */
  readonly paddingLeft: number;
  /** Grid rows between neighbouring inputs; 1 without holes. */
  readonly holesHeight: number;
  /** Grid columns between neighbouring inputs; 1 without holes. */
  readonly holesWidth: number;
}

/**
 * 2-D convolution: inputs x [batch, input height, input width, input channels] and w, output
 * [batch, output height, output width, output channels].
 *
 * *Order* N4 over the axes [kernel height, kernel width, input channels / groups]; each term is fl(x * w).
 */
export interface ConvKernel {
  /** Tells the families apart. */
  readonly family: "conv";
  /** All extents and steps. */
  readonly geometry: ConvGeometry;
}

/** Convolutions: slots, checks and the reference that defines their bits. */
export const convFamily: FamilyDefinition<ConvKernel> = {
  key: ({ geometry }) => `conv:${convGeometryKey(geometry)}`,
  inputs: ({ geometry: g }) => [
    { dtype: "f32", length: g.batch * g.inputHeight * g.inputWidth * g.inputChannels },
    {
      dtype: "f32",
      length: g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups) * g.outputChannels,
    },
  ],
  outputs: ({ geometry: g }) => [
    { dtype: "f32", length: g.batch * g.outputHeight * g.outputWidth * g.outputChannels },
  ],
  validate: ({ geometry }) => checkConvGeometry("convolve", geometry),
  reference: convReference,
};

/** Each output position: its row of the im2col matrix, then the product with the weights, block by block. */
function convReference(
  { geometry }: ConvKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const [x, w] = inputs as readonly [Float32Array, Float32Array];
  const [y] = outputs as readonly [Float32Array];
  const { batch, inputChannels, outputHeight, outputWidth, outputChannels, groups } = geometry;
  const { kernelHeight, kernelWidth } = geometry;
  const channels = inputChannels / groups;
  const width = outputChannels / groups;
  const blocks = contractionBlocks([kernelHeight, kernelWidth, channels]);
  const reader = new PatchReader(geometry);
  const patch = new Float32Array(reader.terms);
  const sums = new Float32Array(width);
  y.fill(0);
  let to = 0;
  for (let image = 0; image < batch; image++) {
    for (let oy = 0; oy < outputHeight; oy++) {
      for (let ox = 0; ox < outputWidth; ox++) {
        for (let group = 0; group < groups; group++, to += width) {
          reader.read(x, image, oy, ox, group, patch, 0);
          let start = 0;
          for (const length of blocks) {
            sums.fill(0);
            for (let begin = start, end = start + length; begin < end;) {
              // The longest run of terms that are all there: the whole block, unless holes interrupt it.
              let stop = reader.hasHoles ? begin : end;
              while (stop < end && reader.present[Math.floor(stop / channels)] === 1) stop++;
              const row = begin * outputChannels + group * width;
              addProducts(sums, 0, width, patch, begin, 1, stop - begin, w, row, outputChannels);
              begin = stop;
              while (begin < end && reader.present[Math.floor(begin / channels)] === 0) begin++;
            }
            for (let j = 0; j < width; j++) y[to + j] = Math.fround(y[to + j]! + sums[j]!);
            start += length;
          }
        }
      }
    }
  }
}
