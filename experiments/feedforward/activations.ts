import { disposeTree, Key } from "@verbatim/core";
import { fashionMnist, numberColumnOf } from "@verbatim/data";
import { activationMlpModel } from "@verbatim/models";
import { decideBySeeds } from "../classification_words.ts";
import { defineExperiment, type Verdict } from "../define_experiment.ts";
import { describeModel } from "../describe_model.ts";
import { imagePredictor } from "../image_predictor.ts";
import {
  type ActivationsConfig,
  evaluate,
  movedFrom,
  netOf,
  startOf,
  trainNet,
  UNITS,
} from "./_activations.ts";

type Metrics = readonly Readonly<Record<string, number>>[];

/** The units that are to come back from biases with which ReLU is dead. */
const REVIVED = [
  { name: "deadLeaky", unit: "leakyRelu", title: "leaky ReLU" },
  { name: "deadPrelu", unit: "prelu", title: "parametric ReLU" },
] as const;

const points = (share: number) => (100 * share).toFixed(2);
const meanOf = (metrics: Metrics, name: string) =>
  metrics.reduce((sum, m) => sum + m[name]!, 0) / metrics.length;

const config: ActivationsConfig = {
  widths: [784, 64, 64, 10],
  trainingRows: 10_000,
  validationRows: 2000,
  batchSize: 100,
  steps: 500,
  evaluateEvery: 100,
  pixelMean: 0.286,
  pixelDeviation: 0.353,
  learningRate: 0.002,
  fastLoss: 0.6,
  smoothing: 0.1,
  deadBias: -30,
  deadSteps: 500,
  reviveSteps: 2000,
};

