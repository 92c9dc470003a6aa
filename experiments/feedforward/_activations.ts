import {
  adam,
  type AdamState,
  cast,
  ClassificationScore,
  crossEntropy,
  disposeTree,
  Key,
  lessOrEqual,
  linearDecay,
  maximum,
  type Model,
  scope,
  select,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, createBatches, fashionMnist, type Rows, type Split } from "@verbatim/data";
import { activationMlp, type ActivationName, maxout } from "@verbatim/models";
import type { RunContext } from "../define_experiment.ts";

/** The hyper-parameters of one network with any activation. */
export interface ActivationsConfig {
  readonly widths: readonly number[];
  readonly trainingRows: number;
  readonly validationRows: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly evaluateEvery: number;
  readonly pixelMean: number;
  readonly pixelDeviation: number;
  readonly learningRate: number;
  /** A smoothed loss below it counts as reached. */
  readonly fastLoss: number;
  /** Share of the newest loss in the smoothed one. */
  readonly smoothing: number;
  /** What the first layer's biases begin with in the check for dead units. */
  readonly deadBias: number;
  readonly deadSteps: number;
  /** Steps from such biases for the units that are to come back. */
  readonly reviveSteps: number;
}

/** Names, and what reports call them. */
export const UNITS: readonly (readonly [string, string])[] = [
  ["linear", "linear (none)"],
  ["step", "step"],
  ["sigmoid", "sigmoid"],
  ["tanh", "tanh"],
  ["relu", "ReLU"],
  ["leakyRelu", "leaky ReLU, 0.01"],
  ["leakyReluTenth", "leaky ReLU, 0.1"],
  ["prelu", "parametric ReLU"],
  ["elu", "ELU"],
  ["silu", "SiLU"],
  ["swish", "Swish, beta learned"],
  ["softplus", "softplus"],
  ["maxout", "maxout of two"],
];

/** Rows evaluated at a time; only the rounding of the mean loss depends on it. */
const EVALUATION_ROWS = 1000;
const CLASSES = 10;

/** Parameters of any of the networks. */
export type Params = Readonly<Record<string, Readonly<Record<string, Tensor>>>>;
/** Any of the networks. */
export type Net = Model<Params>;
type State = { readonly smoothed: Tensor; readonly reached: Tensor; readonly steps: Tensor };
type Running = { readonly params: Params; readonly state: State; readonly optimiser: AdamState };
type Inputs = { readonly x: Tensor; readonly labels: Tensor; readonly rate: Tensor };

/** The network with a unit of that name. */
export function netOf(name: string, widths: readonly number[]): Net {
  if (name === "maxout") return maxout({ widths, pieces: 2 });
  return activationMlp({ widths, activation: name as ActivationName });
}

const samplesOf = (rows: Rows) => {
  const labels = tensor(columnOf(rows, "label"));
  return { x: tensor(columnOf(rows, "image"), [labels.size, 28, 28, 1]), labels };
};

const normalise = (x: Tensor, { pixelMean, pixelDeviation }: ActivationsConfig) =>
  cast(x, "f32").div(255).sub(pixelMean).div(pixelDeviation);

/** Scores of the rows of a split. */
export async function evaluate(net: Net, params: Params, split: Split, config: ActivationsConfig) {
  const score = new ClassificationScore(CLASSES);
  for (let first = 0; first < split.rows; first += EVALUATION_ROWS) {
    const length = Math.min(EVALUATION_ROWS, split.rows - first);
    const rows = await split.read(Uint32Array.from({ length }, (_, i) => first + i));
    const out = scope(() => {
      const { x, labels } = samplesOf(rows);
      const { y } = net.apply(params, {}, normalise(x, config), { key: Key.from(0), train: false });
      return { y, loss: crossEntropy(y, labels) };
    });
    score.add(await out.y.read(), columnOf(rows, "label"), await out.loss.item());
    disposeTree(out);
  }
  return score.result();
}

/** The logarithm of ten: the loss of ten equal scores. */
const LOG_10 = 2.302585092994046;
const optimiser = adam();

/** How one network is trained. */
export interface NetRun {
  readonly steps: number;
  /** Added to the first layer's biases at the start. */
  readonly bias: number;
  readonly validation?: Split;
}

/**
 * Trains one network from the weights of the seed, which are the same for all activations but maxout.
 *
 * @returns its parameters, and the steps until the smoothed loss was reached (all of them if it never was).
 */
export async function trainNet(
  context: RunContext<ActivationsConfig>,
  name: string,
  net: Net,
  { steps, bias, validation }: NetRun,
): Promise<{ readonly params: Params; readonly fastSteps: number }> {
  const { config, seed } = context;
  const key = Key.from(seed);
  const batches = createBatches(context.data(fashionMnist).split("train").slice(0, config.trainingRows), {
    batchSize: config.batchSize,
    key: key.fold("batches"),
    shuffle: true,
    dropLast: true,
  });
  const rate = linearDecay(config.learningRate, steps);
  const monitor = context.monitor(name);
  const trained = await train<Running, Inputs>({
    init() {
      const params = startOf(net, key, bias);
      const state = { smoothed: tensor(LOG_10), reached: tensor(0), steps: tensor(0) };
      return { params, state, optimiser: optimiser.init(params) };
    },
    steps,
    inputs: async (step) => ({ ...samplesOf((await batches.at(step)).rows), rate: rate(step) }),
    step(carry, { x, labels, rate }) {
      const [loss, gradient] = valueAndGrad((params: Params) =>
        crossEntropy(net.apply(params, {}, normalise(x, config), { key, train: true }).y, labels)
      )(carry.params);
      const { params, state } = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      const smoothed = carry.state.smoothed.add(loss.sub(carry.state.smoothed).mul(config.smoothing));
      const reached = maximum(carry.state.reached, select(lessOrEqual(smoothed, config.fastLoss), 1, 0));
      const counted = { smoothed, reached, steps: carry.state.steps.add(reached.neg().add(1)) };
      return { carry: { params, state: counted, optimiser: state }, out: { loss } };
    },
    ...(validation === undefined ? {} : {
      evaluation: {
        every: config.evaluateEvery,
        async run({ params }: Running, step: number) {
          const { accuracy } = await evaluate(net, params, validation, config);
          monitor.curve("validation accuracy", step, accuracy);
        },
      },
    }),
    monitor,
  });
  const fastSteps = await trained.state.steps.item();
  disposeTree([trained.optimiser, trained.state]);
  return { params: trained.params, fastSteps };
}

/** The parameters before the first step. */
export function startOf(net: Net, key: Key, bias: number): Params {
  return scope(() => {
    const { params } = net.init(key.fold("init"));
    const first = params["layer1"]!;
    return bias === 0 ? params : { ...params, layer1: { ...first, b: first["b"]!.add(bias) } };
  });
}

/** The largest change of a weight of the first layer from parameters at the start, which are given back. */
export async function movedFrom(before: Params, after: Params): Promise<number> {
  const old = await before["layer1"]!["w"]!.read();
  const now = Float64Array.from(await after["layer1"]!["w"]!.read());
  disposeTree(before);
  return now.reduce((most, value, i) => Math.max(most, Math.abs(value - old[i]!)), 0);
}
