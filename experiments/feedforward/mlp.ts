import { adam, linearDecay } from "@verbatim/core";
import { fashionMnist } from "@verbatim/data";
import { mlp, MLP_784_256_128_10, mlpModel } from "@verbatim/models";
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
  id: "mlp",
  family: "feedforward",
  title: "Multi-layer perceptron on Fashion-MNIST",
  question: "What do two hidden layers of rectifiers add to a linear classifier?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 5, which, what and when",
      quote: "Standard: Adam; Fallback option: SGD with momentum",
    },
    {
      note: "csw182",
      section: "Lecture 7, activation functions",
      quote: "Nonlinearities is why Deep Learning really works",
    },
  ],
  datasets: [fashionMnist],
  model: describeModel(mlpModel, "MLP_784_256_128_10", {
    name: "multi-layer perceptron 784-256-128-10",
    counts: [{
      label: "sum of inputs x outputs + outputs",
      count: "200,960 + 32,896 + 1,290 = 235,146",
      source: "the counting rule of i2dl, lecture 4",
    }],
  }),
  method: [
    "Hidden weights start Kaiming-uniform; the last layer's start at a tenth of Glorot-uniform, so that the first scores are nearly equal; biases start at zero.",
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
        steps: 15 * 859,
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
      kind: "published",
      label: "MLP 256-128-100",
      metric: "testAccuracy",
      value: 0.8833,
      source: "benchmark table in the data set's README, not tested by its authors",
    },
  ],
  claims: [INITIAL_LOSS, OVERFIT_ONE, SOFTMAX_SUM, TOP_FIVE],
  differences: [
    "The published network has a third hidden layer of 100 units and trains on all 60,000 images.",
  ],
  run: (context) =>
    classifyImages(context, {
      dataset: fashionMnist,
      model: mlp(MLP_784_256_128_10),
      optimiser: adam(context.config),
      learningRate: linearDecay(context.config.learningRate, context.config.steps),
    }),
  predictor: imagePredictor(fashionMnist, mlp(MLP_784_256_128_10)),
});
