import { composition } from "../autodiff/composition.ts";
import { lessOrEqual } from "../ops/compare.ts";
import { matmul } from "../ops/matmul.ts";
import { select } from "../ops/select.ts";
import { softmax } from "../ops/softmax.ts";
import type { Key } from "../random/key.ts";
import { checkInteger } from "../tensor/check.ts";
import { arange } from "../tensor/create.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { dense, type DenseParams, initDense, type Initialiser } from "./dense.ts";

/**
 * The score of what may not be seen. Its weight e^(MASKED - max) is exactly +0 as soon as something may be seen; if nothing
 * may, all is seen alike instead of giving NaN.
 */
const MASKED = -1e30;

/** What a query may see. */
export interface AttentionOptions {
  /** True: query i sees the keys up to i, counted so that the last query sees the last key. Default false. */
  readonly causal?: boolean;
  /** 1 where a query may see a key, 0 where not; broadcasts to the scores [..., T, S]. */
  readonly mask?: Tensor;
}

/**
 * Scaled dot-product attention: softmax(q k^T / sqrt(D)) v.
 *
 * *Shapes* q [..., T, D], k [..., S, D], v [..., S, E] -> [..., T, E]. *Dtypes* f32; the mask u8, u32 or i32.
 * *Order* q is multiplied by fround(1 / sqrt(D)) before the product; N4 over D and over S, N5 in the softmax.
 * A score that is masked is replaced by -1e30; a query that may see nothing sees everything alike.
 * *Source* Vaswani et al. 2017, equation 1.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example The first query sees the first value only, the second both alike
 * ```ts
 * import { attention, createDevice, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using q = tensor([[1, 2], [3, 4]]);
 * using k = tensor([[1, 1], [1, 1]]);
 * using v = tensor([[10], [20]]);
 * using y = attention(q, k, v, { causal: true });
 * assertEquals(await y.read(), Float32Array.of(10, 15));
 * ```
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  const { causal = false, mask } = options;
  return composition(() => {
    const width = q.shape.at(-1) ?? 0;
    let scores = matmul(q.mul(1 / Math.sqrt(width)), k, { transposeB: true }); // [..., T, S]
    if (causal) {
      const [queries, keys] = scores.shape.slice(-2) as [number, number];
      const last = arange(queries, "f32").reshape([queries, 1]).add(keys - queries);
      scores = select(lessOrEqual(arange(keys, "f32"), last), scores, MASKED);
    }
    if (mask !== undefined) scores = select(mask, scores, MASKED);
    return matmul(softmax(scores), v);
  }, "attention");
}

/** Parameters of multi-head attention: the maps to queries, keys and values, and the one of the heads' results. */
export type MultiHeadAttentionParams = {
  readonly query: DenseParams;
  readonly key: DenseParams;
  readonly value: DenseParams;
  readonly output: DenseParams;
};

/**
 * The parameters of multi-head attention from width D to width D: weights from the initialiser, biases zero.
 *
 * @example
 * ```ts
 * import {
 *   createDevice,
 *   disposeTree,
 *   glorotUniform,
 *   initMultiHeadAttention,
 *   Key,
 *   setDefaultDevice,
 * } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initMultiHeadAttention(Key.from(1), 8, glorotUniform);
 * assertEquals([params.query.w.shape, params.output.b.shape], [[8, 8], [8]]);
 * disposeTree(params);
 * ```
 */
export function initMultiHeadAttention(
  key: Key,
  width: number,
  initialise: Initialiser,
): MultiHeadAttentionParams {
  const layer = (name: string) => initDense(key.fold(name), width, width, initialise);
  return { query: layer("query"), key: layer("key"), value: layer("value"), output: layer("output") };
}

/** What multi-head attention looks at, and how. */
export interface MultiHeadAttentionOptions extends AttentionOptions {
  /** Number of heads N; each has D / N columns of the queries, keys and values. */
  readonly heads: number;
  /** The sequence [B, S, D] that is looked at; default x itself. */
  readonly memory?: Tensor;
}

/**
 * Multi-head attention: the heads' attentions side by side, through the output map.
 *
 * *Shapes* x [B, T, D], memory [B, S, D] -> [B, T, D]; a mask broadcasts to [B, N, T, S].
 * *Order* that of `dense` and of `attention`; three products make queries, keys and values.
 * *Source* Vaswani et al. 2017, section 3.2.2.
 *
 * @throws {RangeError} if the shapes do not fit or D is not a multiple of the number of heads.
 *
 * @example With equal keys a query sees the mean of what it may see
 * ```ts
 * import { createDevice, multiHeadAttention, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using nothing = zeros([2, 2]);
 * using identity = tensor([[1, 0], [0, 1]]);
 * using b = zeros([2]);
 * const [none, same] = [{ w: nothing, b }, { w: identity, b }];
 * using x = tensor([[[2, 4], [4, 8]]]);
 * const params = { query: none, key: none, value: same, output: same };
 * using y = multiHeadAttention(params, x, { heads: 2, causal: true });
 * assertEquals(await y.read(), Float32Array.of(2, 4, 3, 6));
 * ```
 */
export function multiHeadAttention(
  params: MultiHeadAttentionParams,
  x: Tensor,
  { heads, memory = x, ...options }: MultiHeadAttentionOptions,
): Tensor {
  checkInteger(heads, 1, "attend", "a number of heads");
  const [batch = 0, , width = 0] = x.shape;
  if (x.rank !== 3 || memory.rank !== 3 || width % heads !== 0) {
    throw new RangeError(
      `Cannot attend: expected x [B, T, D] and a memory [B, S, D] with D a multiple of ${heads}, got ${
        formatShape(x.shape)
      } and ${formatShape(memory.shape)}`,
    );
  }
  return composition(() => {
    const split = (layer: DenseParams, from: Tensor): Tensor => {
      const y = dense(layer, from); // [B, T, D]
      const perHead = [batch, y.shape[1]!, heads, y.shape[2]! / heads];
      return y.reshape(perHead).transpose([0, 2, 1, 3]); // [B, N, T, D / N]
    };
    const seen = attention(
      split(params.query, x),
      split(params.key, memory),
      split(params.value, memory),
      options,
    );
    const joined = seen.transpose([0, 2, 1, 3]).reshape([batch, x.shape[1]!, params.output.w.shape[0]!]); // [B, T, D]
    return dense(params.output, joined);
  }, "multi-head attention");
}
