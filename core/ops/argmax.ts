import type { Tensor } from "../tensor/tensor.ts";
import { axesOf, reduce } from "./_reduce.ts";

/**
 * The row-major position (u32) of the largest value over axes (default: all); the first of equal ones, NaN above all.
 *
 * *Gradient* none.
 *
 * @throws {RangeError} if there is nothing to compare.
 */
export function argmax(x: Tensor, axes?: number | readonly number[]): Tensor {
  return reduce("argmax", x, axesOf(x, axes, "take the argmax"));
}
