import { apply, f32 } from "../scalar/expression.ts";
import { arange } from "../tensor/create.ts";
import { checkInteger } from "../tensor/check.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { MapOperation } from "./elementwise.ts";

const operation = new MapOperation(
  "encode one-hot",
  ["u32", "u32"],
  ["f32"],
  (index, position) => [apply("selectF32", apply("equalU32", index, position), f32(1), f32(0))],
);

/**
 * One-hot vectors: 1 at each index, +0 elsewhere; an index of `classes` or more gives zeros.
 *
 * *Shapes* [...] -> [..., classes]. *Dtypes* u8, u32 or i32 -> f32. *Gradient* none.
 *
 * @throws {TypeError} if the indices are f32.
 * @throws {RangeError} if the number of classes is no positive integer.
 *
 * @example
 * ```ts
 * import { createDevice, oneHot, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using labels = tensor(Uint8Array.of(2, 0));
 * using y = oneHot(labels, 3);
 * assertEquals(y.shape, [2, 3]);
 * assertEquals(await y.read(), Float32Array.of(0, 0, 1, 1, 0, 0));
 * ```
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  checkInteger(classes, 1, "encode one-hot", "a number of classes");
  return scope(() => operation.run([indices.reshape([...indices.shape, 1]), arange(classes)])[0]!);
}
