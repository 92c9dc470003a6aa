import {
  ClassificationScore,
  crossEntropy,
  disposeTree,
  Key,
  type Model,
  type Optimiser,
  type Schedule,
  scope,
  softmax,
  type Tensor,
  tensor,
  train,
  type Tree,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, createBatches, type Dataset, numberColumnOf, type Rows, type Split } from "@verbatim/data";
import type { RunContext } from "./define_experiment.ts";
import { normalisePixels, type PixelConfig } from "./image_predictor.ts";

/** The hyper-parameters that every image classifier has. */
export interface ClassifierConfig extends PixelConfig {
  /** The first rows of the training split, which are trained on. */
  readonly trainingRows: number;
  /** The rows behind them, which are never trained on. */
  readonly validationRows: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Steps between two evaluations on the validation rows. */
  readonly evaluateEvery: number;
  /** Steps and rate of the check that one batch can be learned by heart. */
  readonly overfitSteps: number;
  readonly overfitRate: number;
}

/** An image classifier and how it is trained. */
export interface ClassifierTask<P extends Tree, S extends Tree, O extends Tree> {
  readonly dataset: Dataset;
  readonly model: Model<P, S>;
  readonly optimiser: Optimiser<O>;
  readonly learningRate: Schedule;
}

type Batch = { readonly x: Tensor; readonly labels: Tensor };
type Inputs = Batch & { readonly key: Key; readonly rate: Tensor };

/** Rows evaluated at a time; no result depends on it but the rounding of the mean loss. */
const EVALUATION_ROWS = 500;
/** Right and wrong predictions in the report's picture. */
const SAMPLES = 10;

/**
 * Trains a classifier and records what the reports of all image classifiers show: the learning curves; test accuracy,
 * loss, macro-F1 and top-5 accuracy, from one reading of the test split at the last step; the loss of the fresh network;
 * and whether it can learn one batch by heart.
 */
export async function classifyImages<P extends Tree, S extends Tree, O extends Tree>(
  context: RunContext<ClassifierConfig>,
  task: ClassifierTask<P, S, O>,
): Promise<void> {
  const { config, seed } = context;
  const { dataset, model, optimiser, learningRate } = task;
  const key = Key.from(seed);
  const data = context.data(dataset);
  const training = data.split("train").slice(0, config.trainingRows);
  const validation = data.split("train").slice(
    config.trainingRows,
    config.trainingRows + config.validationRows,
  );
  const classes = numberColumnOf(training, "label").classes!;

  const start = () => {
    const { params, state } = model.init(key.fold("init"));
    return { params, state, optimiser: optimiser.init(params) };
  };
  type Running = ReturnType<typeof start>;
  const step = (carry: Running, { x, labels, key, rate }: Inputs) => {
    const [{ loss, state }, gradient] = valueAndGrad((params: P) => {
      const out = model.apply(params, carry.state, normalisePixels(x, config), { key, train: true });
      return { loss: crossEntropy(out.y, labels), state: out.state };
    })(carry.params);
    const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
    return { carry: { params: next.params, state, optimiser: next.state }, out: { loss } };
  };
  const stepKey = (step: number) => key.fold("step").fold(step);
  const score = (carry: Running, split: Split) =>
    evaluate(
      split,
      classes.length,
      (x) =>
        model.apply(carry.params, carry.state, normalisePixels(x, config), {
          key: key.fold("evaluate"),
          train: false,
        }).y,
    );

  const fresh = scope(start);
  context.metric("initialLoss", (await score(fresh, validation)).loss);
  disposeTree(fresh);

  const main = context.monitor("main");
  const batches = createBatches(training, {
    batchSize: config.batchSize,
    key: key.fold("batches"),
    shuffle: true,
    dropLast: true,
  });
  const trained = await train<Running, Inputs>({
    init: start,
    steps: config.steps,
    inputs: async (step) => ({
      ...toTensors((await batches.at(step)).rows, training),
      key: stepKey(step),
      rate: learningRate(step),
    }),
    step,
    evaluation: {
      every: config.evaluateEvery,
      async run(carry, done) {
        const result = await score(carry, validation);
        main.curve("validation accuracy", done, result.accuracy);
        main.curve("validation loss", done, result.loss);
      },
    },
    monitor: main,
  });
  context.metric("validationAccuracy", (await score(trained, validation)).accuracy);
  const test = data.split("test");
  const result = await score(trained, test);
  disposeTree(trained);
  context.metric("testAccuracy", result.accuracy);
  context.metric("testLoss", result.loss);
  context.metric("testMacroF1", result.macroF1);
  context.metric("testTop5", result.top5);
  context.metric("softmaxSumError", result.softmaxSumError);
  context.confusion({ classes, counts: result.confusion });
  context.samples(await samplesOf(test, result.predicted));

  const one = await batches.at(0);
  const memorised = await train<Running, Inputs>({
    init: start,
    steps: config.overfitSteps,
    inputs: (step) =>
      Promise.resolve({ ...toTensors(one.rows, training), key: stepKey(step), rate: config.overfitRate }),
    step,
    monitor: context.monitor("overfit"),
  });
  const memory = await score(memorised, rowsAsSplit(training, one.indices));
  disposeTree(memorised);
  context.metric("overfitAccuracy", memory.accuracy);
}

