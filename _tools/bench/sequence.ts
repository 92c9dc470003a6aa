import {
  adam,
  crossEntropy,
  dense,
  embedding,
  geluTanh,
  initNorm,
  layerNorm,
  lstm,
  multiHeadAttention,
  type Tensor,
} from "@verbatim/core";
import { integers, Parameters } from "./values.ts";
import { training, type Workload } from "./workload.ts";

/** Texts of so many words, so many in a batch. */
export interface TextSizes {
  readonly batch: number;
  readonly length: number;
}

/** Sequences of words, and the words that follow: [B, T]. */
const text = (seed: number, { batch, length }: TextSizes) => ({
  words: integers(seed, [batch, length], 64),
  next: integers(seed + 1, [batch, length], 64),
});

const lossOf = (logits: Tensor, next: Tensor): Tensor =>
  crossEntropy(logits.reshape([-1, 64]), next.reshape([-1]));

/** A language model of one LSTM layer. */
export const lstmModel = (sizes: TextSizes): Workload => ({
  id: "W5",
  title: `LSTM 128, T ${sizes.length}, batch ${sizes.batch}, Adam`,
  prepare() {
    const p = new Parameters(5000);
    const scale = 1 / Math.sqrt(128);
    const params = {
      table: p.next([64, 32], 1),
      wx: p.next([32, 512], scale),
      wh: p.next([128, 512], scale),
      // The peer has two biases; under Adam they do not move as one would.
      bx: p.next([512], scale),
      bh: p.next([512], scale),
      output: p.dense(128, 64),
    };
    return training(
      { params, state: {}, inputs: text(51, sizes) },
      adam(),
      1e-3,
      ({ table, wx, wh, bx, bh, output }, state, { words, next }) => {
        const { y } = lstm({ wx, wh, b: bx.add(bh) }, embedding(table, words)); // [B, T, H]
        return { loss: lossOf(dense(output, y), next), state };
      },
    );
  },
});

/** A decoder-only transformer of two layers, normalised before each part. */
export const transformer = (sizes: TextSizes): Workload => ({
  id: "W6",
  title: `transformer 2 x 64, T ${sizes.length}, batch ${sizes.batch}, Adam`,
  prepare() {
    const p = new Parameters(6000);
    const table = p.next([64, 64], 0.5);
    const positions = p.next([sizes.length, 64], 0.5);
    const block = () => {
      // The peer makes queries, keys and values in one product: its columns, cut in three.
      const seed = p.take(2);
      const part = (index: number) =>
        new Parameters(seed).denseInOrder(64, 192, {
          column: Array.from({ length: 64 }, (_, j) => 64 * index + j),
        });
      const [query, key, value] = [part(0), part(1), part(2)];
      return {
        attention: { query, key, value, output: p.dense(64, 64) },
        norm1: initNorm([64]),
        norm2: initNorm([64]),
        up: p.dense(64, 256),
        down: p.dense(256, 64),
      };
    };
    const params = {
      table,
      positions,
      blocks: [block(), block()],
      norm: initNorm([64]),
      output: p.dense(64, 64),
    };
    return training(
      { params, state: {}, inputs: text(61, sizes) },
      adam(),
      1e-3,
      ({ table, positions, blocks, norm, output }, state, { words, next }) => {
        let x = embedding(table, words).add(positions); // [B, T, D]
        for (const { attention, norm1, norm2, up, down } of blocks) {
          x = x.add(multiHeadAttention(attention, layerNorm(norm1, x), { heads: 4, causal: true }));
          x = x.add(dense(down, geluTanh(dense(up, layerNorm(norm2, x)))));
        }
        return { loss: lossOf(dense(output, layerNorm(norm, x)), next), state };
      },
    );
  },
});
