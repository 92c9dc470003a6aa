import {
  ClassificationScore,
  concatenate,
  crossEntropy,
  type DenseParams,
  disposeTree,
  equal,
  Key,
  type Model,
  normal,
  scope,
  select,
  sgd,
  softmax,
  square,
  squareRoot,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import {
  breastCancer,
  columnOf,
  featureStatistics,
  normalise,
  numberColumnOf,
  uciDigits,
} from "@verbatim/data";
import {
  binaryCrossEntropy,
  LOGISTIC_REGRESSION_BREAST_CANCER,
  logisticRegression,
  newtonRegression,
  softmaxRegression,
} from "@verbatim/models";
import type { Predictor, RunContext } from "../define_experiment.ts";
import { classPredictions, restore, truthOf } from "../predictions.ts";
import { readAll } from "../read_all.ts";

/** Hyper-parameters of both methods. */
export interface DescentAndNewtonConfig {
  readonly penalty: number;
  readonly descentRate: number;
  readonly descentSteps: number;
  readonly digitsRate: number;
  readonly digitsSteps: number;
  readonly newtonSteps: number;
  readonly tolerance: number;
  readonly farScale: number;
}

/** Rows as inputs on the host: tensors are made of them where they are needed. */
interface Rows {
  readonly x: Float32Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** A data set and the model that is fitted to it. */
export interface Task {
  readonly name: string;
  readonly model: Model<DenseParams>;
  readonly inputs: number;
  /** Columns of scores. */
  readonly columns: number;
  readonly classes: readonly string[];
  readonly train: Rows;
  readonly test: Rows;
  readonly loss: (scores: Tensor, labels: Tensor) => Tensor;
  readonly rate: number;
  readonly steps: number;
}

/** Inputs and labels on the device. */
export const samplesOf = ({ x, labels }: Rows) => ({
  x: tensor(x, [labels.length, x.length / labels.length]),
  labels: tensor(labels),
});

const lengthOf = (values: Iterable<number>) => {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
};

/** The largest distance of two lines' elements. */
export async function distanceOf(a: DenseParams, b: DenseParams): Promise<number> {
  let most = 0;
  for (const name of ["w", "b"] as const) {
    const [left, right] = [await a[name].read(), await b[name].read()];
    for (let i = 0; i < left.length; i++) most = Math.max(most, Math.abs(left[i]! - right[i]!));
  }
  return most;
}

/** Weights and biases that the seed draws from a normal distribution. */
export const startOf = (key: Key, { inputs, columns }: Task, scale: number): DenseParams =>
  scope(() => ({
    w: normal(key.fold("w"), [inputs, columns]).mul(scale),
    b: normal(key.fold("b"), [columns]).mul(scale),
  }));

/** At so many steps a descent notes the length of its gradient. */
const POINTS = 50;

/** Gradient descent and Newton's method from one start; what each found, and the length of the gradient by step. */
export async function minimise(context: RunContext<DescentAndNewtonConfig>, task: Task, training: string) {
  const { config } = context;
  const key = Key.from(context.seed).fold(task.name);
  const objective = (params: DenseParams, x: Tensor, labels: Tensor) =>
    task.loss(task.model.apply(params, {}, x, { key, train: true }).y, labels)
      .add(square(params.w).sum().add(square(params.b).sum()).mul(config.penalty / 2));
  const gradientNorm = async (params: DenseParams) => {
    const samples = samplesOf(task.train);
    const [loss, gradient] = valueAndGrad((p: DenseParams) => objective(p, samples.x, samples.labels))(
      params,
    );
    const length = lengthOf([...await gradient.w.read(), ...await gradient.b.read()]);
    disposeTree([samples, loss, gradient]);
    return length;
  };
  const monitor = context.monitor(training);
  const every = task.steps / POINTS;
  // What a run has noted must survive that it is killed: so it is part of what is carried.
  type State = { readonly lengths: Tensor };
  type Inputs = { readonly x: Tensor; readonly labels: Tensor; readonly rate: Tensor; readonly slot: Tensor };
  const descended = await train({
    init: () => ({ params: startOf(key, task, 1), state: { lengths: zeros([POINTS]) }, optimiser: {} }),
    steps: task.steps,
    inputs: (step) =>
      Promise.resolve({
        ...samplesOf(task.train),
        rate: task.rate,
        slot: step % every === 0 ? step / every : -1,
      }),
    step(
      carry: { params: DenseParams; state: State; optimiser: Record<string, never> },
      inputs: Inputs,
    ) {
      const [loss, gradient] = valueAndGrad((p: DenseParams) => objective(p, inputs.x, inputs.labels))(
        carry.params,
      );
      const { params } = sgd.update(carry.params, gradient, {}, inputs.rate);
      const length = squareRoot(square(gradient.w).sum().add(square(gradient.b).sum()));
      const here = equal(tensor(Float32Array.from({ length: POINTS }, (_, i) => i)), inputs.slot);
      const lengths = select(here, length, carry.state.lengths);
      return { carry: { ...carry, params, state: { lengths } }, out: { loss } };
    },
    evaluation: {
      every,
      run: async ({ params }, step) => monitor.curve("gradient length", step, await gradientNorm(params)),
    },
    monitor,
  });
  const start = startOf(key, task, 1);
  const samples = samplesOf(task.train);
  const newton = await newtonRegression(samples.x, samples.labels, start, {
    penalty: config.penalty,
    iterations: config.newtonSteps,
    tolerance: config.tolerance,
  });
  const lengths = await descended.state.lengths.read();
  const descent = Array.from(lengths, (length, i) => ({ step: i * every, length }));
  descent.push({ step: task.steps, length: await gradientNorm(descended.params) });
  disposeTree([start, samples, descended.state]);
  return { descended: descended.params, descent, newton };
}

/** Scores of the test rows. */
export async function test(
  { model, columns, classes, test, loss }: Task,
  params: DenseParams,
): Promise<ClassificationScore> {
  const score = new ClassificationScore(classes.length);
  const found = scope(() => {
    const { x, labels } = samplesOf(test);
    const { y } = model.apply(params, {}, x, { key: Key.from(0), train: false });
    // One score stands for two: that of the first class is zero.
    const scores = columns === 1 ? concatenate([zeros([test.labels.length, 1]), y], 1) : y;
    return { scores, loss: loss(y, labels) };
  });
  score.add(await found.scores.read(), test.labels, await found.loss.item());
  disposeTree(found);
  return score;
}

/** Thirty standardised measures, one score. */
export async function cancerTask(context: RunContext<DescentAndNewtonConfig>): Promise<Task> {
  const data = context.data(breastCancer);
  const statistics = await featureStatistics(data.split("train"), "features");
  const rowsOf = async (name: string): Promise<Rows> => {
    const rows = await readAll(data.split(name));
    return {
      x: Float32Array.from(normalise(columnOf(rows, "features"), statistics)),
      labels: Uint8Array.from(columnOf(rows, "label")),
    };
  };
  return {
    name: "breast cancer",
    model: logisticRegression(LOGISTIC_REGRESSION_BREAST_CANCER),
    inputs: 30,
    columns: 1,
    classes: numberColumnOf(data.split("train"), "label").classes!,
    train: await rowsOf("train"),
    test: await rowsOf("test"),
    loss: binaryCrossEntropy,
    rate: context.config.descentRate,
    steps: context.config.descentSteps,
  };
}

/** 64 pixels from 0 to 1, ten scores. */
export async function digitsTask(context: RunContext<DescentAndNewtonConfig>): Promise<Task> {
  const data = context.data(uciDigits);
  const rowsOf = async (name: string): Promise<Rows> => {
    const rows = await readAll(data.split(name));
    return {
      x: Float32Array.from(columnOf(rows, "image"), (value) => value / 16),
      labels: Uint8Array.from(columnOf(rows, "label")),
    };
  };
  return {
    name: "digits",
    model: softmaxRegression({ inputs: 64, classes: 10 }),
    inputs: 64,
    columns: 10,
    classes: numberColumnOf(data.split("train"), "label").classes!,
    train: await rowsOf("train"),
    test: await rowsOf("test"),
    loss: crossEntropy,
    rate: context.config.digitsRate,
    steps: context.config.digitsSteps,
  };
}

/** The diagnosis of tumours, by the line that descent found. */
export const cancerPredictor: Predictor<DescentAndNewtonConfig> = {
  dataset: breastCancer,
  split: "test",
  async predict({ weights, rows, data }) {
    const model = logisticRegression(LOGISTIC_REGRESSION_BREAST_CANCER);
    const { params } = restore(() => model.init(Key.from(0)), weights);
    const read = await readAll(rows);
    const statistics = await featureStatistics(data.split("train"), "features");
    using probabilities = scope(() => {
      const values = normalise(columnOf(read, "features"), statistics);
      const x = tensor(values, [rows.rows, values.length / rows.rows]);
      const { y } = model.apply(params, {}, x, { key: Key.from(0), train: false });
      return softmax(concatenate([zeros([rows.rows, 1]), y], 1)); // [B, 2]
    });
    disposeTree(params);
    const classes = numberColumnOf(rows, "label").classes!;
    return classPredictions(await probabilities.read(), classes, truthOf(rows, read));
  },
};
