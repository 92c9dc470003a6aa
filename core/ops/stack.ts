import { composition } from "../autodiff/composition.ts";
import { formatShape, normaliseAxis, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { concatenate } from "./concatenate.ts";
import { expandDims } from "./expand_dims.ts";

/**
 * Joins tensors of one shape and dtype along a new axis, which stands at `axis` in the result.
 *
 * *Shapes* n times [a, b] -> [n, a, b], or [a, n, b] for axis 1. *Gradient* to each its part of g.
 *
 * @throws {RangeError} if there is no tensor or the shapes differ. @throws {TypeError} if the dtypes differ.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, stack, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using a = tensor([1, 2]);
 * using b = tensor([3, 4]);
 * using columns = stack([a, b], 1);
 * assertEquals(columns.shape, [2, 2]);
 * assertEquals(await columns.read(), Float32Array.of(1, 3, 2, 4));
 * ```
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const first = tensors[0];
  if (first === undefined) throw new RangeError("Cannot stack: expected at least one tensor, got none");
  const at = normaliseAxis(axis, first.rank + 1, "stack");
  for (const { shape } of tensors) {
    if (sameShape(shape, first.shape)) continue;
    throw new RangeError(
      `Cannot stack: expected shapes equal to ${formatShape(first.shape)}, got ${formatShape(shape)}`,
    );
  }
  return composition(() => concatenate(tensors.map((x) => expandDims(x, at)), at), "stack");
}
