/**
 * Maxout networks: each unit is the largest of several linear functions, which it learns.
 *
 * Axes: B batch, D inputs, U units, P pieces, C classes.
 *
 * @module
 */
import {
  dense,
  type DenseParams,
  glorotUniform,
  initDense,
  max,
  type Model,
  scaled,
  type Tensor,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** Widths of a maxout network. */
export interface MaxoutConfig {
  /** From the inputs over the hidden units to the classes; at least two. */
  readonly widths: readonly number[];
  /** Linear functions of each hidden unit; 2 in the notes. */
  readonly pieces: number;
}

/** 784-128-64-10 with two pieces: 218,122 parameters. */
export const MAXOUT_784_128_64_10: MaxoutConfig = { widths: [784, 128, 64, 10], pieces: 2 };

/** Parameters by layer: layer1, layer2, ...; a hidden layer's w is [D, U P], the pieces of a unit beside each other. */
export type MaxoutParams = Readonly<Record<string, DenseParams>>;

/** The last layer starts small, so that every class begins with nearly the same score. */
const lastLayer = scaled(glorotUniform, 0.1);

/** The largest of each unit's pieces: [B, U P] -> [B, U]. */
const largest = (z: Tensor, pieces: number) => max(z.reshape([z.shape[0]!, -1, pieces]), 2);

/**
 * h = max(x w_1 + b_1, ..., x w_P + b_P) in each hidden unit, and class scores h w + b at the end. Two pieces give the
 * rectifier (one is zero), the leaky one and the absolute value; more of them any convex function.
 *
 * Weights are Glorot-uniform, over a unit's pieces together; the last layer's a tenth of that; biases zero.
 *
 * *Shapes* [B, D] -> [B, C], or images [B, ...] whose values are taken row-major. *Gradient* to the largest piece, of equal
 * ones the first. *Source* i2dl, lecture 7; I. Goodfellow et al. (2013). Maxout networks.
 * *Differs* the paper's networks have dropout.
 *
 * @throws {RangeError} if there are fewer than two widths, or less than one piece.
 *
 * @example The absolute value in one unit
 * ```ts
 * import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { maxout } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = maxout({ widths: [1, 1, 1], pieces: 2 });
 * const params = {
 *   layer1: { w: tensor([[1, -1]]), b: zeros([2]) },
 *   layer2: { w: tensor([[1]]), b: zeros([1]) },
 * };
 * using x = tensor([[-3], [2]]);
 * using y = scope(() => model.apply(params, {}, x, { key: Key.from(1), train: false }).y);
 * assertEquals(await y.read(), Float32Array.of(3, 2));
 * disposeTree(params);
 * ```
 */
export function maxout({ widths, pieces }: MaxoutConfig): Model<MaxoutParams> {
  if (widths.length < 2 || !Number.isInteger(pieces) || pieces < 1) {
    throw new RangeError(
      `Cannot make a maxout network: expected at least two widths and one piece, got [${widths}] and ${pieces}`,
    );
  }
  const depth = widths.length - 1;
  return {
    init(key) {
      const layers = widths.slice(1).map((outputs, i) => {
        const name = `layer${i + 1}`;
        const last = i + 1 === depth;
        const columns = last ? outputs : outputs * pieces;
        return [
          name,
          initDense(key.fold(name), widths[i]!, columns, last ? lastLayer : glorotUniform),
        ] as const;
      });
      return { params: Object.fromEntries(layers), state: {} };
    },
    apply(params, state, x) {
      let h = x.reshape([x.shape[0]!, -1]); // [B, D]
      for (let i = 1; i <= depth; i++) {
        h = dense(params[`layer${i}`]!, h);
        if (i < depth) h = largest(h, pieces); // [B, U]
      }
      return { y: h, state }; // [B, C]
    },
  };
}

/** The maxout network in the registry. */
export const maxoutModel: RegisteredModel = defineModel({
  id: "maxout",
  family: "feedforward",
  title: "Maxout network",
  notes: [
    { note: "i2dl", section: "lecture 7" },
    { note: "csw182", section: "lecture 7" },
  ],
  paper: "I. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio (2013). Maxout networks.",
  build: maxout,
  configurations: {
    MAXOUT_784_128_64_10: {
      config: MAXOUT_784_128_64_10,
      input: [28, 28, 1],
      parameters: 2 * (784 * 128 + 128) + 2 * (128 * 64 + 64) + 64 * 10 + 10,
    },
  },
  trial: classify({ config: MAXOUT_784_128_64_10, input: [28, 28, 1], classes: 10 }),
});
