/**
 * One multi-layer perceptron with any activation of the notes between its layers.
 *
 * Axes: B batch, D inputs, C classes.
 *
 * @module
 */
import {
  dense,
  elu,
  glorotUniform,
  greater,
  initDense,
  kaimingUniform,
  leakyRelu,
  type Model,
  ones,
  prelu,
  relu,
  scaled,
  select,
  sigmoid,
  silu,
  softplus,
  tanh,
  type Tensor,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** Parameters of one layer: w and b, and what its activation learns. */
export type ActivatedLayer = Readonly<Record<string, Tensor>>;

/** Name of an activation; `leakyRelu` has the slope 0.01, `leakyReluTenth` 0.1. */
export type ActivationName =
  | "linear"
  | "step"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leakyRelu"
  | "leakyReluTenth"
  | "prelu"
  | "elu"
  | "silu"
  | "swish"
  | "softplus";

interface Activation {
  /** What the activation learns, at the start: a slope [1], say. */
  readonly learned?: Readonly<Record<string, number>>;
  apply(x: Tensor, layer: ActivatedLayer): Tensor;
}

/** Where a unit of steps is on, the value 1. */
const step = (x: Tensor) => select(greater(x, 0), 1, 0);

/**
 * The activations of the notes, by name. Learned are one slope for each layer (PReLU, from 0.25) and one beta (Swish, from 1);
 * `step` has the gradient zero everywhere.
 */
const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = {
  linear: { apply: (x) => x },
  step: { apply: step },
  sigmoid: { apply: (x) => sigmoid(x) },
  tanh: { apply: (x) => tanh(x) },
  relu: { apply: (x) => relu(x) },
  leakyRelu: { apply: (x) => leakyRelu(x, 0.01) },
  leakyReluTenth: { apply: (x) => leakyRelu(x, 0.1) },
  prelu: { learned: { slope: 0.25 }, apply: (x, layer) => prelu(x, layer["slope"]!) },
  elu: { apply: (x) => elu(x) },
  silu: { apply: (x) => silu(x) },
  swish: { learned: { beta: 1 }, apply: (x, layer) => x.mul(sigmoid(x.mul(layer["beta"]!))) },
  softplus: { apply: (x) => softplus(x) },
};

/** Widths from the inputs over the hidden layers to the classes, and what stands between them. */
export interface ActivationMlpConfig {
  /** At least two. */
  readonly widths: readonly number[];
  /** Between every two layers. */
  readonly activation: ActivationName;
}

/** 784-64-64-10 with PReLU: 55,052 parameters, two of them slopes. */
export const PRELU_784_64_64_10: ActivationMlpConfig = { widths: [784, 64, 64, 10], activation: "prelu" };

/** Parameters by layer: layer1, layer2, ... */
export type ActivationMlpParams = Readonly<Record<string, ActivatedLayer>>;

/** The last layer starts small, so that every class begins with nearly the same score. */
const lastLayer = scaled(glorotUniform, 0.1);

/**
 * h_i = f(h_(i-1) w_i + b_i) with one of the notes' activations f, and class scores h w + b at the end. All begin with the
 * same weights: hidden ones Kaiming-uniform, the last layer's a tenth of Glorot-uniform, biases zero.
 *
 * *Shapes* [B, D] -> [B, C], or images [B, ...] whose values are taken row-major. *Source* i2dl, lecture 7; aps360, week 2.
 * *Differs* Swish is x sigmoid(beta x), as published; the notes' table has twice that.
 *
 * @throws {RangeError} if there are fewer than two widths.
 *
 * @example Two step units tell whether exactly one of two inputs is 1
 * ```ts
 * import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { activationMlp } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = activationMlp({ widths: [2, 2, 1], activation: "step" });
 * const params = {
 *   layer1: { w: tensor([[1, 1], [1, 1]]), b: tensor([-0.5, -1.5]) },
 *   layer2: { w: tensor([[1], [-1]]), b: tensor([0]) },
 * };
 * using x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
 * using y = scope(() => model.apply(params, {}, x, { key: Key.from(1), train: false }).y);
 * assertEquals(await y.read(), Float32Array.of(0, 1, 1, 0));
 * disposeTree(params);
 * ```
 */
export function activationMlp({ widths, activation }: ActivationMlpConfig): Model<ActivationMlpParams> {
  if (widths.length < 2) {
    throw new RangeError(`Cannot make an MLP: expected at least two widths, got [${widths}]`);
  }
  const depth = widths.length - 1;
  const { learned = {}, apply }: Activation = ACTIVATIONS[activation];
  return {
    init(key) {
      const layers = widths.slice(1).map((outputs, i) => {
        const name = `layer${i + 1}`;
        const last = i + 1 === depth;
        const weights = initDense(key.fold(name), widths[i]!, outputs, last ? lastLayer : kaimingUniform);
        const own = last
          ? []
          : Object.entries(learned).map(([what, value]) => [what, ones([1]).mul(value)] as const);
        return [name, { ...weights, ...Object.fromEntries(own) }] as const;
      });
      return { params: Object.fromEntries(layers), state: {} };
    },
    apply(params, state, x) {
      let h = x.reshape([x.shape[0]!, -1]); // [B, D]
      for (let i = 1; i <= depth; i++) {
        const layer = params[`layer${i}`]!;
        h = dense({ w: layer["w"]!, b: layer["b"]! }, h);
        if (i < depth) h = apply(h, layer);
      }
      return { y: h, state }; // [B, C]
    },
  };
}

/** The perceptron with any activation in the registry. */
export const activationMlpModel: RegisteredModel = defineModel({
  id: "activation-mlp",
  family: "feedforward",
  title: "Multi-layer perceptron with any activation",
  notes: [
    { note: "i2dl", section: "lecture 7" },
    { note: "aps360", section: "week 2" },
    { note: "csw182", section: "lecture 7" },
  ],
  paper: "K. He, X. Zhang, S. Ren, J. Sun (2015). Delving deep into rectifiers.",
  build: activationMlp,
  configurations: {
    PRELU_784_64_64_10: {
      config: PRELU_784_64_64_10,
      input: [28, 28, 1],
      parameters: 784 * 64 + 64 + 1 + 64 * 64 + 64 + 1 + 64 * 10 + 10,
    },
  },
  trial: classify({ config: PRELU_784_64_64_10, input: [28, 28, 1], classes: 10 }),
});
