import { apply, f32 } from "../scalar/expression.ts";
import { arange } from "../tensor/create.ts";
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
 */
export function oneHot(indices: Tensor, classes: number): Tensor {
  return scope(() => operation.run([indices.reshape([...indices.shape, 1]), arange(classes)])[0]!);
}
