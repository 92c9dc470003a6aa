import {
  argmax,
  crossEntropy,
  dense,
  type DenseParams,
  disposeTree,
  glorotUniform,
  greater,
  initDense,
  Key,
  momentum,
  readTree,
  scope,
  select,
  sigmoid,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, featureStatistics, iris, normalise, numberColumnOf, type Split } from "@verbatim/data";
import { applyPerceptron, fitPerceptron, type PerceptronFit } from "@verbatim/models";
import { decideBySeeds } from "../classification_words.ts";
import { defineExperiment, type Predictor, type RunContext } from "../define_experiment.ts";
import { denseForm, restore } from "../predictions.ts";
import { readAll } from "../read_all.ts";

interface Config {
  /** Passes over the samples at most. */
  readonly epochs: number;
  /** Passes on the figure. */
  readonly shown: number;
  readonly hiddenSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly beta: number;
}

const FEATURES = 4;
const [SETOSA, VERSICOLOR, VIRGINICA] = [0, 1, 2];

/** Samples and whether each is of the class that the neuron should fire for. */
type Task = { readonly x: Tensor; readonly labels: Tensor };

/** The flowers of some species, and which of them are of the first of these. */
async function flowersOf(split: Split, first: number, others: readonly number[]): Promise<Task> {
  const rows = await readAll(split);
  const species = columnOf(rows, "label");
  const values = columnOf(rows, "features");
  const chosen = Array.from(species.keys()).filter((i) =>
    species[i] === first || others.includes(species[i]!)
  );
  const x = chosen.flatMap((i) => Array.from(values.slice(i * FEATURES, (i + 1) * FEATURES)));
  return {
    x: tensor(Float32Array.from(x), [chosen.length, FEATURES]),
    labels: tensor(Uint8Array.from(chosen, (i) => species[i] === first ? 1 : 0)),
  };
}

async function accuracyOf(fit: PerceptronFit, { x, labels }: Task): Promise<number> {
  using answers = applyPerceptron(fit.params, x);
  const [found, wanted] = [await answers.read(), await labels.read()];
  return wanted.filter((label, i) => label === found[i]).length / wanted.length;
}

/** 1 above 0, else 0; its slope is 0 wherever it has one. */
const step = (z: Tensor) => select(greater(z, 0), 1, 0);

type Network = { readonly hidden: DenseParams; readonly output: DenseParams };
type Inputs = { readonly x: Tensor; readonly labels: Tensor; readonly rate: Tensor };

