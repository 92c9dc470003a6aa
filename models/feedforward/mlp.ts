/**
 * Multi-layer perceptron: dense layers with rectifiers between them.
 *
 * Axes: B batch, D inputs, C classes.
 *
 * @module
 */
import {
  dense,
  type DenseParams,
  glorotUniform,
  initDense,
  kaimingUniform,
  type Model,
  relu,
  scaled,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** Widths from the inputs over the hidden layers to the classes. */
export interface MlpConfig {
  /** At least two. */
  readonly widths: readonly number[];
}

/** 784-256-128-10: 235,146 parameters. */
export const MLP_784_256_128_10: MlpConfig = { widths: [784, 256, 128, 10] };

/** The last layer starts small, so that every class begins with nearly the same score. */
const lastLayer = scaled(glorotUniform, 0.1);

/** Parameters by layer: layer1, layer2, ... */
export type MlpParams = Readonly<Record<string, DenseParams>>;

/**
 * h_i = relu(h_(i-1) w_i + b_i), and class scores h w + b at the end. Hidden weights are Kaiming-uniform, the
 * last layer's a tenth of Glorot-uniform, biases zero.
 *
 * *Shapes* [B, D] -> [B, C], or images [B, ...] whose values are taken row-major. *Source* i2dl, lectures 3 and 4.
 *
 * @example Two rectifiers give |a - b|, and so the exclusive or, which one layer cannot
 * ```ts
 * import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { mlp } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = mlp({ widths: [2, 2, 1] });
 * const params = {
 *   layer1: { w: tensor([[1, -1], [-1, 1]]), b: zeros([2]) },
 *   layer2: { w: tensor([[1], [1]]), b: zeros([1]) },
 * };
 * using x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * using y = scope(() => model.apply(params, {}, x, { key: Key.from(1), train: false }).y);
 * assertEquals(await y.read(), Float32Array.of(0, 1, 1, 0));
 * disposeTree(params);
 * ```
 */
export function mlp({ widths }: MlpConfig): Model<MlpParams> {
  if (widths.length < 2) {
    throw new RangeError(`Cannot make an MLP: expected at least two widths, got [${widths}]`);
  }
  const depth = widths.length - 1;
  return {
    init(key) {
      const layers = widths.slice(1).map((outputs, i) => {
        const name = `layer${i + 1}`;
        return [
          name,
          initDense(key.fold(name), widths[i]!, outputs, i + 1 === depth ? lastLayer : kaimingUniform),
        ] as const;
      });
      return { params: Object.fromEntries(layers), state: {} };
    },
    apply(params, state, x) {
      let h = x.reshape([x.shape[0]!, -1]); // [B, D]
      for (let i = 1; i <= depth; i++) {
        h = dense(params[`layer${i}`]!, h);
        if (i < depth) h = relu(h);
      }
      return { y: h, state }; // [B, C]
    },
  };
}

/** The multi-layer perceptron in the registry. */
export const mlpModel: RegisteredModel = defineModel({
  id: "mlp",
  family: "feedforward",
  title: "Multi-layer perceptron",
  notes: [
    { note: "ann-summary", section: "lectures 1 and 2" },
    { note: "i2dl", section: "lectures 3 and 4" },
    { note: "aps360", section: "week 2" },
  ],
  paper:
    "D. E. Rumelhart, G. E. Hinton, R. J. Williams (1986). Learning representations by back-propagating errors.",
  build: mlp,
  configurations: {
    MLP_784_256_128_10: {
      config: MLP_784_256_128_10,
      input: [28, 28, 1],
      parameters: 784 * 256 + 256 + 256 * 128 + 128 + 128 * 10 + 10,
    },
  },
  trial: classify({ config: MLP_784_256_128_10, input: [28, 28, 1], classes: 10 }),
});
