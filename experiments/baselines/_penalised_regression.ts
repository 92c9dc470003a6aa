import {
  adam,
  crossEntropy,
  type DenseParams,
  disposeTree,
  linearDecay,
  square,
  type StepInputs,
  type Tensor,
  train,
  type TrainingMonitor,
  valueAndGrad,
  zeros,
} from "@verbatim/core";

/** A softmax regression with a penalty on its weights. */
export interface PenalisedTask<I extends Record<string, Tensor>> {
  readonly features: number;
  readonly classes: number;
  /** New tensors of all samples; they are disposed of after a step. */
  samples(): StepInputs<I & { readonly labels: Tensor }>;
  /** Scores [N, C] by weights w [features, C] and biases b [C]. */
  scores(params: DenseParams, samples: I & { readonly labels: Tensor }): Tensor;
}

/** How its minimum is found. */
export interface DescentConfig {
  readonly steps: number;
  readonly learningRate: number;
}

const optimiser = adam();

/**
 * Minimises mean cross-entropy + penalty / 2 |w|^2 from zero, by Adam on all samples at each step, the rate falling in a
 * straight line to zero. The function is convex: the minimum is one, and only how near it one comes depends on the steps.
 */
export async function fitPenalised<I extends Record<string, Tensor>>(
  { features, classes, samples, scores }: PenalisedTask<I>,
  penalty: number,
  { steps, learningRate }: DescentConfig,
  monitor: TrainingMonitor,
): Promise<DenseParams> {
  const start = () => {
    const params: DenseParams = { w: zeros([features, classes]), b: zeros([classes]) };
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const rate = linearDecay(learningRate, steps);
  type Running = ReturnType<typeof start>;
  type Inputs = {
    readonly data: I & { readonly labels: Tensor };
    readonly rate: Tensor;
    readonly penalty: Tensor;
  };
  const trained = await train<Running, Inputs>({
    init: start,
    steps,
    inputs: (step) => Promise.resolve({ data: samples(), rate: rate(step), penalty }),
    step(carry, { data, rate, penalty }) {
      const [loss, gradient] = valueAndGrad((params: DenseParams) =>
        crossEntropy(scores(params, data), data.labels).add(square(params.w).sum().mul(penalty).div(2))
      )(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { ...carry, params: next.params, optimiser: next.state }, out: { loss } };
    },
    monitor,
  });
  disposeTree(trained.optimiser);
  return trained.params;
}

/** The penalty whose regression is best by a score, the first of equal ones, and that score. */
export async function choosePenalty(
  penalties: readonly number[],
  fit: (penalty: number) => Promise<DenseParams>,
  score: (params: DenseParams) => Promise<number>,
): Promise<{ readonly penalty: number; readonly score: number }> {
  let best = { penalty: NaN, score: -Infinity };
  for (const penalty of penalties) {
    const params = await fit(penalty);
    const found = await score(params);
    disposeTree(params);
    if (found > best.score) best = { penalty, score: found };
  }
  return best;
}
