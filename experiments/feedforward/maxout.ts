import { adam, linearDecay } from "@verbatim/core";
import { fashionMnist } from "@verbatim/data";
import { maxout, MAXOUT_784_128_64_10, maxoutModel } from "@verbatim/models";
import {
  CLASSIFIER_METRICS,
  INITIAL_LOSS,
  OVERFIT_ONE,
  SOFTMAX_SUM,
  TOP_FIVE,
} from "../classification_words.ts";
import { defineExperiment } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { classifyImages } from "../image_classification.ts";
import { imagePredictor } from "../image_predictor.ts";

export default defineExperiment({
  id: "maxout",
  family: "feedforward",
  title: "Maxout network on Fashion-MNIST",
  question: "Do units that learn their own activation from two linear pieces train, and what do they cost?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 7, activation functions",
      quote: "Maxout = max(w1 x + b1, w2 x + b2)",
    },
  ],
  datasets: [fashionMnist],
  model: describeModel(maxoutModel, "MAXOUT_784_128_64_10", {
    name: "maxout network 784-128-64-10 of two pieces",
    counts: [
      {
        label: "twice the hidden layers, and the last",
        count: "2 x 100,480 + 2 x 8,256 + 650 = 218,122",
        source: "the counting rule of i2dl, lecture 4",
      },
      { label: "with rectifiers instead", count: "100,480 + 8,256 + 650 = 109,386", source: "arithmetic" },
    ],
  }),
  method: [
    "Weights start Glorot-uniform, the last layer's at a tenth of that, so that the first scores are nearly equal; biases start at zero.",
    "Adam on the mean cross-entropy of a batch, the learning rate falling in a straight line to zero.",
    "The first 55,000 training images are trained on, in an order drawn anew for each epoch; the last 5,000 are for validation.",
    "The test split is read once, after the last step; nothing was selected on it.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: {
        trainingRows: 55000,
        validationRows: 5000,
        batchSize: 64,
        steps: 200,
        evaluateEvery: 100,
        pixelMean: 0.286,
        pixelDeviation: 0.353,
        learningRate: 0.002,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        overfitSteps: 100,
        overfitRate: 0.001,
      },
    },
    full: {
      seeds: [1, 2, 3],
      config: {
        trainingRows: 55000,
        validationRows: 5000,
        batchSize: 64,
        steps: 6 * 859,
        evaluateEvery: 859,
        pixelMean: 0.286,
        pixelDeviation: 0.353,
        learningRate: 0.001,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        overfitSteps: 100,
        overfitRate: 0.001,
      },
    },
  },
  metrics: CLASSIFIER_METRICS,
  comparisons: [
    {
      kind: "baseline",
      label: "softmax regression, 60,000 images, 5 epochs",
      metric: "testAccuracy",
      value: 0.8344,
      source: "baselines/softmax-fashion-mnist",
    },
    {
      kind: "baseline",
      label: "perceptron 784-256-128-10 with rectifiers, 235,146 parameters, 15 epochs",
      metric: "testAccuracy",
      value: 0.8964,
      source: "feedforward/mlp",
    },
  ],
  claims: [INITIAL_LOSS, OVERFIT_ONE, SOFTMAX_SUM, TOP_FIVE],
  differences: [
    "The paper's networks have dropout and a limit on the length of weights, and are larger; this one has neither.",
  ],
  run: (context) =>
    classifyImages(context, {
      dataset: fashionMnist,
      model: maxout(MAXOUT_784_128_64_10),
      optimiser: adam(context.config),
      learningRate: linearDecay(context.config.learningRate, context.config.steps),
    }),
  predictor: imagePredictor(fashionMnist, maxout(MAXOUT_784_128_64_10)),
});
