/**
 * The geometry of a 2-D convolution, NHWC with weights [kernel height, kernel width, input channels / groups, output
 * channels] (a cross-correlation, as in every deep-learning library).
 *
 * Along each axis, output o reads tap k at position p = o * stride + k * dilation - padding before, on a grid where
 * input i stands at i * holes (holes = 1: the input itself; holes = s: the gradient of a convolution with stride s).
 * Positions off the grid's range [0, (input - 1) * holes] are padding, a real +0 operand; positions between are holes:
 * absent, but counted in the index of the term. The output extents are given, since a gradient needs them free.
 */
export interface ConvGeometry {
  readonly batch: number;
  readonly inputHeight: number;
  readonly inputWidth: number;
  readonly inputChannels: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly outputChannels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly groups: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Rows of padding before the first input row; may be negative, which crops. */
  readonly paddingTop: number;
  readonly paddingLeft: number;
  readonly holesHeight: number;
  readonly holesWidth: number;
}

/**
 * 2-D convolution: inputs x [batch, input height, input width, input channels] and w, output
 * [batch, output height, output width, output channels].
 *
 * *Order* N4 over the axes [kernel height, kernel width, input channels / groups]; each term is fl(x * w).
 */
export interface ConvKernel {
  readonly family: "conv";
  readonly geometry: ConvGeometry;
}
