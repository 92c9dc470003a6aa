/**
 * Boosting: AdaBoost, which weighs the samples that are wrong, and gradient boosting, which fits what is missing.
 *
 * @module
 */
import { log, scope, sigmoid, tensor } from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";
import { trialSamples } from "./_trial_samples.ts";
import {
  fitTree,
  leavesOf,
  predictTree,
  type RegressionTree,
  type SortedSamples,
  sortSamples,
  type TreeOptions,
  treeTensors,
} from "./regression_tree.ts";

/** Trees and how much each of them counts: the ensemble says class 1 where the weighted sum is above 0. */
export interface BoostedTrees {
  /** In the order in which they were fitted. */
  readonly trees: readonly RegressionTree[];
  /** Weight of each tree. */
  readonly weights: Float64Array;
  /** What the sum starts from. */
  readonly start: number;
  /** "votes": each tree gives -1 or 1; "values": each tree gives its value. */
  readonly sums: "votes" | "values";
}

/** An error of zero counts as this, so that a perfect tree's weight is finite. */
const LEAST_ERROR = 5.960464477539063e-8; // 2^-24
const HALF = 0.5;

/** What a round of AdaBoost makes of the weights. */
export interface Reweighed {
  /** Share of the weights that is wrong. */
  readonly error: number;
  /** (1 - e) / e, whose logarithm is the weight of the learner's vote; e is held at 2^-24 at least. */
  readonly ratio: number;
  /** The weights of the next round, of sum 1. */
  readonly weights: Float64Array;
}

/**
 * A round of AdaBoost, whatever the learner is: what it got wrong weighs (1 - e) / e times as much in the next round.
 *
 * *Order* Binary64, rows ascending.
 *
 * @param weights of sum 1.
 * @param wrong 1 where the learner is wrong, 0 where it is right.
 * @returns undefined if the learner is no better than chance.
 *
 * @example Afterwards what was wrong has half of the weight
 * ```ts
 * import { reweigh } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const { ratio, weights } = reweigh(Float64Array.of(0.25, 0.25, 0.25, 0.25), Float64Array.of(0, 0, 1, 0))!;
 * assertEquals(ratio, 3);
 * assertEquals(weights[2], 0.5);
 * assertEquals(reweigh(Float64Array.of(0.5, 0.5), Float64Array.of(1, 0)), undefined);
 * ```
 */
export function reweigh(weights: Float64Array, wrong: Float64Array): Reweighed | undefined {
  const error = wrong.reduce((sum, isWrong, row) => sum + isWrong * weights[row]!, 0);
  if (error >= HALF) return undefined;
  const ratio = (1 - Math.max(error, LEAST_ERROR)) / Math.max(error, LEAST_ERROR);
  const next = weights.map((weight, row) => wrong[row] === 1 ? weight * ratio : weight);
  const sum = next.reduce((total, weight) => total + weight, 0);
  return { error, ratio, weights: next.map((weight) => weight / sum) };
}

/** Natural logarithms, by the device in binary32. */
async function logarithmsOf(values: readonly number[]): Promise<Float64Array> {
  if (values.length === 0) return new Float64Array();
  using logarithms = scope(() => log(tensor(Float32Array.from(values))));
  return Float64Array.from(await logarithms.read());
}

/**
 * AdaBoost on targets 0 and 1: each tree is fitted with weights w, its error e is the share of the weights that it gets wrong,
 * its vote counts log((1 - e) / e), and the weights of what it got wrong are multiplied by (1 - e) / e.
 *
 * Ends early at a tree without error, which is kept with the weight of an error of 2^-24, and before a tree that is no better
 * than chance.
 *
 * *Order* Binary64, rows ascending; weights are divided by their sum; logarithms in binary32. *Source* Y. Freund, R. Schapire
 * (1997). A decision-theoretic generalization of on-line learning and an application to boosting; csw182, lecture 7.
 *
 * @throws {RangeError} as `fitTree` does.
 *
 * @example No stump finds an interval, three together do
 * ```ts
 * import { createDevice, setDefaultDevice } from "@verbatim/core";
 * import { boostedScores, fitAdaBoost, sortSamples } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const x = Float32Array.of(1, 2, 3, 4, 5, 6);
 * const boosted = await fitAdaBoost(sortSamples(x, 6, 1), Float64Array.of(0, 0, 1, 1, 0, 0), 3, { maxDepth: 1 });
 * assertEquals(boosted.trees.length, 3);
 * assertEquals([...boostedScores(boosted, x, 1)].map((score) => (score > 0 ? 1 : 0)), [0, 0, 1, 1, 0, 0]);
 * ```
 */
export async function fitAdaBoost(
  samples: SortedSamples,
  targets: Float64Array,
  rounds: number,
  options: TreeOptions,
): Promise<BoostedTrees> {
  const x = rowMajor(samples);
  const trees: RegressionTree[] = [];
  const ratios: number[] = [];
  let weights: Float64Array = new Float64Array(samples.rows).fill(1 / samples.rows);
  for (let round = 0; round < rounds; round++) {
    const tree = fitTree(samples, targets, options, weights);
    const said = predictTree(tree, x, samples.features);
    const wrong = said.map((value, row) => (value > HALF ? 1 : 0) === targets[row] ? 0 : 1);
    const reweighed = reweigh(weights, wrong);
    if (reweighed === undefined) break;
    trees.push(tree);
    ratios.push(reweighed.ratio);
    if (reweighed.error === 0) break;
    weights = reweighed.weights;
  }
  return { trees, weights: await logarithmsOf(ratios), start: 0, sums: "votes" };
}