/** How much more accurate one unit is than another: by seed, in the mean, and its standard error. */
function differenceOf(metrics: Metrics, one: string, other: string) {
  const values = metrics.map((m) => m[`${one}Accuracy`]! - m[`${other}Accuracy`]!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { values, mean, error: Math.sqrt(squares / Math.max(1, values.length - 1) / values.length) };
}

/** Whether another unit is better than ReLU in every seed. */
function standard(metrics: Metrics): Verdict {
  const better = UNITS.filter(([name]) =>
    name !== "relu" && differenceOf(metrics, name, "relu").values.every((value) => value > 0)
  );
  const own = points(meanOf(metrics, "reluAccuracy"));
  return {
    verdict: better.length === 0 ? "confirmed" : "refuted",
    evidence: better.length === 0
      ? `ReLU ${own}%, and none is better in every seed`
      : `ReLU ${own}%; better in every seed: ${
        better.map(([name, title]) => `${title} ${points(meanOf(metrics, `${name}Accuracy`))}%`).join(", ")
      }`,
  };
}

/** Whether the units with a slope below zero come back from biases with which ReLU is dead. */
function revives(metrics: Metrics): Verdict {
  const lives = metrics.filter((m) =>
    REVIVED.every(({ name, unit }) =>
      m[`${name}Moved`]! > 0 && m[`${name}Loss`]! <= 1.05 * m[`${unit}Loss`]! &&
      m[`${name}Accuracy`]! >= 0.95 * m[`${unit}Accuracy`]!
    )
  );
  const dead = metrics.filter((m) => REVIVED.every(({ name }) => m[`${name}Accuracy`]! < 0.15));
  const all = metrics.length;
  return {
    verdict: lives.length === all ? "confirmed" : dead.length === all ? "refuted" : "inconclusive",
    evidence: `${
      REVIVED.map(({ name, unit, title }) =>
        `${title}: training loss ${metrics.map((m) => m[`${name}Loss`]!.toFixed(3)).join(", ")} against ${
          metrics.map((m) => m[`${unit}Loss`]!.toFixed(3)).join(", ")
        } from zero, test accuracy ${points(meanOf(metrics, `${name}Accuracy`))}% and ${
          points(meanOf(metrics, `${unit}Accuracy`))
        }%`
      ).join("; ")
    } (${lives.length} of ${all} seeds)`,
  };
}

export default defineExperiment<ActivationsConfig>({
  id: "activations",
  family: "feedforward",
  title: "Every activation of the notes in one network",
  question: "What does the activation change, if everything else stays the same?",
  notes: [
    { note: "i2dl", section: "Lecture 7, activation functions", quote: "ReLU is the standard choice" },
    {
      note: "csw182",
      section: "Lecture 7, activation functions",
      quote: "Nonlinearities is why Deep Learning really works",
    },
    { note: "aps360", section: "Week 2", quote: "Work better or on par compared to regular ReLU" },
  ],
  datasets: [fashionMnist],
  model: describeModel(activationMlpModel, "PRELU_784_64_64_10", {
    name: "multi-layer perceptron 784-64-64-10, here with PReLU",
    counts: [
      { label: "without a learned slope", count: "50,240 + 4,160 + 650 = 55,050", source: "arithmetic" },
      {
        label: "with maxout of two",
        count: "2 x 50,240 + 2 x 4,160 + 650 = 109,450",
        source: "arithmetic: twice the hidden parameters",
      },
    ],
  }),
  method: [
    "Thirteen networks differ in the activation only: same weights at the start (Kaiming-uniform; the last layer a tenth of Glorot-uniform), same batches in the same order, same Adam with one rate that falls in a straight line to zero. Maxout, with two linear functions for each unit, starts Glorot-uniform.",
    "The first 10,000 training images are trained on for five epochs; the last 2,000 of the training split are for the curves. The test split is read once for each network. Nothing was selected: a rate tuned for each activation could change their order.",
    "Steps to a loss: until the training loss, smoothed with a weight of 0.1 for the newest batch, is 0.6 for the first time; all 500 if it never is.",
    "Dead units: with -30 added to the first layer's biases every unit of it is off for every image. A network with ReLU is trained so for as many steps as all others, networks with leaky and parametric ReLU for four times as many, with a rate that falls over all of them: the question is whether they come back, not how fast.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: {
        ...config,
        trainingRows: 2000,
        validationRows: 500,
        steps: 40,
        evaluateEvery: 20,
        deadSteps: 5,
        reviveSteps: 10,
      },
    },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    { name: "reluAccuracy", title: "Test accuracy, ReLU", format: "percent", better: "higher" },
    ...UNITS.filter(([name]) => name !== "relu").map(([name, title]) =>
      ({
        name: `${name}Accuracy`,
        title: `Test accuracy, ${title}`,
        format: "percent",
        better: "higher",
      }) as const
    ),
    ...UNITS.map(([name, title]) =>
      ({
        name: `${name}Steps`,
        title: `Steps to a loss of 0.6, ${title}`,
        format: "count",
        better: "lower",
      }) as const
    ),
    {
      name: "stepMoved",
      title: "Largest change of a first-layer weight, step",
      format: "number",
      better: "neither",
    },
    {
      name: "deadReluMoved",
      title: "Largest change of a first-layer weight, dead ReLU",
      format: "number",
      better: "neither",
    },
    { name: "deadReluAccuracy", title: "Test accuracy, dead ReLU", format: "percent", better: "neither" },
    ...REVIVED.flatMap(({ name, unit, title }) => [
      {
        name: `${name}Accuracy`,
        title: `Test accuracy, ${title} from the same biases`,
        format: "percent",
        better: "neither",
      } as const,
      {
        name: `${name}Loss`,
        title: `Training loss, ${title} from the same biases (nats)`,
        format: "number",
        better: "lower",
      } as const,
      {
        name: `${unit}Loss`,
        title: `Training loss, ${title} from biases of zero (nats)`,
        format: "number",
        better: "lower",
      } as const,
      {
        name: `${name}Moved`,
        title: `Largest change of a first-layer weight, ${title} from the same biases`,
        format: "number",
        better: "neither",
      } as const,
    ]),
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "softmax regression, 60,000 images, 5 epochs",
      metric: "reluAccuracy",
      value: 0.8344,
      source: "baselines/softmax-fashion-mnist",
    },
  ],
  claims: [
    {
      id: "nonlinearity-why",
      measured: "Test accuracy, ReLU and no activation at all, in every seed.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.reluAccuracy! > m.linearAccuracy!,
          (m) => `${points(m.reluAccuracy!)}% against ${points(m.linearAccuracy!)}%`,
        ),
    },
    {
      id: "relu-fast",
      measured: "Steps until the smoothed training loss is 0.6, in every seed.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.reluSteps! < m.sigmoidSteps! && m.reluSteps! < m.tanhSteps!,
          (m) => `ReLU ${m.reluSteps}, sigmoid ${m.sigmoidSteps}, tanh ${m.tanhSteps}`,
          (m) => m.reluSteps! > m.sigmoidSteps! && m.reluSteps! > m.tanhSteps!,
        ),
    },
    {
      id: "silu-better",
      measured:
        "The mean difference over the seeds of either one's test accuracy and ReLU's, beside two standard errors of it.",
      revised:
        "The first results were decided by a rule of the experiment's own, at most half a point below ReLU in every seed (129529c, confirmed). The ledger's, which is older, took its place after them (ae46111), with the same verdict.",
      decide(metrics) {
        const found = ["silu", "softplus"].map((name) => differenceOf(metrics, name, "relu"));
        return {
          verdict: found.every(({ mean, error }) => mean >= -2 * error)
            ? "confirmed"
            : found.every(({ values }) => values.every((value) => value < 0))
            ? "refuted"
            : "inconclusive",
          evidence: found.map(({ mean, error }, i) =>
            `${["SiLU", "softplus"][i]} ${points(mean)} points above ReLU, standard error ${points(error)}`
          ).join("; "),
        };
      },
    },
    {
      id: "relu-standard",
      measured: "Test accuracy in every seed, of all thirteen.",
      revised:
        "The first results were decided by a rule of the experiment's own, by which ReLU had to come within half a point of the best on average (129529c, inconclusive). The ledger's, which is older, took its place after them (ae46111); since then the claim is refuted.",
      decide: standard,
    },
    {
      id: "leaky-slope",
      measured:
        "The mean difference of the test accuracies over the seeds, beside two standard errors of it.",
      revised:
        "The first results were decided by a rule of the experiment's own, by which the slope 0.1 had to be better in every seed (129529c, inconclusive). The ledger's, which is older, took its place after them (ae46111); since then the claim is confirmed.",
      decide(metrics) {
        const { values, mean, error } = differenceOf(metrics, "leakyReluTenth", "leakyRelu");
        const oneSided = values.every((value) => value > 0) || values.every((value) => value < 0);
        return {
          verdict: oneSided ? "refuted" : Math.abs(mean) < 2 * error ? "confirmed" : "inconclusive",
          evidence: `0.1 is ${points(mean)} points above 0.01, standard error ${points(error)}`,
        };
      },
    },
    {
      id: "perceptron-not-differentiable",
      measured:
        "In every seed. Kept: the largest change of a weight of the first layer is exactly 0. Learned: test accuracy, beside that of the network with sigmoids.",
      revised:
        "The first results were decided by the weights alone (129529c, confirmed). The second half of the ledger's rule, which is older, joined after them (ae46111), with the same verdict.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.stepMoved === 0 && m.stepAccuracy! < m.sigmoidAccuracy!,
          (m) =>
            `moved by ${m.stepMoved}, accuracy ${points(m.stepAccuracy!)}% against ${
              points(m.sigmoidAccuracy!)
            }%`,
          (m) => m.stepMoved! > 0,
        ),
    },
    {
      id: "dead-relu",
      measured:
        "In every seed, with -30 added to the biases of the first layer, 500 steps of ReLU and 2,000 of leaky ReLU. A unit is dead if no weight before it moves at all; leaky ReLU, from the same biases, has recovered if its test accuracy is above 50%, which was the first rule for leaky-lives.",
      revised:
        "The first results were decided by a rule of the experiment's own, by an accuracy of ReLU below 15% and without leaky ReLU (129529c, confirmed). The ledger's, which is older, took its place after them, with the same verdict, which also stayed when 200 steps of both became more.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.deadReluMoved === 0 && m.deadLeakyAccuracy! > 0.5,
          (m) =>
            `moved by ${m.deadReluMoved}, accuracy ${points(m.deadReluAccuracy!)}%, leaky ${
              points(m.deadLeakyAccuracy!)
            }%`,
          (m) => m.deadReluMoved! > 0,
        ),
    },
    {
      id: "leaky-lives",
      measured:
        "In every seed, 2,000 steps with -30 added to the biases of the first layer, beside 500 steps from biases of 0: its weights move, the training loss is at most 5% higher, and the test accuracy at most 5% lower. Dead: a test accuracy below 15%.",
      revised:
        "The first results were decided by a rule of the experiment's own, an accuracy above 50% (129529c, confirmed). One like the ledger's took its place after them (ae46111), by which the claim was open: the networks had been stopped after 200 of the 500 steps of their schedule. They have one of 2,000 steps since then, for the question is whether they come back and not how fast, and the training loss that the ledger first asked for is recorded and must be reached too.",
      decide: revives,
    },
  ],
  differences: [
    "Swish is x sigmoid(beta x), as published; the notes' table has a factor of two, which the next layer's weights would take up.",
    "The baseline has seen six times as many images.",
  ],
  async run(context) {
    const { config } = context;
    const key = Key.from(context.seed);
    const data = context.data(fashionMnist);
    const end = data.split("train").rows;
    const validation = data.split("train").slice(end - config.validationRows, end);
    const test = data.split("test");
    const training = data.split("train").slice(0, config.trainingRows);
    const rows: string[][] = [];
    for (const [name, title] of UNITS) {
      const net = netOf(name, config.widths);
      const run = { steps: config.steps, bias: 0, validation };
      const { params, fastSteps } = await trainNet(context, name === "relu" ? "main" : name, net, run);
      const { accuracy, loss, confusion } = await evaluate(net, params, test, config);
      context.metric(`${name}Accuracy`, accuracy);
      context.metric(`${name}Steps`, fastSteps);
      if (name === "relu") {
        context.confusion({ classes: numberColumnOf(test, "label").classes!, counts: confusion });
      }
      if (name === "step") {
        context.metric("stepMoved", await movedFrom(startOf(net, key, 0), params));
      }
      if (REVIVED.some(({ unit }) => unit === name)) {
        context.metric(`${name}Loss`, (await evaluate(net, params, training, config)).loss);
      }
      rows.push([
        title,
        points(accuracy),
        loss.toFixed(3),
        fastSteps < config.steps ? `${fastSteps}` : "never",
      ]);
      disposeTree(params);
    }
    context.exhibit({
      kind: "table",
      name: "activations",
      title: "Activations, the most accurate first",
      caption:
        "Accuracy in percent and loss in nats on the test split; steps until the smoothed training loss is 0.6.",
      columns: ["activation", "test accuracy", "test loss", "steps to 0.6"],
      rows: rows.toSorted((a, b) => Number(b[1]) - Number(a[1])),
    });

    const relu = netOf("relu", config.widths);
    const off = { steps: config.deadSteps, bias: config.deadBias };
    const { params } = await trainNet(context, "deadRelu", relu, off);
    context.metric("deadReluAccuracy", (await evaluate(relu, params, test, config)).accuracy);
    context.metric("deadReluMoved", await movedFrom(startOf(relu, key, config.deadBias), params));
    disposeTree(params);
    for (const { name, unit } of REVIVED) {
      const net = netOf(unit, config.widths);
      const { params } = await trainNet(context, name, net, { ...off, steps: config.reviveSteps });
      context.metric(`${name}Accuracy`, (await evaluate(net, params, test, config)).accuracy);
      context.metric(`${name}Loss`, (await evaluate(net, params, training, config)).loss);
      context.metric(`${name}Moved`, await movedFrom(startOf(net, key, config.deadBias), params));
      disposeTree(params);
    }
  },
  predictor: imagePredictor(
    fashionMnist,
    (training, { widths }: ActivationsConfig) => netOf(training === "main" ? "relu" : training, widths),
    { trainings: ["main", ...UNITS.map(([name]) => name).filter((name) => name !== "relu")] },
  ),
});
