/**
 * Softmax regression: one dense layer of class scores.
 *
 * Axes: B batch, D inputs, C classes.
 *
 * @module
 */
import { dense, type DenseParams, initDense, type Model, zeros } from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify } from "../trial.ts";

/** The shape of a softmax regression. */
export interface SoftmaxRegressionConfig {
  /** Values of one input. */
  readonly inputs: number;
  /** Number of classes. */
  readonly classes: number;
}

/** For images of 28 x 28 pixels in ten classes: 7,850 parameters. */
export const SOFTMAX_REGRESSION_MNIST: SoftmaxRegressionConfig = { inputs: 784, classes: 10 };

/**
 * Class scores s = x w + b; their softmax is the class distribution. Weights and biases start at zero: the loss is convex, so
 * the start does not matter, and every class begins with the same score.
 *
 * *Shapes* [B, D] -> [B, C], or images [B, ...] whose values are taken row-major. *Source* i2dl, lectures 2 and 7.
 *
 * @example Every class begins with the score 0
 * ```ts
 * import { createDevice, disposeTree, Key, ones, scope, setDefaultDevice } from "@verbatim/core";
 * import { SOFTMAX_REGRESSION_MNIST, softmaxRegression } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = softmaxRegression(SOFTMAX_REGRESSION_MNIST);
 * const key = Key.from(1);
 * const { params, state } = model.init(key);
 * using images = ones([5, 28, 28, 1]);
 * using scores = scope(() => model.apply(params, state, images, { key, train: true }).y);
 * assertEquals(scores.shape, [5, 10]);
 * assertEquals(new Set(await scores.read()), new Set([0]));
 * disposeTree(params);
 * ```
 */
export function softmaxRegression({ inputs, classes }: SoftmaxRegressionConfig): Model<DenseParams> {
  return {
    init: (key) => ({ params: initDense(key, inputs, classes, (_, shape) => zeros(shape)), state: {} }),
    apply: (params, state, x) => ({ y: dense(params, x.reshape([x.shape[0]!, -1])), state }),
  };
}

/** Softmax regression in the registry. */
export const softmaxRegressionModel: RegisteredModel = defineModel({
  id: "softmax-regression",
  family: "classical",
  title: "Softmax regression",
  notes: [{ note: "i2dl", section: "lectures 2 and 7" }],
  paper: "D. R. Cox (1966). Some procedures connected with the logistic qualitative response curve.",
  build: softmaxRegression,
  configurations: {
    SOFTMAX_REGRESSION_MNIST: {
      config: SOFTMAX_REGRESSION_MNIST,
      input: [28, 28, 1],
      parameters: 784 * 10 + 10,
    },
  },
  trial: classify({ config: SOFTMAX_REGRESSION_MNIST, input: [28, 28, 1], classes: 10, rate: 0.01 }),
});
