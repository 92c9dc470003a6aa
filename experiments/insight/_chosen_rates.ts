/**
 * Small networks that classify letters and clothes, each trained at several rates of which the validation rows choose one:
 * both tasks have thousands of test rows, so that differences of half a point can be told from chance.
 *
 * Axes: B batch, D inputs, C classes.
 *
 * @module
 */
import {
  adam,
  cast,
  dense,
  type DenseParams,
  disposeTree,
  glorotUniform,
  initDense,
  kaimingUniform,
  type Key,
  linearDecay,
  readTree,
  relu,
  scaled,
  scope,
  sigmoid,
  silentMonitor,
  tanh,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import {
  columnOf,
  createBatches,
  fashionMnist,
  letterRecognition,
  type Rows,
  type Split,
} from "@verbatim/data";
import type { RunContext } from "../define_experiment.ts";

/** The data sets, and the column of each that is classified. */
export const TASKS = {
  letters: { dataset: letterRecognition, column: "features", inputs: 16, classes: 26 },
  clothes: { dataset: fashionMnist, column: "image", inputs: 784, classes: 10 },
} as const;

/** Name of a task. */
export type TaskName = keyof typeof TASKS;

/** How the networks of one task are trained. */
export interface TaskConfig {
  /** The first rows of the training split. */
  readonly trainingRows: number;
  /** The last rows of the training split, which choose the rate. */
  readonly validationRows: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Taken from every input, which is then divided by the deviation. */
  readonly mean: number;
  readonly deviation: number;
}

/** What the experiments with these networks state. */
export interface ClassifiersConfig {
  readonly tasks: Readonly<Partial<Record<TaskName, TaskConfig>>>;
  /** Adam's rates that are tried, each falling in a straight line to zero. */
  readonly rates: readonly number[];
}

/** Hyper-parameters of both tasks: ten epochs of letters, five of clothes. */
export const FULL_TASKS = {
  letters: {
    trainingRows: 13_000,
    validationRows: 3000,
    batchSize: 100,
    steps: 1300,
    mean: 5.92,
    deviation: 2.91,
  },
  clothes: {
    trainingRows: 10_000,
    validationRows: 2000,
    batchSize: 100,
    steps: 500,
    mean: 72.9,
    deviation: 90,
  },
} as const satisfies Record<TaskName, TaskConfig>;

/** The same in a few steps. */
export const QUICK_TASKS = {
  letters: { ...FULL_TASKS.letters, validationRows: 500, steps: 20 },
  clothes: { ...FULL_TASKS.clothes, validationRows: 500, steps: 10 },
} as const satisfies Record<TaskName, TaskConfig>;

/** The rates of all these experiments. */
export const RATES = [0.0005, 0.002, 0.008, 0.032];

/** Said of all of them, too. */
export const RATES_ENCLOSED =
  "Rates up to 0.008 were tried in its first run, in which most networks chose the largest; 0.032 was added to enclose the best, for every network alike.";

/** Said of all of them. */
export const TRAINED =
  "Each network is trained by Adam at every rate stated, which falls in a straight line to zero, on the same batches from the same weights; the rate with the best accuracy on the last rows of the training split counts, and with it the test split is read, once. Hidden weights start Kaiming-uniform before rectifiers and Glorot-uniform before other units, the last layer's at a tenth of Glorot-uniform, biases at zero.";

const UNITS = { relu, sigmoid, tanh } as const;

/** A network: its hidden widths, and what stands after each hidden layer. */
export interface Net {
  readonly hidden: readonly number[];
  readonly unit: keyof typeof UNITS;
}

/** A mean loss of scores [B, C] and labels [B]. */
export type ClassLoss = (scores: Tensor, labels: Tensor) => Tensor;

/** What the network with the best rate shows. */
export interface Chosen {
  readonly rate: number;
  /** On the test rows. */
  readonly accuracy: number;
  /** [B, C] of the test rows. */
  readonly scores: Float32Array;
  readonly labels: Uint8Array;
}

type Params = Readonly<Record<string, DenseParams>>;
type Samples = { readonly x: Tensor; readonly labels: Tensor };

/** Rows evaluated at a time; no result depends on it. */
const EVALUATION_ROWS = 1000;

const layerOf = (index: number) => `layer${index + 1}`;

function initNet(key: Key, { hidden, unit }: Net, inputs: number, classes: number): Params {
  const widths = [inputs, ...hidden, classes];
  const first = unit === "relu" ? kaimingUniform : glorotUniform;
  return Object.fromEntries(
    widths.slice(1).map((outputs, i) => {
      const initialise = i === hidden.length ? scaled(glorotUniform, 0.1) : first;
      return [layerOf(i), initDense(key.fold(layerOf(i)), widths[i]!, outputs, initialise)];
    }),
  );
}

function scoresOf(params: Params, { hidden, unit }: Net, x: Tensor): Tensor {
  let h = x; // [B, D]
  for (let i = 0; i < hidden.length; i++) h = UNITS[unit](dense(params[layerOf(i)]!, h));
  return dense(params[layerOf(hidden.length)]!, h); // [B, C]
}

/** Share of the rows whose largest score, the first of equal ones, is that of the label. */
export function accuracyOf(scores: Float32Array, labels: ArrayLike<number>): number {
  const classes = scores.length / labels.length;
  let hits = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = Array.from(scores.subarray(row * classes, (row + 1) * classes));
    const best = own.reduce((most, score, i) => (score > own[most]! ? i : most), 0);
    if (best === labels[row]) hits++;
  }
  return hits / labels.length;
}

