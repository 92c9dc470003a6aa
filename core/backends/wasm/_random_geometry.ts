/** For tests: convolutions of any legal geometry. */

import fc from "fast-check";
import type { ConvGeometry } from "../../kernels/conv.ts";

const between = (min: number, max: number) => fc.integer({ min, max });

/** Small geometries with every attribute free: strides, dilation, crops, holes, groups, any output extents. */
export const anyConvGeometry: fc.Arbitrary<ConvGeometry> = fc.record({
  batch: between(1, 3),
  inputHeight: between(1, 7),
  inputWidth: between(1, 7),
  outputHeight: between(1, 9),
  outputWidth: between(1, 9),
  kernelHeight: between(1, 4),
  kernelWidth: between(1, 4),
  groups: between(1, 3),
  strideHeight: between(1, 3),
  strideWidth: between(1, 3),
  dilationHeight: between(1, 3),
  dilationWidth: between(1, 3),
  paddingTop: between(-3, 5),
  paddingLeft: between(-3, 5),
  holesHeight: between(1, 4),
  holesWidth: between(1, 4),
  inputs: between(1, 7),
  outputs: between(1, 19),
}).map(({ inputs, outputs, ...rest }) => ({
  ...rest,
  inputChannels: rest.groups * inputs,
  outputChannels: rest.groups * outputs,
}));
