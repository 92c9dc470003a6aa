/**
 * A reduction over axes of one f32 operand. The result has the shape without the reduced axes.
 *
 * *Order* sum: N5, over the reduced axes taken as one, row-major. max: by the order key, NaN above all. argmax: the
 * row-major position (u32) within the reduced axes of the first largest key.
 * An empty sum is +0; an empty max or argmax is an error.
 */
export interface ReduceKernel {
  readonly family: "reduce";
  readonly operation: "sum" | "max" | "argmax";
  readonly shape: readonly number[];
  /** Ascending, without repetition. */
  readonly axes: readonly number[];
}
