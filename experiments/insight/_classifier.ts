/**
 * Training and scoring of a small classifier, as several experiments on single sentences need it.
 *
 * @module
 */
import {
  ClassificationScore,
  crossEntropy,
  disposeTree,
  type Key,
  linearDecay,
  type Optimiser,
  scope,
  type Tensor,
  train,
  type Tree,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, createBatches, type Rows, type Split } from "@verbatim/data";
import type { RunContext } from "../define_experiment.ts";

/** Inputs and labels of some rows. */
export type Samples = { readonly x: Tensor; readonly labels: Tensor };

/** Class scores of inputs, [B, C]. */
export type Scores<P extends Tree> = (params: P, x: Tensor) => Tensor;

/** One training of a classifier. */
export interface ClassifierTraining<P extends Tree, O extends Tree> {
  /** Name of the run. */
  readonly name: string;
  init(): P;
  readonly scores: Scores<P>;
  readonly rows: Split;
  samples(rows: Rows): Samples;
  readonly optimiser: Optimiser<O>;
  /** Where the rate begins; it falls in a straight line to zero. */
  readonly rate: number;
  readonly batchSize: number;
  readonly steps: number;
  /** Draws the order of the rows. */
  readonly key: Key;
}

/** The parameters after training on the mean cross-entropy of shuffled batches. */
export async function trainClassifier<P extends Tree, O extends Tree>(
  context: RunContext<unknown>,
  training: ClassifierTraining<P, O>,
): Promise<P> {
  const { optimiser, scores, steps } = training;
  const batches = createBatches(training.rows, { batchSize: training.batchSize, key: training.key });
  const rate = linearDecay(training.rate, steps);
  const init = () => {
    const params = training.init();
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const trained = await train<ReturnType<typeof init>, Samples & { readonly rate: Tensor }>({
    init,
    steps,
    inputs: async (step) => ({ ...training.samples((await batches.at(step)).rows), rate: rate(step) }),
    step(carry, { x, labels, rate }) {
      const [loss, gradient] = valueAndGrad((params: P) => crossEntropy(scores(params, x), labels))(
        carry.params,
      );
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor(training.name),
  });
  disposeTree(trained.optimiser);
  return trained.params;
}

/** Rows scored at a time; only the rounding of the mean loss depends on it. */
const SCORED_ROWS = 1000;

/** Accuracy, loss and confusion on the rows of a split. */
export async function scoreClassifier(
  scores: (x: Tensor) => Tensor,
  split: Split,
  samples: (rows: Rows) => Samples,
  classes: number,
): Promise<ReturnType<ClassificationScore["result"]>> {
  const score = new ClassificationScore(classes);
  for (let first = 0; first < split.rows; first += SCORED_ROWS) {
    const length = Math.min(SCORED_ROWS, split.rows - first);
    const rows = await split.read(Uint32Array.from({ length }, (_, i) => first + i));
    const out = scope(() => {
      const { x, labels } = samples(rows);
      const y = scores(x);
      return { y, loss: crossEntropy(y, labels) };
    });
    score.add(await out.y.read(), columnOf(rows, "label"), await out.loss.item());
    disposeTree(out);
  }
  return score.result();
}
