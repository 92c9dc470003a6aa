import { differentiable } from "../autodiff/differentiable.ts";
import { formatShape, type Shape, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CopyOperation } from "./_copy.ts";
import { pad } from "./pad.ts";

const operation = new CopyOperation();

/**
 * The part of x from start (included) to end (excluded) along its first axes; further axes are kept whole. Negative
 * bounds count from the back.
 *
 * *Gradient* g padded with +0.
 *
 * @throws {RangeError} if a bound is outside the axis or an end lies before its start.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, slice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
 * using corner = slice(x, [1, 0], [3, 2]);
 * assertEquals(await corner.read(), Float32Array.of(4, 5, 7, 8));
 * using lastRow = slice(x, [-1], [3]);
 * assertEquals(await lastRow.read(), Float32Array.of(7, 8, 9));
 * ```
 */
export function slice(x: Tensor, start: readonly number[], end: readonly number[]): Tensor {
  const [from, to] = bounds(x.shape, start, end);
  const shape = from.map((first, axis) => to[axis]! - first);
  const regions = () => {
    const strides = stridesOf(x.shape);
    let inputOffset = 0;
    from.forEach((first, axis) => inputOffset += first * strides[axis]!);
    return [{
      input: 0,
      shape,
      inputOffset,
      inputStrides: strides,
      outputOffset: 0,
      outputStrides: stridesOf(shape),
    }];
  };
  return differentiable(
    [x],
    () => operation.run(`${x.shape}|${from}|${to}`, [x], shape, regions),
    [(g) => pad(g, from, x.shape.map((length, axis) => length - to[axis]!))],
  );
}

function bounds(shape: Shape, start: readonly number[], end: readonly number[]): [number[], number[]] {
  if (start.length !== end.length || start.length > shape.length) {
    throw new RangeError(
      `Cannot slice ${
        formatShape(shape)
      }: expected as many starts as ends, at most ${shape.length}, got [${start}] and [${end}]`,
    );
  }
  const resolve = (bound: number, length: number): number => (bound < 0 ? bound + length : bound);
  const from = shape.map((length, axis) => axis < start.length ? resolve(start[axis]!, length) : 0);
  const to = shape.map((length, axis) => axis < end.length ? resolve(end[axis]!, length) : length);
  from.forEach((first, axis) => {
    const last = to[axis]!;
    if (
      !Number.isInteger(first) || !Number.isInteger(last) || first < 0 || last > shape[axis]! || last < first
    ) {
      throw new RangeError(
        `Cannot slice ${formatShape(shape)}: expected bounds within it, got [${start}] to [${end}]`,
      );
    }
  });
  return [from, to];
}