/** Trains a network of one hidden layer, and says how far a hidden weight moved and how well it learned. */
async function descend(
  context: RunContext<Config>,
  name: string,
  activation: (z: Tensor) => Tensor,
  flowers: { readonly x: Float32Array; readonly labels: Uint8Array; readonly classes: number },
) {
  const { config, seed } = context;
  const key = Key.from(seed).fold("network");
  const optimiser = momentum({ beta: config.beta, form: "sum" });
  const init = () => {
    const params: Network = {
      hidden: initDense(key.fold("hidden"), FEATURES, config.hiddenSize, glorotUniform),
      output: initDense(key.fold("output"), config.hiddenSize, flowers.classes, glorotUniform),
    };
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const samples = () => ({
    x: tensor(flowers.x, [flowers.labels.length, FEATURES]),
    labels: tensor(flowers.labels),
  });
  const scores = (params: Network, x: Tensor) => dense(params.output, activation(dense(params.hidden, x)));
  const before = scope(init);
  const trained = await train<ReturnType<typeof init>, Inputs>({
    init,
    steps: config.steps,
    inputs: () => Promise.resolve({ ...samples(), rate: config.learningRate }),
    step(carry, { x, labels, rate }) {
      const [loss, gradient] = valueAndGrad((params: Network) => crossEntropy(scores(params, x), labels))(
        carry.params,
      );
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor(name),
  });
  const start = await readTree(before.params.hidden);
  const end = await readTree(trained.params.hidden);
  let moved = 0;
  for (const [path, { values }] of Object.entries(start)) {
    for (let i = 0; i < values.length; i++) {
      moved = Math.max(moved, Math.abs(end[path]!.values[i]! - values[i]!));
    }
  }
  const out = scope(() => {
    const { x, labels } = samples();
    const y = scores(trained.params, x);
    return { loss: crossEntropy(y, labels), best: argmax(y, 1) };
  });
  const best = await out.best.read();
  const loss = await out.loss.item();
  disposeTree([before, trained, out]);
  return {
    moved,
    loss,
    accuracy: flowers.labels.filter((label, i) => label === best[i]).length / best.length,
  };
}

async function run(context: RunContext<Config>): Promise<void> {
  const { config, seed } = context;
  const data = context.data(iris);
  const [training, test] = [data.split("train"), data.split("test")];
  const fit = (name: string, { x, labels }: Task) =>
    fitPerceptron(x, labels, { epochs: config.epochs, key: Key.from(seed).fold(name) });

  const setosa = await flowersOf(training, SETOSA, [VERSICOLOR, VIRGINICA]);
  const setosaTest = await flowersOf(test, SETOSA, [VERSICOLOR, VIRGINICA]);
  const setosaFit = await fit("setosa", setosa);
  context.fitted("main", await readTree(setosaFit.params));
  context.metric("setosaTestAccuracy", await accuracyOf(setosaFit, setosaTest));
  context.metric("setosaPasses", setosaFit.mistakes.length);
  context.metric("setosaMistakes", setosaFit.mistakes.reduce((a, b) => a + b, 0));
  context.metric("setosaLastMistakes", setosaFit.mistakes.at(-1)!);

  const others = await flowersOf(training, VERSICOLOR, [VIRGINICA]);
  const othersTest = await flowersOf(test, VERSICOLOR, [VIRGINICA]);
  const othersFit = await fit("others", others);
  context.metric("othersTestAccuracy", await accuracyOf(othersFit, othersTest));
  context.metric("othersPasses", othersFit.mistakes.length);
  context.metric("othersLeastMistakes", othersFit.mistakes.reduce((a, b) => Math.min(a, b)));

  const xor = scope(() => ({
    x: tensor([[0, 0], [0, 1], [1, 0], [1, 1]]),
    labels: tensor(Uint8Array.of(0, 1, 1, 0)),
  }));
  const xorFit = await fit("xor", xor);
  context.metric("xorPasses", xorFit.mistakes.length);
  context.metric("xorLeastMistakes", xorFit.mistakes.reduce((a, b) => Math.min(a, b)));

  const shares = [
    { label: "setosa or not", task: setosa, fit: setosaFit },
    { label: "versicolor or virginica", task: others, fit: othersFit },
    { label: "exclusive or", task: xor, fit: xorFit },
  ];
  context.exhibit({
    kind: "plot",
    name: "mistakes",
    title: "Mistakes of each pass",
    caption:
      `The share of the samples that were answered wrongly when their turn came, in the first ${config.shown} passes at most. Setosa's line ends where a pass went without a mistake.`,
    x: { title: "pass over the samples", scale: "linear" },
    y: { title: "mistakes", scale: "linear", format: "percent" },
    series: shares.map(({ label, task, fit }) => ({
      label,
      mark: "line" as const,
      points: fit.mistakes.slice(0, config.shown).map((wrong, pass) => ({
        x: pass + 1,
        y: wrong / task.labels.size,
      })),
    })),
  });

  const rows = await readAll(training);
  const flowers = {
    x: normalise(columnOf(rows, "features"), await featureStatistics(training, "features")),
    labels: Uint8Array.from(columnOf(rows, "label")),
    classes: numberColumnOf(training, "label").classes!.length,
  };
  const stepped = await descend(context, "step-units", step, flowers);
  const smooth = await descend(context, "sigmoid-units", sigmoid, flowers);
  context.metric("stepMoved", stepped.moved);
  context.metric("sigmoidMoved", smooth.moved);
  context.metric("stepLoss", stepped.loss);
  context.metric("sigmoidLoss", smooth.loss);
  context.metric("stepAccuracy", stepped.accuracy);
  context.metric("sigmoidAccuracy", smooth.accuracy);
  disposeTree([setosa, setosaTest, others, othersTest, xor, ...shares.map(({ fit }) => fit.params)]);
}

/** Whether a flower is a setosa: the first of the three tasks. */
const predictor: Predictor<Config> = {
  dataset: iris,
  split: "test",
  async predict({ weights, rows }) {
    const { params } = restore(denseForm(FEATURES, 1), weights);
    const read = await readAll(rows);
    using answers = scope(() =>
      applyPerceptron(params, tensor(Float32Array.from(columnOf(read, "features")), [rows.rows, FEATURES]))
    );
    disposeTree(params);
    const setosa = numberColumnOf(rows, "label").classes![SETOSA]!;
    const nameOf = (is: boolean) => is ? setosa : `not ${setosa}`;
    const species = columnOf(read, "label");
    return Array.from(await answers.read(), (answer, row) => ({
      predicted: nameOf(answer === 1),
      truth: nameOf(species[row] === SETOSA),
      probabilities: [],
    }));
  },
};

const networks = { hiddenSize: 4, learningRate: 0.1, beta: 0.9 };

export default defineExperiment({
  id: "perceptron",
  family: "classical",
  title: "The perceptron on iris and the exclusive or",
  question: "When does the perceptron stop making mistakes, and why are its steps not learned by gradients?",
  notes: [
    { note: "ann-summary", section: "Lecture 1, the perceptron", quote: "Can compute binary classification" },
    {
      note: "aps360",
      section: "Week 2, activation functions",
      quote: "Not differentiable, continuous, or smooth, presents a problem for optimisation",
    },
  ],
  datasets: [iris],
  model: {
    name: "perceptron",
    layers: [{ name: "dense, step", shape: "[B]", parameters: 5 }],
    counts: [{ label: "inputs + bias", count: "4 + 1 = 5", source: "arithmetic" }],
  },
  method: [
    "Rosenblatt's rule from zero weights: the samples come one by one, in an order drawn anew for each pass; where the answer is wrong the sample is added to the weights or subtracted. It ends with the first pass without a mistake, or after the stated number of passes.",
    "Three tasks: setosa against the other two species, which a plane separates; versicolor against virginica, which none does; the exclusive or of two bits. Lengths are in cm, as they are.",
    "Beside it two networks for the three species, with the same weights at the start: one hidden layer of steps, or of sigmoids, trained on the cross-entropy of all training flowers by gradient descent with momentum; the lengths have mean 0 and deviation 1 in the training set.",
    "Nothing was selected; the test split is read once for each of the two tasks.",
  ],
  profiles: {
    quick: { seeds: [1], config: { epochs: 50, shown: 50, ...networks, steps: 50 } },
    full: { seeds: [1, 2, 3, 4, 5], config: { epochs: 1000, shown: 60, ...networks, steps: 500 } },
  },
  metrics: [
    {
      name: "setosaTestAccuracy",
      title: "Test accuracy, setosa or not",
      format: "percent",
      better: "higher",
    },
    { name: "setosaPasses", title: "Passes, setosa or not", format: "count", better: "lower" },
    { name: "setosaMistakes", title: "Mistakes in all, setosa or not", format: "count", better: "lower" },
    {
      name: "setosaLastMistakes",
      title: "Mistakes of the last pass, setosa or not",
      format: "count",
      better: "lower",
    },
    {
      name: "othersTestAccuracy",
      title: "Test accuracy, versicolor or virginica",
      format: "percent",
      better: "higher",
    },
    { name: "othersPasses", title: "Passes, versicolor or virginica", format: "count", better: "lower" },
    {
      name: "othersLeastMistakes",
      title: "Fewest mistakes of a pass, versicolor or virginica",
      format: "count",
      better: "lower",
    },
    { name: "xorPasses", title: "Passes, exclusive or", format: "count", better: "lower" },
    {
      name: "xorLeastMistakes",
      title: "Fewest mistakes of a pass, exclusive or",
      format: "count",
      better: "lower",
    },
    {
      name: "stepMoved",
      title: "Farthest that a hidden weight moved, steps",
      format: "number",
      better: "neither",
    },
    {
      name: "sigmoidMoved",
      title: "Farthest that a hidden weight moved, sigmoids",
      format: "number",
      better: "neither",
    },
    { name: "stepLoss", title: "Training loss, steps (nats)", format: "number", better: "lower" },
    { name: "sigmoidLoss", title: "Training loss, sigmoids (nats)", format: "number", better: "lower" },
    { name: "stepAccuracy", title: "Training accuracy, steps", format: "percent", better: "higher" },
    { name: "sigmoidAccuracy", title: "Training accuracy, sigmoids", format: "percent", better: "higher" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "never setosa",
      metric: "setosaTestAccuracy",
      value: 19 / 29,
      source: "counted on the same columns",
    },
  ],
  claims: [
    {
      id: "perceptron-binary",
      measured:
        "In every seed, on setosa against the rest, versicolor against virginica, and the exclusive or, each of them a condition. It stops with a pass without a mistake, and goes on if each of 1,000 passes has one.",
      decide(metrics) {
        const evidence = metrics.map(({ setosaPasses, othersLeastMistakes, xorLeastMistakes, xorPasses }) =>
          `setosa learned after ${setosaPasses} passes, at least ${othersLeastMistakes} and ${xorLeastMistakes} mistakes in each of ${xorPasses} passes on the others`
        ).join("; ");
        const learned = metrics.map(({ setosaLastMistakes, othersLeastMistakes, xorLeastMistakes }) =>
          [setosaLastMistakes, othersLeastMistakes, xorLeastMistakes].map((mistakes) => mistakes === 0)
        );
        if (learned.flat().every((one) => one)) return { verdict: "confirmed", evidence };
        if (!learned.flat().some((one) => one)) return { verdict: "refuted", evidence };
        const divided = learned.every(([setosa, others, xor]) => setosa && !others && !xor);
        return divided
          ? { verdict: "depends", evidence, condition: "whether a plane separates the two classes" }
          : { verdict: "inconclusive", evidence };
      },
    },
    {
      id: "perceptron-not-differentiable",
      measured:
        "In every seed. Kept: the largest change of a weight before the steps is exactly 0. Learned: the training loss at the end, beside that of the same network with sigmoids.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          ({ stepMoved, stepLoss, sigmoidLoss }) => stepMoved === 0 && stepLoss! > sigmoidLoss!,
          ({ stepMoved, stepLoss, sigmoidLoss }) =>
            `moved by ${stepMoved}, losses ${stepLoss!.toFixed(3)} and ${sigmoidLoss!.toFixed(3)}`,
          ({ stepMoved }) => stepMoved! > 0,
        ),
    },
  ],
  differences: [
    "The notes' figure has a threshold; here it is a bias, which is the same.",
  ],
  run,
  predictor,
});
