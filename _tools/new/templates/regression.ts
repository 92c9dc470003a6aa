import type { NameForms } from "../names.ts";
import type { ModelNames } from "./model.ts";

const INPUTS = 8;
const HIDDEN = 16;

/** A new architecture: one hidden layer of rectifiers between numbers and a number, ready to be changed. */
export function regressionModelSource(
  { kebab, camel, pascal, constant, title }: NameForms,
  family: string,
): string {
  return `/**
 * ${title}: one hidden layer of rectifiers between the inputs and the outputs.
 *
 * Axes: B batch, D inputs, H hidden units, K outputs.
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
import { regress } from "../trial.ts";

/** The shape of a network. */
export interface ${pascal}Config {
  /** Values of one input. */
  readonly inputs: number;
  /** Units of the hidden layer. */
  readonly hidden: number;
  /** Values of one output. */
  readonly outputs: number;
}

/** For ${INPUTS} numbers and one that follows from them. */
export const ${constant}_${HIDDEN}: ${pascal}Config = { inputs: ${INPUTS}, hidden: ${HIDDEN}, outputs: 1 };

/** Parameters by layer. */
export type ${pascal}Params = { readonly hidden: DenseParams; readonly output: DenseParams };

/**
 * h = relu(x w1 + b1), and y = h w2 + b2. Hidden weights are Kaiming-uniform, the last layer's a tenth of
 * Glorot-uniform, so that the first outputs are nearly zero; biases zero.
 *
 * *Shapes* [B, D] -> [B, K].
 *
 * @example Its size: w1, b1, w2 and b2
 * \`\`\`ts
 * import { countParameters, ${camel} } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const model = ${camel}({ inputs: 4, hidden: 3, outputs: 2 });
 * assertEquals(countParameters(model), 4 * 3 + 3 + 3 * 2 + 2);
 * \`\`\`
 */
export function ${camel}({ inputs, hidden, outputs }: ${pascal}Config): Model<${pascal}Params> {
  return {
    init: (key) => ({
      params: {
        hidden: initDense(key.fold("hidden"), inputs, hidden, kaimingUniform),
        output: initDense(key.fold("output"), hidden, outputs, scaled(glorotUniform, 0.1)),
      },
      state: {},
    }),
    apply(params, state, x) {
      const h = relu(dense(params.hidden, x)); // [B, H]
      return { y: dense(params.output, h), state }; // [B, K]
    },
  };
}

/** ${title} in the registry. */
export const ${camel}Model: RegisteredModel = defineModel({
  id: "${kebab}",
  family: "${family}",
  title: "${title}",
  notes: [],
  build: ${camel},
  configurations: {
    ${constant}_${HIDDEN}: {
      config: ${constant}_${HIDDEN},
      input: [${INPUTS}],
      parameters: ${INPUTS} * ${HIDDEN} + ${HIDDEN} + ${HIDDEN} + 1,
    },
  },
  trial: regress({ config: ${constant}_${HIDDEN}, input: [${INPUTS}], output: [1], steps: 400, rate: 0.02 }),
});
`;
}

/** The names that the experiment of such an architecture imports. */
export function regressionNames({ camel, constant }: NameForms): ModelNames {
  return { build: camel, configuration: `${constant}_${HIDDEN}`, entry: `${camel}Model` };
}

/** A new experiment: a regression on Auto MPG, trained by Adam on all rows at once, beside least squares. */
export function regressionExperimentSource(
  { kebab, title }: NameForms,
  family: string,
  { build, configuration, entry }: ModelNames,
): string {
  return `import { adam, disposeTree, Key, linearDecay, scope, square } from "@verbatim/core";
import { autoMpg } from "@verbatim/data";
import { ${[build, configuration, entry].join(", ")} } from "@verbatim/models";
import { prepareCars } from "../auto_mpg.ts";
import { defineExperiment } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { errorsOf } from "../errors_of.ts";
import { trainModel } from "../train_model.ts";

const config = {
  features: ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"],
  steps: 2000,
  learningRate: 0.02,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

export default defineExperiment({
  id: "${kebab}",
  family: "${family}",
  title: "${title} on Auto MPG",
  question: "How well does it say how far a car goes on a gallon?",
  notes: [],
  datasets: [autoMpg],
  model: describeModel(${entry}, "${configuration}"),
  method: [
    "Miles per gallon by six numbers, each with mean 0 and deviation 1 in the training set, and by two inputs for the origin.",
    "Adam on the mean squared error of all training rows, the learning rate falling in a straight line to zero.",
    "The test split is read once, after the last step; nothing was selected on it.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, steps: 100 } },
    full: { seeds: [1, 2, 3], config },
  },
  metrics: [
    { name: "testRmse", title: "Test RMSE (miles per gallon)", format: "number", better: "lower" },
    { name: "trainRmse", title: "Training RMSE (miles per gallon)", format: "number", better: "lower" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "least squares",
      metric: "testRmse",
      value: 3.453,
      source: "baselines/least-squares-auto-mpg",
    },
  ],
  claims: [],
  differences: [],
  async run(context) {
    const { config, seed } = context;
    const data = context.data(autoMpg);
    const seen = await prepareCars(data.split("train"), data.split("train"), config.features);
    const unseen = await prepareCars(data.split("test"), data.split("train"), config.features);
    const key = Key.from(seed);
    const model = ${build}(${configuration});
    const { params, state } = await trainModel({
      model,
      optimiser: adam(config),
      learningRate: linearDecay(config.learningRate, config.steps),
      steps: config.steps,
      key,
      batch: () => Promise.resolve(scope(() => seen.make())),
      loss: (outputs, { y }) => square(outputs.sub(y)).mean(),
      monitor: context.monitor("main"),
    });
    const rmse = async ({ make, mpg }: typeof seen) => {
      using y = scope(() => model.apply(params, state, make().x, { key, train: false }).y);
      return errorsOf(await y.read(), mpg).rmse;
    };
    context.metric("testRmse", await rmse(unseen));
    context.metric("trainRmse", await rmse(seen));
    disposeTree([params, state]);
  },
});
`;
}
