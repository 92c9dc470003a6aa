import { differentiable } from "../autodiff/differentiable.ts";
import { normaliseAxes, stridesOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { CopyOperation } from "./_copy.ts";

const operation = new CopyOperation();

/**
 * Runs axes (default: all) backwards.
 *
 * *Gradient* g flipped in the same way.
 *
 * @throws {RangeError} if an axis does not exist or repeats.
 *
 * @example
 * ```ts
 * import { createDevice, flip, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[1, 2, 3], [4, 5, 6]]);
 * using mirrored = flip(x, 1);
 * assertEquals(await mirrored.read(), Float32Array.of(3, 2, 1, 6, 5, 4));
 * ```
 */
export function flip(x: Tensor, axes?: number | readonly number[]): Tensor {
  const flipped = normaliseAxes(axes, x.rank, "flip");
  const regions = () => {
    const strides = stridesOf(x.shape);
    let inputOffset = 0;
    if (x.size > 0) { for (const axis of flipped) inputOffset += (x.shape[axis]! - 1) * strides[axis]!; }
    return [{
      input: 0,
      shape: x.shape,
      inputOffset,
      inputStrides: strides.map((stride, axis) => flipped.includes(axis) ? -stride : stride),
      outputOffset: 0,
      outputStrides: strides,
    }];
  };
  return differentiable(
    [x],
    () => operation.run(`${x.shape}|${flipped}`, [x], x.shape, regions),
    [(g) => flip(g, flipped)],
  );
}
