import {
  absolute,
  adam,
  dense,
  type DenseParams,
  disposeTree,
  type Key,
  lessOrEqual,
  linearDecay,
  maximum,
  normal,
  ones,
  type Optimiser,
  scope,
  select,
  sgd,
  square,
  type Tensor,
  tensor,
  train,
  type Tree,
  valueAndGrad,
  zeros,
} from "@verbatim/core";
import type { RunContext } from "../define_experiment.ts";

/** The two losses of a regression, by name: of the differences, element by element. */
export const LOSSES = { l1: absolute, l2: square } as const;
/** Name of a loss. */
export type LossName = keyof typeof LOSSES;

/** Cars: inputs [N, D] and targets [N, 1], made anew at each call. */
export interface Cars {
  readonly make: () => { readonly x: Tensor; readonly y: Tensor };
}

interface FitConfig {
  readonly fitSteps: number;
  readonly fitRate: number;
}

type Pair = { readonly x: Tensor; readonly y: Tensor };

/**
 * Fits one line to each column of targets: the minimum of the mean loss, by Adam over all rows with a rate that falls in a
 * straight line to zero.
 *
 * @returns the forecasts [N, columns] of some other rows, and the mean loss of each column.
 */
export async function fitLines<C extends FitConfig>(
  context: RunContext<C>,
  name: string,
  loss: LossName,
  training: { readonly make: () => Pair; readonly inputs: number; readonly columns: number },
  others: Cars,
): Promise<{ readonly forecasts: Float32Array; readonly losses: Float32Array }> {
  const { fitSteps, fitRate } = context.config;
  const { inputs, columns } = training;
  const optimiser = adam();
  const rate = linearDecay(fitRate, fitSteps);
  const init = () => {
    const params: DenseParams = { w: zeros([inputs, columns]), b: zeros([columns]) };
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const lossOf = (params: DenseParams, { x, y }: Pair) => LOSSES[loss](dense(params, x).sub(y));
  const { params, optimiser: memory } = await train<
    ReturnType<typeof init>,
    Pair & { readonly rate: Tensor }
  >({
    init,
    steps: fitSteps,
    inputs: (step) => Promise.resolve({ ...scope(training.make), rate: rate(step) }),
    step(carry, { x, y, rate }) {
      const [value, gradient] = valueAndGrad((params: DenseParams) =>
        lossOf(params, { x, y }).mean().mul(columns)
      )(carry.params);
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss: value } };
    },
    monitor: context.monitor(name),
  });
  const found = scope(() => ({
    forecasts: dense(params, others.make().x),
    losses: lossOf(params, training.make()).mean(0),
  }));
  const [forecasts, losses] = [await found.forecasts.read(), await found.losses.read()];
  disposeTree([params, memory, found]);
  return { forecasts: Float32Array.from(forecasts), losses: Float32Array.from(losses) };
}

/** How a line is sought from a random start, at each of several rates. */
export interface Search {
  readonly loss: LossName;
  readonly method: "descent" | "adam";
  readonly rates: readonly number[];
  readonly steps: number;
  /** Mean losses; one at or below a target counts as having reached it. */
  readonly targets: readonly number[];
  readonly key: Key;
}

type Counts = { readonly reached: Tensor; readonly steps: Tensor };

/**
 * Steps to each of several mean losses, the fewest over the rates; all of them where none reaches it. The lines of all rates are columns of one
 * matrix and do not touch each other.
 */
export async function stepsToLoss<C>(
  context: RunContext<C>,
  name: string,
  training: Cars & { readonly inputs: number },
  { loss, method, rates, steps, targets, key }: Search,
): Promise<readonly number[]> {
  const optimiser: Optimiser<Tree> = method === "adam" ? adam() as Optimiser<Tree> : sgd as Optimiser<Tree>;
  // A column's weights are its parameters times a factor f, and the optimiser's own rate is 1: a step of descent moves the
  // weights by f^2 times their gradient, one of Adam by f times its direction.
  const factors = rates.map((rate) => method === "adam" ? rate : Math.sqrt(rate));
  const init = () => {
    const start = normal(key, [training.inputs, 1]).mul(ones([1, rates.length]));
    const params: DenseParams = { w: start.div(tensor(factors)), b: zeros([rates.length]) };
    const counts = [targets.length, rates.length];
    const state: Counts = { reached: zeros(counts), steps: zeros(counts) };
    return { params, state, optimiser: optimiser.init(params) };
  };
  const trained = await train<ReturnType<typeof init>, Pair>({
    init,
    steps,
    inputs: () => Promise.resolve(scope(training.make)),
    step(carry, { x, y }) {
      const factor = tensor(factors);
      const errors = (params: DenseParams) =>
        LOSSES[loss](dense({ w: params.w.mul(factor), b: params.b.mul(factor) }, x).sub(y)).mean(0);
      const [value, gradient] = valueAndGrad((params: DenseParams) => errors(params).sum())(carry.params);
      const arrived = lessOrEqual(errors(carry.params), tensor(targets, [targets.length, 1]));
      const reached = maximum(carry.state.reached, select(arrived, 1, 0));
      const counted: Counts = { reached, steps: carry.state.steps.add(reached.neg().add(1)) };
      const next = optimiser.update(carry.params, gradient, carry.optimiser, 1);
      return { carry: { params: next.params, state: counted, optimiser: next.state }, out: { loss: value } };
    },
    monitor: context.monitor(name),
  });
  const counts = Array.from(await trained.state.steps.read());
  disposeTree(trained);
  return targets.map((_, i) =>
    counts.slice(i * rates.length, (i + 1) * rates.length).reduce((least, n) => Math.min(least, n))
  );
}
