import type { NameForms } from "../names.ts";
import type { ModelNames } from "./model.ts";

/** A new experiment: a classifier of Fashion-MNIST, trained by Adam, beside softmax regression. */
export function experimentSource(
  { kebab, title }: NameForms,
  family: string,
  { build, configuration, entry }: ModelNames,
): string {
  return `import { adam, linearDecay } from "@verbatim/core";
import { fashionMnist } from "@verbatim/data";
import { ${[build, configuration, entry].join(", ")} } from "@verbatim/models";
import { CLASSIFIER_METRICS } from "../classification_words.ts";
import { defineExperiment } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { classifyImages } from "../image_classification.ts";

export default defineExperiment({
  id: "${kebab}",
  family: "${family}",
  title: "${title} on Fashion-MNIST",
  question: "How many articles of clothing does it tell apart?",
  notes: [],
  datasets: [fashionMnist],
  model: describeModel(${entry}, "${configuration}"),
  method: [
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
        steps: 10 * 859,
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
  ],
  claims: [],
  differences: [],
  run: (context) =>
    classifyImages(context, {
      dataset: fashionMnist,
      model: ${build}(${configuration}),
      optimiser: adam(context.config),
      learningRate: linearDecay(context.config.learningRate, context.config.steps),
    }),
});
`;
}