/** How gradient boosting steps. */
export interface GradientBoostingOptions extends TreeOptions {
  /** Share of each tree that is added. */
  readonly learningRate: number;
}

/**
 * Gradient boosting of the logistic loss on targets 0 and 1: from the log odds of class 1 on, each tree is fitted to the
 * residuals r = y - p with p = sigmoid(score), and its leaves take a Newton step, sum r / sum p (1 - p), of which the learning
 * rate is added to the score.
 *
 * *Order* Binary64, rows ascending; sigmoids and the logarithm in binary32. *Source* J. Friedman (2001). Greedy function
 * approximation: a gradient boosting machine, algorithm 5; csw182, lecture 7.
 *
 * @throws {RangeError} if the targets are all equal, or as `fitTree` does.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice } from "@verbatim/core";
 * import { boostedScores, fitGradientBoosting, sortSamples } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const x = Float32Array.of(1, 2, 3, 4, 5, 6);
 * const boosted = await fitGradientBoosting(sortSamples(x, 6, 1), Float64Array.of(0, 0, 1, 1, 0, 0), 20, {
 *   maxDepth: 1,
 *   learningRate: 0.5,
 * });
 * assertEquals([...boostedScores(boosted, x, 1)].map((score) => (score > 0 ? 1 : 0)), [0, 0, 1, 1, 0, 0]);
 * ```
 */
export async function fitGradientBoosting(
  samples: SortedSamples,
  targets: Float64Array,
  rounds: number,
  { learningRate, ...options }: GradientBoostingOptions,
): Promise<BoostedTrees> {
  const x = rowMajor(samples);
  const positive = targets.reduce((sum, target) => sum + target, 0);
  if (positive === 0 || positive === samples.rows) {
    throw new RangeError(`Cannot boost: expected targets 0 and 1, got ${targets.length} of one kind`);
  }
  const [start] = await logarithmsOf([positive / (samples.rows - positive)]);
  const scores = new Float64Array(samples.rows).fill(start!);
  const trees: RegressionTree[] = [];
  for (let round = 0; round < rounds; round++) {
    using likely = scope(() => sigmoid(tensor(Float32Array.from(scores))));
    const p = await likely.read();
    const residuals = targets.map((target, row) => target - p[row]!);
    const grown = fitTree(samples, residuals, options);
    const leaves = leavesOf(grown, x, samples.features);
    const value = new Float64Array(grown.value.length);
    const curvature = new Float64Array(grown.value.length);
    leaves.forEach((leaf, row) => {
      value[leaf]! += residuals[row]!;
      curvature[leaf]! += p[row]! * (1 - p[row]!);
    });
    // Where all probabilities are 0 or 1 to the last bit, there is nothing left to add.
    const tree = {
      ...grown,
      value: value.map((sum, leaf) => curvature[leaf]! > 0 ? sum / curvature[leaf]! : 0),
    };
    leaves.forEach((leaf, row) => scores[row]! += learningRate * tree.value[leaf]!);
    trees.push(tree);
  }
  return { trees, weights: new Float64Array(rounds).fill(learningRate), start: start!, sums: "values" };
}

/**
 * The score of each row: above 0 the ensemble says class 1. For gradient boosting its sigmoid is the probability.
 *
 * *Shapes* x [N, D], row-major -> N scores. *Order* Binary64, tree by tree from the start.
 */
export function boostedScores(
  { trees, weights, start, sums }: BoostedTrees,
  x: Float32Array,
  features: number,
): Float64Array {
  const scores = new Float64Array(x.length / features).fill(start);
  trees.forEach((tree, i) =>
    predictTree(tree, x, features).forEach((value, row) =>
      scores[row]! += weights[i]! * (sums === "values" ? value : value > HALF ? 1 : -1)
    )
  );
  return scores;
}

/** The samples row by row again. */
function rowMajor({ rows, features, columns }: SortedSamples): Float32Array {
  const x = new Float32Array(rows * features);
  for (let f = 0; f < features; f++) {
    for (let row = 0; row < rows; row++) x[row * features + f] = columns[f * rows + row]!;
  }
  return x;
}

const tensorsOf = ({ trees, weights }: BoostedTrees) => ({
  trees: trees.map(treeTensors),
  weights: tensor(Float32Array.from(weights)),
});

/** AdaBoost in the registry. */
export const adaBoostMethod: RegisteredMethod = defineMethod({
  id: "adaboost",
  family: "classical",
  title: "AdaBoost",
  notes: [{ note: "csw182", section: "lecture 7, ensembles" }],
  paper:
    "Y. Freund, R. E. Schapire (1997). A decision-theoretic generalization of on-line learning and an application to boosting.",
  trial: {
    async fit(key) {
      const { x, targets } = await trialSamples(key);
      return tensorsOf(await fitAdaBoost(sortSamples(x, 80, 3), targets, 10, { maxDepth: 1 }));
    },
  },
});

/** Gradient boosting in the registry. */
export const gradientBoostingMethod: RegisteredMethod = defineMethod({
  id: "gradient-boosting",
  family: "classical",
  title: "Gradient boosting",
  notes: [{ note: "csw182", section: "lecture 7, ensembles" }],
  paper: "J. H. Friedman (2001). Greedy function approximation: a gradient boosting machine.",
  trial: {
    async fit(key) {
      const { x, targets } = await trialSamples(key);
      const options = { maxDepth: 2, learningRate: 0.3 };
      return tensorsOf(await fitGradientBoosting(sortSamples(x, 80, 3), targets, 10, options));
    },
  },
});
