import { differentiable } from "../autodiff/differentiable.ts";
import {
  broadcastShapes,
  checkShape,
  formatShape,
  sameShape,
  type Shape,
  stridesOf,
} from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CopyOperation } from "./_copy.ts";
import { sumTo } from "./elementwise.ts";

const operation = new CopyOperation();

/**
 * Repeats x to a larger shape, by the rule of broadcasting.
 *
 * *Gradient* the sum of g over the repeated axes (order N5).
 *
 * @throws {RangeError} if x does not broadcast to the shape, or it is not one.
 *
 * @example
 * ```ts
 * import { broadcastTo, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using row = tensor([1, 2]);
 * using matrix = broadcastTo(row, [3, 2]);
 * assertEquals(await matrix.read(), Float32Array.of(1, 2, 1, 2, 1, 2));
 * ```
 */
export function broadcastTo(x: Tensor, wanted: Shape): Tensor {
  checkShape(wanted, "broadcast");
  const shape = [...wanted];
  if (!sameShape(broadcastShapes([x.shape, shape]), shape)) {
    throw new RangeError(`Cannot broadcast ${formatShape(x.shape)} to ${formatShape(shape)}`);
  }
  const regions = () => {
    const strides = stridesOf(x.shape);
    const offset = shape.length - x.rank;
    const inputStrides = shape.map((_, axis) =>
      axis < offset || x.shape[axis - offset] === 1 ? 0 : strides[axis - offset]!
    );
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
    () => operation.run(`${x.shape}|${shape}`, [x], shape, regions),
    [(g) => sumTo(g, x.shape)],
  );
}
