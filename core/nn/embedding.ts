import type { Key } from "../random/key.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Initialiser } from "./dense.ts";

/** Parameters of an embedding: one row for each word, [V, D]. */
export type EmbeddingParams = { readonly table: Tensor };

/**
 * The parameters of `embedding`: rows from the initialiser, with fan-in 1, since one row is read for each word.
 *
 * @example
 * ```ts
 * import { createDevice, glorotUniform, initEmbedding, Key, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const { table } = initEmbedding(Key.from(1), 64, 32, glorotUniform);
 * assertEquals(table.shape, [64, 32]);
 * table.dispose();
 * ```
 */
export function initEmbedding(
  key: Key,
  vocabulary: number,
  width: number,
  initialise: Initialiser,
): EmbeddingParams {
  return { table: initialise(key.fold("table"), [vocabulary, width], 1, width) };
}
