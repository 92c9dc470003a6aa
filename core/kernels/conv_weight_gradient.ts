import type { ConvGeometry } from "./conv.ts";

/**
 * The gradient of a convolution's weights: inputs x and the gradient of the output g, both with the shapes of
 * `geometry`; output [kernel height, kernel width, input channels / groups, output channels].
 *
 * *Order* N4 over the axes [batch, output height, output width]; each term is fl(x * g). Padding is a real +0 operand.
 */
export interface ConvWeightGradientKernel {
  readonly family: "convWeightGradient";
  readonly geometry: ConvGeometry;
}
