import type { ConvGeometry } from "../../../../kernels/conv.ts";

/** What the small cases of convolutions and of gradients of weights choose. */
type Sizes = Pick<
  ConvGeometry,
  "inputHeight" | "inputWidth" | "inputChannels" | "outputHeight" | "outputWidth" | "outputChannels"
>;

/** A small convolution with all that can go wrong: groups, dilation, padding, and holes if asked for. */
export function smallGeometry(holes: boolean, sizes: Sizes): ConvGeometry {
  return {
    ...sizes,
    batch: 2,
    kernelHeight: 3,
    kernelWidth: 2,
    groups: 2,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 2,
    paddingTop: 1,
    paddingLeft: 2,
    holesHeight: holes ? 2 : 1,
    holesWidth: 1,
  };
}
