import { differentiable } from "../autodiff/differentiable.ts";
import { checkShape, formatShape, type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * The same values under another shape, sharing memory. One length may be -1: it is found from the others.
 *
 * *Gradient* g with the old shape.
 *
 * @throws {RangeError} if the number of values differs.
 *
 * @example
 * ```ts
 * import { createDevice, reshape, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([1, 2, 3, 4, 5, 6]);
 * using matrix = reshape(x, [2, -1]);
 * assertEquals(matrix.shape, [2, 3]);
 * assertEquals(await matrix.read(), await x.read());
 * ```
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const wanted = resolve(x, shape);
  return differentiable([x], () => new Tensor(x.dtype, wanted, x.storage), [(g) => reshape(g, x.shape)]);
}

function resolve(x: Tensor, shape: Shape): Shape {
  if (!Array.isArray(shape)) checkShape(shape, "reshape");
  const open = shape.indexOf(-1);
  const known = open < 0 ? shape : shape.toSpliced(open, 1);
  checkShape(known, "reshape");
  const rest = sizeOf(known);
  const result = open < 0 ? [...shape] : shape.with(open, rest === 0 ? 0 : x.size / rest);
  if (sizeOf(result) !== x.size || (open >= 0 && !Number.isInteger(result[open]))) {
    throw new RangeError(
      `Cannot reshape ${formatShape(x.shape)} to ${formatShape(shape)}: the number of values differs`,
    );
  }
  return result;
}
