/** For tests: convolutions of any legal geometry. */

import fc from "fast-check";
import type { ConvGeometry } from "../../../../kernels/conv.ts";

const between = ([min, max]: readonly [number, number]) => fc.integer({ min, max });

/** Extents of outputs: [batch, height, width], each a range. */
export const OUTPUTS = {
  small: [[1, 3], [1, 9], [1, 9]],
  /** N4 cuts the gradient's contraction along the images. */
  images: [[20, 40], [1, 9], [1, 9]],
  /** ... along the rows of the output. */
  rows: [[1, 4], [12, 40], [22, 40]],
  /** ... along its columns. */
  columns: [[1, 2], [1, 5], [257, 800]],
} as const;

/** Geometries with every attribute free: strides, dilation, crops, holes, groups, any output extents. */
export function anyConvGeometry(outputs: keyof typeof OUTPUTS): fc.Arbitrary<ConvGeometry> {
  const [batch, height, width] = OUTPUTS[outputs];
  return fc.record({
    batch: between(batch),
    inputHeight: between([1, 7]),
    inputWidth: between([1, 7]),
    outputHeight: between(height),
    outputWidth: between(width),
    kernelHeight: between([1, 4]),
    kernelWidth: between([1, 4]),
    groups: fc.oneof(between([1, 3]), fc.record({ depthwise: between([2, 21]) })),
    strideHeight: between([1, 3]),
    strideWidth: between([1, 3]),
    dilationHeight: between([1, 3]),
    dilationWidth: between([1, 3]),
    paddingTop: between([-3, 5]),
    paddingLeft: between([-3, 5]),
    holesHeight: between([1, 4]),
    holesWidth: between([1, 4]),
    groupInputs: between([1, 7]),
    groupOutputs: between([1, 19]),
    // Inputs as far as the outputs reach, or fewer.
    whole: fc.boolean(),
  }).map(({ groups, groupInputs, groupOutputs, whole, ...rest }) => ({
    ...rest,
    ...typeof groups === "number"
      ? { groups, inputChannels: groups * groupInputs, outputChannels: groups * groupOutputs }
      : { groups: groups.depthwise, inputChannels: groups.depthwise, outputChannels: groups.depthwise },
    ...whole && {
      inputHeight: Math.ceil(rest.outputHeight * rest.strideHeight / rest.holesHeight),
      inputWidth: Math.ceil(rest.outputWidth * rest.strideWidth / rest.holesWidth),
    },
  }));
}
