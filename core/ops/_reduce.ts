import type { ReduceKernel } from "../kernels/reduce.ts";
import { launch } from "../tensor/launch.ts";
import { formatShape, normaliseAxes } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

const kernels = new Map<string, ReduceKernel>();

/** Reduces axes of an f32 tensor; the result has the shape without them. */
export function reduce(operation: ReduceKernel["operation"], x: Tensor, axes: readonly number[]): Tensor {
  if (x.dtype !== "f32") throw new TypeError(`Cannot take the ${operation}: expected f32, got ${x.dtype}`);
  const key = `${operation}|${x.shape}|${axes}`;
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    kernel = { family: "reduce", operation, shape: x.shape, axes };
    if (operation !== "sum" && axes.some((axis) => x.shape[axis] === 0)) {
      throw new RangeError(
        `Cannot take the ${operation} of nothing: axes [${axes}] of ${formatShape(x.shape)} are empty`,
      );
    }
    kernels.set(key, kernel);
  }
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  return launch(kernel, [x], [{ dtype: operation === "argmax" ? "u32" : "f32", shape }])[0]!;
}

/** The shape of x with the given axes kept at length 1. */
export function keptShape(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
}

/** The axes in ascending order; all if none are given. */
export function axesOf(x: Tensor, axes: number | readonly number[] | undefined, what: string): number[] {
  return normaliseAxes(axes, x.rank, what);
}