function toTensors(rows: Rows, split: Split): Batch {
  const labels = tensor(columnOf(rows, "label"));
  const x = tensor(columnOf(rows, "image"), [labels.size, ...numberColumnOf(split, "image").shape]);
  return { x, labels };
}

async function evaluate(split: Split, classes: number, scores: (x: Tensor) => Tensor) {
  const score = new ClassificationScore(classes);
  let softmaxSumError = 0;
  for (let first = 0; first < split.rows; first += EVALUATION_ROWS) {
    const length = Math.min(EVALUATION_ROWS, split.rows - first);
    const rows = await split.read(Uint32Array.from({ length }, (_, i) => first + i));
    const out = scope(() => {
      const { x, labels } = toTensors(rows, split);
      const y = scores(x);
      return { y, loss: crossEntropy(y, labels), sums: softmax(y).sum(-1) };
    });
    score.add(await out.y.read(), columnOf(rows, "label"), await out.loss.item());
    for (const sum of await out.sums.read()) softmaxSumError = Math.max(softmaxSumError, Math.abs(sum - 1));
    disposeTree(out);
  }
  return { ...score.result(), softmaxSumError };
}

/** Some rows of a split, seen as a split of their own. */
function rowsAsSplit(split: Split, indices: Uint32Array): Split {
  const view: Split = {
    rows: indices.length,
    columns: split.columns,
    read: (rows) => split.read(Array.from(rows, (row) => indices[row]!)),
    slice: (start, end) => rowsAsSplit(split, indices.subarray(start, end)),
  };
  return view;
}

/** The first right and the first wrong predictions of the split. */
async function samplesOf(split: Split, predicted: Uint32Array) {
  const labels = columnOf(await split.read(Uint32Array.from(predicted, (_, i) => i)), "label");
  const right: number[] = [];
  const wrong: number[] = [];
  for (let i = 0; i < predicted.length; i++) (predicted[i] === labels[i] ? right : wrong).push(i);
  const chosen = [...right.slice(0, SAMPLES), ...wrong.slice(0, SAMPLES)];
  const { shape } = numberColumnOf(split, "image");
  const [height, width] = [shape[0]!, shape[1]!];
  const pixels = columnOf(await split.read(chosen), "image");
  return {
    classes: numberColumnOf(split, "label").classes!,
    height,
    width,
    samples: chosen.map((index, i) => ({
      index,
      truth: labels[index]!,
      predicted: predicted[index]!,
      pixels: new Uint8Array(pixels.slice(i * height * width, (i + 1) * height * width)).toBase64(),
    })),
  };
}