/**
 * Trains a network at every rate, and takes the one that is best on validation rows, of equally good ones the first: what it
 * shows on the test rows. Its parameters are recorded under the name; the trainings are not, since most are dropped.
 */
export async function bestOfRates(
  context: RunContext<ClassifiersConfig>,
  name: string,
  task: TaskName,
  net: Net,
  loss: ClassLoss,
  key: Key,
): Promise<Chosen> {
  const { dataset, column, inputs, classes } = TASKS[task];
  const { trainingRows, validationRows, batchSize, steps, mean, deviation } = context.config.tasks[task]!;
  const data = context.data(dataset);
  const all = data.split("train");
  const batches = createBatches(all.slice(0, trainingRows), { batchSize, key: key.fold("batches") });
  const validation = all.slice(all.rows - validationRows, all.rows);
  const samplesOf = (rows: Rows): Samples => {
    const labels = tensor(columnOf(rows, "label"));
    return { x: tensor(columnOf(rows, column), [labels.size, inputs]), labels };
  };
  const normalise = (x: Tensor) => cast(x, "f32").sub(mean).div(deviation);
  const optimiser = adam();

  const trainAt = async (learningRate: number): Promise<Params> => {
    const rate = linearDecay(learningRate, steps);
    const init = () => {
      const params = initNet(key.fold("init"), net, inputs, classes);
      return { params, state: {}, optimiser: optimiser.init(params) };
    };
    const { params, optimiser: memory } = await train<
      ReturnType<typeof init>,
      Samples & { readonly rate: Tensor }
    >({
      init,
      steps,
      inputs: async (step) => ({ ...samplesOf((await batches.at(step)).rows), rate: rate(step) }),
      step(carry, { x, labels, rate }) {
        const [value, gradient] = valueAndGrad((params: Params) =>
          loss(scoresOf(params, net, normalise(x)), labels)
        )(carry.params);
        const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
        return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss: value } };
      },
      monitor: silentMonitor,
    });
    disposeTree(memory);
    return params;
  };

  const evaluate = async (params: Params, split: Split) => {
    const scores = new Float32Array(split.rows * classes);
    const labels = new Uint8Array(split.rows);
    for (let first = 0; first < split.rows; first += EVALUATION_ROWS) {
      const length = Math.min(EVALUATION_ROWS, split.rows - first);
      const rows = await split.read(Uint32Array.from({ length }, (_, i) => first + i));
      using found = scope(() => scoresOf(params, net, normalise(samplesOf(rows).x)));
      scores.set(await found.read(), first * classes);
      labels.set(columnOf(rows, "label"), first);
    }
    return { scores, labels, accuracy: accuracyOf(scores, labels) };
  };

  let best: { readonly params: Params; readonly rate: number; readonly accuracy: number } | undefined;
  for (const rate of context.config.rates) {
    const params = await trainAt(rate);
    const { accuracy } = await evaluate(params, validation);
    if (best === undefined || accuracy > best.accuracy) {
      if (best !== undefined) disposeTree(best.params);
      best = { params, rate, accuracy };
    } else {
      disposeTree(params);
    }
  }
  const { params, rate } = best!;
  context.fitted(name, await readTree(params));
  const chosen = { rate, ...await evaluate(params, data.split("test")) };
  disposeTree(params);
  return chosen;
}
