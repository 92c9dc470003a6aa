import { differentiable } from "../autodiff/differentiable.ts";
import { formatShape, normaliseAxis, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CopyOperation } from "./_copy.ts";

const operation = new CopyOperation();

/**
 * Puts the axes into another order: axis i of the result is axis order[i] of x. Without an order they are reversed.
 *
 * *Gradient* g with the inverse order.
 *
 * @throws {RangeError} if the order is not a permutation of the axes.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, tensor, transpose } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2, 3], [4, 5, 6]]);
 * using y = transpose(x);
 * assertEquals(y.shape, [3, 2]);
 * assertEquals(await y.read(), Float32Array.of(1, 4, 2, 5, 3, 6));
 * ```
 */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const axes = order === undefined
    ? x.shape.map((_, axis) => x.rank - 1 - axis)
    : order.map((axis) => normaliseAxis(axis, x.rank, "transpose"));
  if (axes.length !== x.rank || new Set(axes).size !== x.rank) {
    throw new RangeError(
      `Cannot transpose ${formatShape(x.shape)}: expected a permutation of its axes, got [${order}]`,
    );
  }
  const shape = axes.map((axis) => x.shape[axis]!);
  const regions = () => {
    const strides = stridesOf(x.shape);
    const inputStrides = axes.map((axis) => strides[axis]!);
    return [{
      input: 0,
      shape,
      inputOffset: 0,
      inputStrides,
      outputOffset: 0,
      outputStrides: stridesOf(shape),
    }];
  };
  return differentiable(
    [x],
    () => operation.run(`${x.shape}|${axes}`, [x], shape, regions),
    [(g) => transpose(g, axes.map((_, axis) => axes.indexOf(axis)))],
  );
}
