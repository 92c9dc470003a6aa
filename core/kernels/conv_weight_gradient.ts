import { contractionBlocks } from "../numerics/contraction_blocks.ts";
import type { HostArray } from "../numerics/dtype.ts";
import { addProducts } from "./_add_products.ts";
import { checkConvGeometry, convGeometryKey, PatchReader } from "./_conv_patch.ts";
import type { ConvGeometry } from "./conv.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * The gradient of a convolution's weights: inputs x and the gradient of the output g, both with the shapes of
 * `geometry`; output [kernel height, kernel width, input channels / groups, output channels].
 *
 * *Order* N4 over the axes [batch, output height, output width]; each term is fl(x * g). Padding is a real +0
 * operand; where x has a hole the term is absent, but counted.
 */
export interface ConvWeightGradientKernel {
  /** Tells the families apart. */
  readonly family: "convWeightGradient";
  /** That of the forward convolution. */
  readonly geometry: ConvGeometry;
}

/** Gradients of weights: slots, checks and the reference that defines their bits. */
export const convWeightGradientFamily: FamilyDefinition<ConvWeightGradientKernel> = {
  key: ({ geometry }) => `convWeightGradient:${convGeometryKey(geometry)}`,
  inputs: ({ geometry: g }) => [
    { dtype: "f32", length: g.batch * g.inputHeight * g.inputWidth * g.inputChannels },
    { dtype: "f32", length: g.batch * g.outputHeight * g.outputWidth * g.outputChannels },
  ],
  outputs: ({ geometry: g }) => [
    {
      dtype: "f32",
      length: g.kernelHeight * g.kernelWidth * (g.inputChannels / g.groups) * g.outputChannels,
    },
  ],
  validate: ({ geometry }) => checkConvGeometry("compute the gradient of a convolution's weights", geometry),
  reference: convWeightGradientReference,
};

/** The transposed im2col matrix times g: the patches of one block's positions, then every weight's sum over them. */
function convWeightGradientReference(
  { geometry }: ConvWeightGradientKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const [x, g] = inputs as readonly [Float32Array, Float32Array];
  const [gradient] = outputs as readonly [Float32Array];
  const { batch, inputChannels, outputHeight, outputWidth, outputChannels, groups } = geometry;
  const taps = geometry.kernelHeight * geometry.kernelWidth;
  const channels = inputChannels / groups;
  const width = outputChannels / groups;
  const positions = outputHeight * outputWidth;
  const blocks = contractionBlocks([batch, outputHeight, outputWidth]);
  const longest = blocks[0] ?? 0;
  const reader = new PatchReader(geometry);
  const patches = new Float32Array(longest * reader.terms); // [position, term of the forward convolution]
  const present = new Uint8Array(longest * taps);
  const sums = new Float32Array(width);
  gradient.fill(0);
  for (let group = 0; group < groups; group++) {
    let start = 0;
    for (const length of blocks) {
      for (let i = 0; i < length; i++) {
        const at = (start + i) % positions;
        const image = Math.floor((start + i) / positions);
        const oy = Math.floor(at / outputWidth);
        reader.read(x, image, oy, at % outputWidth, group, patches, i * reader.terms);
        present.set(reader.present, i * taps);
      }
      for (let weight = 0; weight < reader.terms; weight++) {
        const tap = Math.floor(weight / channels);
        sums.fill(0);
        for (let begin = 0; begin < length;) {
          // The longest run of terms that are all there: the whole block, unless holes interrupt it.
          let stop = reader.hasHoles ? begin : length;
          while (stop < length && present[stop * taps + tap] === 1) stop++;
          const first = begin * reader.terms + weight;
          const row = (start + begin) * outputChannels + group * width;
          addProducts(sums, 0, width, patches, first, reader.terms, stop - begin, g, row, outputChannels);
          begin = stop;
          while (begin < length && present[begin * taps + tap] === 0) begin++;
        }
        const to = weight * outputChannels + group * width;
        for (let j = 0; j < width; j++) gradient[to + j] = Math.fround(gradient[to + j]! + sums[j]!);
      }
      start += length;
    }
  }
}
