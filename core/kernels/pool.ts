/**
 * Windows over the rows and columns of an f32 tensor [batch, height, width, channels].
 *
 * - `max`: outputs the largest value by the order key (the first of equal keys in row-major window order) as f32, and
 *   its u32 position, row-major within the image [height, width, channels]. Padding takes no part.
 * - `sum`: outputs the window's sum. *Order* N5 over the full window, row-major, padding as +0.
 * - `sumGradient`: input is g [batch, output height, output width, channels], output [batch, height, width,
 *   channels]: each input position adds, from +0, g of the windows that contain it, in ascending window order.
 */
export interface PoolKernel {
  readonly family: "pool";
  readonly operation: "max" | "sum" | "sumGradient";
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  readonly windowHeight: number;
  readonly windowWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly paddingTop: number;
  readonly paddingLeft: number;
}
