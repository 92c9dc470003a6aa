/**
 * Logistic regression: one score, whose sigmoid is the probability of the second of two classes.
 *
 * Axes: B batch, D inputs.
 *
 * @module
 */
import {
  cast,
  dense,
  type DenseParams,
  initDense,
  type Model,
  softplus,
  type Tensor,
  zeros,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { classify, type LabelledBatch } from "../trial.ts";

/** The shape of a logistic regression. */
export interface LogisticRegressionConfig {
  /** Values of one input. */
  readonly inputs: number;
}

/** For the thirty measures of Breast Cancer Wisconsin: 31 parameters. */
export const LOGISTIC_REGRESSION_BREAST_CANCER: LogisticRegressionConfig = { inputs: 30 };

/**
 * Scores z = x w + b; sigmoid(z) is the probability of class 1. Weights and biases start at zero: the loss is convex, so
 * the start does not matter, and both classes begin with probability 1/2.
 *
 * *Shapes* [B, D] -> [B, 1]. *Source* i2dl, lecture 2; D. Cox (1958). The regression analysis of binary sequences.
 *
 * @example Both classes are equally likely at first
 * ```ts
 * import { createDevice, disposeTree, Key, ones, scope, setDefaultDevice, sigmoid } from "@verbatim/core";
 * import { logisticRegression } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = logisticRegression({ inputs: 3 });
 * const key = Key.from(1);
 * const { params, state } = model.init(key);
 * using x = ones([2, 3]);
 * using p = scope(() => sigmoid(model.apply(params, state, x, { key, train: false }).y));
 * assertEquals(await p.read(), Float32Array.of(0.5, 0.5));
 * disposeTree(params);
 * ```
 */
export function logisticRegression({ inputs }: LogisticRegressionConfig): Model<DenseParams> {
  return {
    init: (key) => ({ params: initDense(key, inputs, 1, (_, shape) => zeros(shape)), state: {} }),
    apply: (params, state, x) => ({ y: dense(params, x.reshape([x.shape[0]!, -1])), state }),
  };
}

/**
 * The mean binary cross-entropy of scores z for labels y, 0 or 1: -y log p - (1 - y) log(1 - p) with p = sigmoid(z), from
 * softplus(z) - y z, which neither overflows nor loses small probabilities.
 *
 * *Shapes* scores [B, 1], labels [B] -> []. *Dtypes* f32; labels u8 or u32. *Gradient* (sigmoid(z) - y) / B to the scores.
 * *Order* N5 over the batch. *Source* i2dl, lecture 2.
 *
 * @throws {RangeError} if there are not as many scores as labels.
 *
 * @example A score of zero costs log 2, whatever the label
 * ```ts
 * import { createDevice, scope, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { binaryCrossEntropy } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using scores = zeros([2, 1]);
 * using labels = tensor(Uint8Array.of(0, 1));
 * using loss = scope(() => binaryCrossEntropy(scores, labels));
 * assertAlmostEquals(await loss.item(), Math.LN2, 1e-7);
 * ```
 */
export function binaryCrossEntropy(scores: Tensor, labels: Tensor): Tensor {
  if (scores.size !== labels.size) {
    throw new RangeError(
      `Cannot take the binary cross-entropy: expected as many scores as labels, got [${scores.shape}] and ` +
        `[${labels.shape}]`,
    );
  }
  const z = scores.reshape([labels.size]);
  return softplus(z).sub(cast(labels, "f32").reshape([labels.size]).mul(z)).mean();
}

/** Logistic regression in the registry. */
export const logisticRegressionModel: RegisteredModel = defineModel({
  id: "logistic-regression",
  family: "classical",
  title: "Logistic regression",
  notes: [{ note: "i2dl", section: "lecture 2" }],
  paper: "D. R. Cox (1958). The regression analysis of binary sequences.",
  build: logisticRegression,
  configurations: {
    LOGISTIC_REGRESSION_BREAST_CANCER: {
      config: LOGISTIC_REGRESSION_BREAST_CANCER,
      input: [30],
      parameters: 30 + 1,
    },
  },
  trial: {
    ...classify({ config: LOGISTIC_REGRESSION_BREAST_CANCER, input: [30], classes: 2, rate: 0.03 }),
    loss: (y: Tensor, { labels }: LabelledBatch) => binaryCrossEntropy(y, labels),
  },
});
