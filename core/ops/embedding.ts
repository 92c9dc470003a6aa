import { composition } from "../autodiff/composition.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { cast } from "./cast.ts";
import { gather } from "./gather.ts";

/**
 * Looks up rows of a table: out[i..., :] = table[indices[i...], :].
 *
 * *Shapes* table [V, D], indices [...] -> [..., D]. *Dtypes* table f32, indices u8, u32 or i32. An index of V or more,
 * or a negative one, reads NaN and gets no gradient. *Gradient* the rows of g added to +0 in ascending order of the
 * indices' places (N6).
 *
 * @throws {RangeError} if the table is no matrix. @throws {TypeError} if a dtype is wrong.
 *
 * @example
 * ```ts
 * import { createDevice, embedding, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using table = tensor([[1, 2], [3, 4], [5, 6]]);
 * using words = tensor(Uint8Array.of(2, 0), [1, 2]);
 * using vectors = embedding(table, words);
 * assertEquals(vectors.shape, [1, 2, 2]);
 * assertEquals(await vectors.read(), Float32Array.of(5, 6, 1, 2));
 * ```
 */
export function embedding(table: Tensor, indices: Tensor): Tensor {
  if (table.rank !== 2) {
    throw new RangeError(`Cannot embed: expected a table [V, D], got ${formatShape(table.shape)}`);
  }
  if (table.dtype !== "f32" || indices.dtype === "f32") {
    throw new TypeError(
      `Cannot embed: expected a table of f32 and indices of u8, u32 or i32, got ${table.dtype} and ${indices.dtype}`,
    );
  }
  return composition(() => gather(table, cast(indices, "u32")), "embedding");
}
