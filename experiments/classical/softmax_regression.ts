import { linearDecay, momentum } from "@verbatim/core";
import { fashionMnist } from "@verbatim/data";
import { SOFTMAX_REGRESSION_MNIST, softmaxRegression, softmaxRegressionModel } from "@verbatim/models";
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
  id: "softmax-regression",
  family: "classical",
  title: "Softmax regression on Fashion-MNIST",
  question: "How many articles of clothing does a linear classifier tell apart?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 7, softmax",
      quote:
        "Exponential operation: make sure probability > 0. Normalization: make sure probabilities sum up to 1.",
    },
    {
      note: "i2dl",
      section: "Lecture 7, hinge against cross-entropy",
      quote: "Cross Entropy always wants to improve!",
    },
  ],
  datasets: [fashionMnist],
  model: describeModel(softmaxRegressionModel, "SOFTMAX_REGRESSION_MNIST", {
    counts: [{ label: "inputs x classes + classes", count: "784 x 10 + 10 = 7,850", source: "arithmetic" }],
  }),
  method: [
    "Weights and biases start at zero; the loss is the mean cross-entropy of a batch.",
    "Stochastic gradient descent with momentum, the learning rate falling in a straight line to zero.",
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
        learningRate: 0.01,
        beta: 0.9,
        overfitSteps: 100,
        overfitRate: 0.01,
      },
    },
    full: {
      seeds: [1, 2, 3],
      config: {
        trainingRows: 55000,
        validationRows: 5000,
        batchSize: 64,
        steps: 10 * 859,
        evaluateEvery: 859,
        pixelMean: 0.286,
        pixelDeviation: 0.353,
        learningRate: 0.005,
        beta: 0.9,
        overfitSteps: 100,
        overfitRate: 0.01,
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
  ],
  claims: [INITIAL_LOSS, OVERFIT_ONE, SOFTMAX_SUM, TOP_FIVE],
  differences: [
    "The notes train by plain gradient descent; momentum reaches the same convex optimum sooner.",
  ],
  run: (context) =>
    classifyImages(context, {
      dataset: fashionMnist,
      model: softmaxRegression(SOFTMAX_REGRESSION_MNIST),
      optimiser: momentum({ beta: context.config.beta, form: "sum" }),
      learningRate: linearDecay(context.config.learningRate, context.config.steps),
    }),
  predictor: imagePredictor(fashionMnist, softmaxRegression(SOFTMAX_REGRESSION_MNIST)),
});
