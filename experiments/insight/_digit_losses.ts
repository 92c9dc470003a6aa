import {
  adam,
  cast,
  crossEntropy,
  dense,
  type DenseParams,
  disposeTree,
  glorotUniform,
  initDense,
  kaimingUniform,
  type Key,
  linearDecay,
  oneHot,
  relu,
  scaled,
  scope,
  softmax,
  square,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, createBatches, type Rows, type Split } from "@verbatim/data";
import type { RunContext } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";

/** How a digit classifier is trained. */
export interface DigitsConfig {
  readonly hidden: number;
  readonly batchSize: number;
  readonly digitSteps: number;
  readonly digitRate: number;
  readonly bins: number;
  /** A class that is given less than this although it is the true one was ruled out with confidence. */
  readonly confident: number;
}

type Net = { readonly hidden: DenseParams; readonly output: DenseParams };
type Samples = { readonly x: Tensor; readonly labels: Tensor };

const CLASSES = 10;
const PIXELS = 64;
const WHITE = 16;

const samplesOf = (rows: Rows): Samples => ({
  x: cast(tensor(columnOf(rows, "image")).reshape([-1, PIXELS]), "f32").div(WHITE),
  labels: tensor(columnOf(rows, "label")),
});

const scoresOf = (net: Net, x: Tensor) => dense(net.output, relu(dense(net.hidden, x)));

/** The losses of a classifier, from scores and labels: means over the rows. */
export const CLASS_LOSSES = {
  crossEntropy: (scores: Tensor, labels: Tensor) => crossEntropy(scores, labels),
  squared: (scores: Tensor, labels: Tensor) =>
    square(softmax(scores).sub(oneHot(labels, scores.shape[1]!))).sum(1).mean(),
} as const;

/** What one classifier shows on the test rows. */
export interface Classified {
  readonly accuracy: number;
  /** Expected calibration error: mean distance of accuracy and confidence over bins of equal width. */
  readonly calibration: number;
  readonly scores: Float32Array;
}

/** Accuracy and expected calibration error of class probabilities [B, C]. */
export function reliability(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins: number,
): Omit<Classified, "scores"> {
  const classes = probabilities.length / labels.length;
  const right = Array.from({ length: bins }, () => 0);
  const trust = Array.from({ length: bins }, () => 0);
  for (let row = 0; row < labels.length; row++) {
    const shares = Array.from({ length: classes }, (_, i) => probabilities[row * classes + i]!);
    const confidence = shares.reduce((most, share) => Math.max(most, share), 0);
    const bin = Math.min(bins - 1, Math.floor(confidence * bins));
    right[bin]! += shares.indexOf(confidence) === labels[row] ? 1 : 0;
    trust[bin]! += confidence;
  }
  return {
    accuracy: right.reduce((sum, count) => sum + count, 0) / labels.length,
    calibration: right.reduce((sum, count, bin) => sum + Math.abs(count - trust[bin]!), 0) / labels.length,
  };
}

/** Trains a network of one hidden layer by one of the losses; both begin with the same weights and see the same batches. */
export async function classifyDigits<C extends DigitsConfig>(
  context: RunContext<C>,
  name: keyof typeof CLASS_LOSSES,
  training: Split,
  test: Split,
  key: Key,
): Promise<Classified> {
  const { hidden, batchSize, digitSteps, digitRate, bins } = context.config;
  const optimiser = adam();
  const rate = linearDecay(digitRate, digitSteps);
  const batches = createBatches(training, { batchSize, key: key.fold("batches") });
  const batchAt = async (step: number) => {
    const { rows } = await batches.at(step);
    return scope(() => samplesOf(rows));
  };
  const init = () => {
    const params: Net = {
      hidden: initDense(key.fold("hidden"), PIXELS, hidden, kaimingUniform),
      output: initDense(key.fold("output"), hidden, CLASSES, scaled(glorotUniform, 0.1)),
    };
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const { params, optimiser: memory } = await train<
    ReturnType<typeof init>,
    Samples & { readonly rate: Tensor }
  >({
    init,
    steps: digitSteps,
    inputs: async (step) => ({ ...await batchAt(step), rate: rate(step) }),
    step(carry, { x, labels, rate }) {
      const [loss, gradient] = valueAndGrad((net: Net) => CLASS_LOSSES[name](scoresOf(net, x), labels))(
        carry.params,
      );
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor(name),
  });
  const rows = await readAll(test);
  const found = scope(() => {
    const scores = scoresOf(params, samplesOf(rows).x);
    return { scores, probabilities: softmax(scores) };
  });
  const probabilities = await found.probabilities.read();
  const labels = columnOf(rows, "label");
  const classified = {
    ...reliability(probabilities, labels, bins),
    scores: Float32Array.from(await found.scores.read()),
  };
  disposeTree([params, memory, found]);
  return classified;
}

/**
 * The mean length of a loss's gradient with respect to the scores where a classifier is confidently wrong: every test row
 * is said to be of the next class (the first after the last), and counts where that has less probability than `confident`.
 */
export async function wrongGradient(
  loss: keyof typeof CLASS_LOSSES,
  scores: Float32Array,
  labels: ArrayLike<number>,
  confident: number,
): Promise<number> {
  const classes = scores.length / labels.length;
  const wrong = Uint8Array.from(labels, (label) => (label + 1) % classes);
  const found = scope(() => {
    const claimed = tensor(wrong);
    const [, gradient] = valueAndGrad((s: Tensor) => CLASS_LOSSES[loss](s, claimed).mul(wrong.length))(
      tensor(scores, [wrong.length, classes]),
    );
    const share = softmax(tensor(scores, [wrong.length, classes])).mul(oneHot(claimed, classes)).sum(1);
    return { squares: square(gradient).sum(1), share };
  });
  const [squares, share] = [await found.squares.read(), await found.share.read()];
  disposeTree(found);
  const chosen = Array.from(squares.keys()).filter((row) => share[row]! < confident);
  return chosen.reduce((sum, row) => sum + Math.sqrt(squares[row]!), 0) / chosen.length;
}
