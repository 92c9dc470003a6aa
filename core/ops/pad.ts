import { differentiable } from "../autodiff/differentiable.ts";
import { formatShape, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CopyOperation } from "./_copy.ts";
import { slice } from "./slice.ts";

const operation = new CopyOperation();

/**
 * Surrounds x with +0 (or 0): `before[axis]` and `after[axis]` more along each axis.
 *
 * *Gradient* the part of g where x stands.
 *
 * @throws {RangeError} if there is not one non-negative integer for each axis.
 *
 * @example
 * ```ts
 * import { createDevice, pad, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2]);
 * using y = pad(x, [1], [2]);
 * assertEquals(await y.read(), Float32Array.of(0, 1, 2, 0, 0));
 * ```
 */
export function pad(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  const widths = [...before, ...after];
  if (
    before.length !== x.rank || after.length !== x.rank ||
    widths.some((width) => !Number.isInteger(width) || width < 0)
  ) {
    throw new RangeError(
      `Cannot pad ${
        formatShape(x.shape)
      }: expected a non-negative width for each axis, got [${before}] and [${after}]`,
    );
  }
  const shape = x.shape.map((length, axis) => before[axis]! + length + after[axis]!);
  const regions = () => {
    const outputStrides = stridesOf(shape);
    let outputOffset = 0;
    before.forEach((width, axis) => outputOffset += width * outputStrides[axis]!);
    const inputStrides = stridesOf(x.shape);
    return [{ input: 0, shape: x.shape, inputOffset: 0, inputStrides, outputOffset, outputStrides }];
  };
  return differentiable(
    [x],
    () => operation.run(`${x.shape}|${before}|${after}`, [x], shape, regions),
    [(g) => slice(g, before, before.map((width, axis) => width + x.shape[axis]!))],
  );
}
