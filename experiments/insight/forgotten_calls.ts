import {
  adam,
  batchNorm,
  type BatchNormState,
  cast,
  crossEntropy,
  dense,
  type DenseParams,
  disposeTree,
  dropout,
  glorotUniform,
  initBatchNorm,
  initDense,
  kaimingUniform,
  Key,
  linearDecay,
  type NormParams,
  relu,
  scaled,
  scope,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import { columnOf, createBatches, type Rows, type Split, uciDigits } from "@verbatim/data";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { decidePaired } from "../paired_tests.ts";
import { readAll } from "../read_all.ts";

interface Config {
  readonly hidden: number;
  readonly batchSize: number;
  readonly descentSteps: number;
  readonly descentRate: number;
  readonly modeSteps: number;
  readonly modeRate: number;
  readonly dropoutRate: number;
}

type Samples = { readonly x: Tensor; readonly labels: Tensor };
type Plain = { readonly hidden: DenseParams; readonly output: DenseParams };
type Normed = Plain & { readonly norm: NormParams };

const CLASSES = 10;
const PIXELS = 64;
const WHITE = 16;

const samplesOf = (rows: Rows): Samples =>
  scope(() => ({
    x: cast(tensor(columnOf(rows, "image")).reshape([-1, PIXELS]), "f32").div(WHITE),
    labels: tensor(columnOf(rows, "label")),
  }));

const startOf = (key: Key, hidden: number): Plain => ({
  hidden: initDense(key.fold("hidden"), PIXELS, hidden, kaimingUniform),
  output: initDense(key.fold("output"), hidden, CLASSES, scaled(glorotUniform, 0.1)),
});

/** The mean loss of all training rows after gradient descent by each step's gradient, or by the sum of all until then. */
async function descend(context: RunContext<Config>, name: string, training: Split, addUp: boolean) {
  const { hidden, batchSize, descentSteps, descentRate } = context.config;
  const key = Key.from(context.seed).fold("descent");
  const batches = createBatches(training, { batchSize, key: key.fold("batches") });
  const lossOf = (net: Plain, { x, labels }: Samples) =>
    crossEntropy(dense(net.output, relu(dense(net.hidden, x))), labels);
  const init = () => {
    const params = startOf(key, hidden);
    const none = (like: DenseParams): DenseParams => ({ w: zeros(like.w.shape), b: zeros(like.b.shape) });
    return { params, state: {}, optimiser: { hidden: none(params.hidden), output: none(params.output) } };
  };
  const { params, optimiser } = await train<ReturnType<typeof init>, Samples>({
    init,
    steps: descentSteps,
    inputs: async (step) => samplesOf((await batches.at(step)).rows),
    step(carry, samples) {
      const [loss, fresh] = valueAndGrad((net: Plain) => lossOf(net, samples))(carry.params);
      const both = (f: (layer: "hidden" | "output", part: "w" | "b") => Tensor): Plain => ({
        hidden: { w: f("hidden", "w"), b: f("hidden", "b") },
        output: { w: f("output", "w"), b: f("output", "b") },
      });
      const gradient = addUp
        ? both((layer, part) => carry.optimiser[layer][part].add(fresh[layer][part]))
        : fresh;
      const params = both((layer, part) =>
        carry.params[layer][part].sub(gradient[layer][part].mul(descentRate))
      );
      return { carry: { params, state: {}, optimiser: gradient }, out: { loss } };
    },
    monitor: context.monitor(name),
  });
  const samples = samplesOf(await readAll(training));
  const loss = scope(() => lossOf(params, samples));
  const value = await loss.item();
  disposeTree([params, optimiser, samples, loss]);
  return value;
}

/** Which of the two layers that differ between training and use are in training mode. */
interface Mode {
  readonly norm: boolean;
  readonly dropout: boolean;
}

/** Trains a network with batch normalisation and dropout, and tells the share of test rows that it gets right in a mode. */
async function trainModes(context: RunContext<Config>, training: Split, test: Split) {
  const { hidden, batchSize, modeSteps, modeRate, dropoutRate } = context.config;
  const key = Key.from(context.seed).fold("modes");
  const batches = createBatches(training, { batchSize, key: key.fold("batches") });
  const optimiser = adam();
  const rate = linearDecay(modeRate, modeSteps);
  const apply = (net: Normed, state: BatchNormState, x: Tensor, drop: Key, mode: Mode) => {
    const normed = batchNorm(net.norm, state, dense(net.hidden, x), { train: mode.norm });
    const kept = dropout(drop, relu(normed.y), { rate: dropoutRate, train: mode.dropout });
    return { y: dense(net.output, kept), state: normed.state };
  };
  const init = () => {
    const norm = initBatchNorm(hidden);
    const params: Normed = { ...startOf(key, hidden), norm: norm.params };
    return { params, state: norm.state, optimiser: optimiser.init(params) };
  };
  const trained = await train<
    ReturnType<typeof init>,
    Samples & { readonly rate: Tensor; readonly drop: Key }
  >({
    init,
    steps: modeSteps,
    inputs: async (step) => ({
      ...samplesOf((await batches.at(step)).rows),
      rate: rate(step),
      drop: key.fold("dropout").fold(step),
    }),
    step(carry, { x, labels, rate, drop }) {
      const [{ loss, state }, gradient] = valueAndGrad((net: Normed) => {
        const out = apply(net, carry.state, x, drop, { norm: true, dropout: true });
        return { loss: crossEntropy(out.y, labels), state: out.state };
      })(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor("modes"),
  });
  const rows = await readAll(test);
  const [images, labels] = [columnOf(rows, "image"), columnOf(rows, "label")];
  /** The accuracy with so many rows in a batch. */
  const accuracy = async (mode: Mode, size: number) => {
    let right = 0;
    for (let first = 0; first < labels.length; first += size) {
      const count = Math.min(size, labels.length - first);
      const scores = scope(() => {
        const part = images.slice(first * PIXELS, (first + count) * PIXELS);
        const x = cast(tensor(part).reshape([count, PIXELS]), "f32").div(WHITE);
        return apply(trained.params, trained.state, x, key.fold("test").fold(first), mode).y;
      });
      const values = await scores.read();
      disposeTree(scores);
      for (let row = 0; row < count; row++) {
        const own = Array.from(values.subarray(row * CLASSES, (row + 1) * CLASSES));
        const best = own.indexOf(own.reduce((most, value) => Math.max(most, value)));
        if (best === labels[first + row]) right++;
      }
    }
    return right / labels.length;
  };
  const found = {
    evaluating: await accuracy({ norm: false, dropout: false }, 1),
    training: await accuracy({ norm: true, dropout: true }, 1),
    dropoutOnly: await accuracy({ norm: false, dropout: true }, 1),
    normOnly: await accuracy({ norm: true, dropout: false }, 1),
    trainingBatch: await accuracy({ norm: true, dropout: true }, batchSize),
  };
  disposeTree(trained);
  return found;
}

const config: Config = {
  hidden: 32,
  batchSize: 64,
  descentSteps: 1000,
  descentRate: 0.05,
  modeSteps: 1000,
  modeRate: 0.005,
  dropoutRate: 0.5,
};

const percent = (name: string, title: string) =>
  ({ name, title, format: "percent", better: "higher" }) as const;

export default defineExperiment<Config>({
  id: "forgotten-calls",
  family: "insight",
  title: "Two calls that are easily forgotten: clearing gradients, and leaving training mode",
  question: "What does it cost to add up gradients over steps, and to test a network in training mode?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 6, common mistakes",
      quote: "Forgot to call .zero_grad()",
    },
    { note: "i2dl", section: "Lecture 6, common mistakes", quote: "Forgot to toggle train/eval mode" },
  ],
  datasets: [uciDigits],
  model: {
    name: "64-32-10, without and with batch normalisation and dropout",
    of: [],
    layers: [
      { name: "dense", shape: "[B, 32]", parameters: 2080 },
      { name: "batch normalisation, rectifier and dropout", shape: "[B, 32]", parameters: 64 },
      { name: "dense", shape: "[B, 10]", parameters: 330 },
    ],
    counts: [
      { label: "without normalisation", count: "2,080 + 330 = 2,410", source: "arithmetic" },
    ],
  },
  method: [
    "Gradients: 64-32-10 with a rectifier, gradient descent with a constant rate, once by the gradient of each batch and once by the sum of all gradients since the start, as it is if they are never cleared. Same weights at the start, same batches, same rate. The loss at the end is the mean over all training rows.",
    "Mode: the same network with batch normalisation before the rectifier and dropout of one half after it, trained by Adam with a rate that falls in a straight line to zero. The test rows are then given one at a time, with both layers as in use, both as in training, and one of the two as in training; and in batches with both as in training.",
    "Nothing was selected.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, descentSteps: 100, modeSteps: 100 } },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    percent("evaluating", "Test accuracy, both layers as in use, one row at a time"),
    percent("training", "Test accuracy, both as in training, one row at a time"),
    percent("dropoutOnly", "Test accuracy, dropout alone as in training, one row at a time"),
    percent("normOnly", "Test accuracy, normalisation alone as in training, one row at a time"),
    percent("trainingBatch", "Test accuracy, both as in training, 64 rows at a time"),
    {
      name: "clearedLoss",
      title: "Training loss, gradients cleared (nats)",
      format: "number",
      better: "lower",
    },
    {
      name: "addedLoss",
      title: "Training loss, gradients added up (nats)",
      format: "number",
      better: "lower",
    },
  ],
  comparisons: [{
    kind: "baseline",
    label: "3 nearest neighbours",
    metric: "evaluating",
    value: 0.9861,
    source: "baselines/knn-uci-digits",
  }],
  claims: [
    {
      id: "zero-grad",
      measured: "The mean loss over all training rows after the last step; sign test at 5%.",
      decide: (metrics) =>
        decidePaired(
          metrics.map((m) => m.addedLoss! - m.clearedLoss!),
          "Training loss with gradients added up less that with gradients cleared",
        ),
    },
    {
      id: "train-eval-toggle",
      measured: "Test rows one by one; sign test at 5%.",
      decide: (metrics) =>
        decidePaired(
          metrics.map((m) => 100 * (m.evaluating! - m.training!)),
          "Points of accuracy lost in training mode",
          { format: (value) => value.toFixed(2) },
        ),
    },
  ],
  differences: [
    "A batch of one row has its own values as means, so that batch normalisation in training mode gives its shift whatever the row is: what is right then is right by chance.",
    "The network does not beat the nearest neighbours: it is small, and its hyper-parameters are round.",
  ],
  async run(context) {
    const data = context.data(uciDigits);
    const [training, test] = [data.split("train"), data.split("test")];
    context.metric("clearedLoss", await descend(context, "main", training, false));
    context.metric("addedLoss", await descend(context, "added", training, true));
    for (const [name, accuracy] of Object.entries(await trainModes(context, training, test))) {
      context.metric(name, accuracy);
    }
  },
});
