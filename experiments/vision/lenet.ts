import { linearDecay, momentum } from "@verbatim/core";
import { fashionMnist } from "@verbatim/data";
import { lenet, LENET_28, lenetModel } from "@verbatim/models";
import {
  CLASSIFIER_METRICS,
  INITIAL_LOSS,
  OVERFIT_ONE,
  SOFTMAX_SUM,
  TOP_FIVE,
} from "../classification_words.ts";
import { type Claim, defineExperiment } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { classifyImages } from "../image_classification.ts";
import { imagePredictor } from "../image_predictor.ts";

/** Parameters of the common form, which the registry holds, too. */
const PARAMETERS = 61706;

const LENET_COUNT: Claim = {
  id: "lenet-count",
  measured: "The common form, with rectifiers and a full third layer.",
  decide: () => ({
    verdict: Math.abs(PARAMETERS / 60000 - 1) <= 0.05 ? "confirmed" : "refuted",
    evidence: `${PARAMETERS} parameters; 60,000 in the form of 1998 with its sparse C3 and trainable pooling`,
  }),
};

/** Rows, columns and channels after each stage, from the image to the last pooling. */
const STAGES = [[28, 28, 1], [14, 14, 6], [5, 5, 16]] as const;

const DEPTH_WIDTH: Claim = {
  id: "depth-width-pattern",
  measured: "LeNet-5, from each stage of convolution and pooling to the next.",
  decide() {
    const holds = STAGES.every(([height, width, channels], i) => {
      const next = STAGES[i + 1];
      return next === undefined || (next[0] < height && next[1] < width && next[2] > channels);
    });
    return {
      verdict: holds ? "confirmed" : "refuted",
      evidence: STAGES.map((stage) => stage.join(" x ")).join(", "),
    };
  },
};

export default defineExperiment({
  id: "lenet",
  family: "vision",
  title: "LeNet-5 on Fashion-MNIST",
  question: "Does a convolutional network with a quarter of the perceptron's parameters see more?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 10, LeNet",
      quote: "As we go deeper: Width, Height go down Number of filters go up",
    },
    { note: "i2dl", section: "Lecture 5, gradient descent with momentum", quote: "β is often set to 0.9" },
  ],
  datasets: [fashionMnist],
  model: describeModel(lenetModel, "LENET_28", {
    name: "LeNet-5, common form",
    counts: [{ label: "the common form", count: "61,706", source: "arithmetic" }],
  }),
  method: [
    "Hidden weights start Kaiming-uniform; the last layer's start at a tenth of Glorot-uniform, so that the first scores are nearly equal; biases start at zero.",
    "Stochastic gradient descent with momentum on the mean cross-entropy of a batch, the learning rate falling in a straight line to zero.",
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
        learningRate: 0.02,
        beta: 0.9,
        overfitSteps: 200,
        overfitRate: 0.01,
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
        learningRate: 0.02,
        beta: 0.9,
        overfitSteps: 200,
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
    {
      kind: "published",
      label: "two convolutions with pooling, lowest entry",
      metric: "testAccuracy",
      value: 0.876,
      source: "benchmark table in the data set's README, not tested by its authors",
    },
    {
      kind: "published",
      label: "two convolutions with pooling, highest entry",
      metric: "testAccuracy",
      value: 0.925,
      source: "benchmark table in the data set's README, not tested by its authors",
    },
  ],
  claims: [INITIAL_LOSS, OVERFIT_ONE, SOFTMAX_SUM, TOP_FIVE, LENET_COUNT, DEPTH_WIDTH],
  differences: [
    "Against the paper: rectifiers for scaled tanh, max-pooling for trainable average pooling, every map of C3 sees every map of S2, a dense output for Gaussian units.",
    'The notes print that average pooling was used then and that "pooling is much more common" now; the word max is lost there.',
    "The data set is Fashion-MNIST; the paper's error of 0.95% is on MNIST, and the two are not comparable.",
  ],
  run: (context) =>
    classifyImages(context, {
      dataset: fashionMnist,
      model: lenet(LENET_28),
      optimiser: momentum({ beta: context.config.beta, form: "velocity" }),
      learningRate: linearDecay(context.config.learningRate, context.config.steps),
    }),
  predictor: imagePredictor(fashionMnist, lenet(LENET_28)),
});
