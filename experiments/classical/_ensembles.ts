import { type Key, scope, sigmoid, tensor } from "@verbatim/core";
import { columnOf, numberColumnOf, type Rows as DataRows, spambase } from "@verbatim/data";
import {
  averageOf,
  boostedScores,
  fitAdaBoost,
  fitBagging,
  fitGradientBoosting,
  fitTree,
  predictTree,
  type SortedSamples,
  sortSamples,
  type TreeOptions,
  voteOf,
} from "@verbatim/models";
import type { Predictor } from "../define_experiment.ts";
import { classPredictions, truthOf } from "../predictions.ts";
import { readAll } from "../read_all.ts";

/** Rows of features with their classes, 0 or 1. */
export interface Rows {
  readonly x: Float32Array;
  readonly features: number;
  readonly targets: Float64Array;
}

/** Messages as rows. */
export const rowsOf = (rows: DataRows): Rows => ({
  x: Float32Array.from(columnOf(rows, "features")),
  features: 57,
  targets: Float64Array.from(columnOf(rows, "label")),
});

/** What is learned from rows: decisions, 0 or 1, on others. */
export type Learner = (train: SortedSamples, targets: Float64Array, asked: Float32Array, key: Key) => Promise<
  Float64Array
>;

const decide = (values: Float64Array, above: number) => values.map((value) => (value > above ? 1 : 0));

/** One tree. */
export const tree = (options: TreeOptions): Learner => (train, targets, asked) =>
  Promise.resolve(decide(predictTree(fitTree(train, targets, options), asked, train.features), 0.5));

/** Trees on bootstraps, which vote or whose shares of class 1 are averaged. */
export const bagged =
  (trees: number, options: TreeOptions, combine: "vote" | "average"): Learner =>
  (train, targets, asked, key) => {
    const fitted = fitBagging(train, targets, trees, options, key);
    return Promise.resolve(
      combine === "vote"
        ? voteOf(fitted, asked, train.features)
        : decide(averageOf(fitted, asked, train.features), 0.5),
    );
  };

/** AdaBoost. */
export const adaBoosted = (rounds: number, options: TreeOptions): Learner => async (train, targets, asked) =>
  decide(boostedScores(await fitAdaBoost(train, targets, rounds, options), asked, train.features), 0);

/** Gradient boosting of the logistic loss. */
export const gradientBoosted =
  (rounds: number, options: TreeOptions & { readonly learningRate: number }): Learner =>
  async (train, targets, asked) =>
    decide(
      boostedScores(await fitGradientBoosting(train, targets, rounds, options), asked, train.features),
      0,
    );

/** Some rows of others. */
export function pick({ x, features, targets }: Rows, rows: Uint32Array): Rows {
  const chosen = new Float32Array(rows.length * features);
  rows.forEach((row, i) => chosen.set(x.subarray(row * features, (row + 1) * features), i * features));
  return { x: chosen, features, targets: Float64Array.from(rows, (row) => targets[row]!) };
}

/** Rows in the order that trees need. */
export const sorted = ({ x, features, targets }: Rows) => sortSamples(x, targets.length, features);

/** Share of decisions that are not the truth. */
export function errorOf(decisions: Float64Array, truth: Float64Array): number {
  return decisions.reduce((sum, decision, row) => sum + (decision === truth[row] ? 0 : 1), 0) / truth.length;
}

/** The parts of an expected error; their sum is the mean error. */
export interface Split {
  readonly error: number;
  readonly bias: number;
  readonly variance: number;
}

/**
 * Splits the mean error of decisions 0 and 1, learned from several training sets, into squared bias (with the noise) and
 * variance: with m the mean decision on a row and y the truth, (m - y)^2 and m (1 - m), averaged over the rows. Both are
 * corrected for the finite number R of sets, of which the variance of the mean itself is: variance R / (R - 1).
 */
export function splitError(decisions: readonly Float64Array[], truth: Float64Array): Split {
  const sets = decisions.length;
  let [bias, variance] = [0, 0];
  for (let row = 0; row < truth.length; row++) {
    const mean = decisions.reduce((sum, one) => sum + one[row]!, 0) / sets;
    bias += (mean - truth[row]!) * (mean - truth[row]!) / truth.length;
    variance += mean * (1 - mean) / truth.length;
  }
  const spread = variance * sets / (sets - 1);
  return { error: bias + variance, bias: bias - spread / sets, variance: spread };
}

/** How the ensembles of the whole training split are made. */
export interface WholeConfig {
  readonly baggedTrees: number;
  readonly boostedStumps: number;
  readonly gradientTrees: number;
  readonly gradientDepth: number;
  readonly gradientRate: number;
}

/** Whether a message is spam, by gradient boosting of the whole training split, which draws nothing: it is fitted anew. */
export const spamPredictor: Predictor<{ readonly whole: WholeConfig }> = {
  dataset: spambase,
  split: "test",
  trainings: [],
  async predict({ config: { whole }, rows, data }) {
    const train = rowsOf(await readAll(data.split("train")));
    const boosted = await fitGradientBoosting(sorted(train), train.targets, whole.gradientTrees, {
      maxDepth: whole.gradientDepth,
      learningRate: whole.gradientRate,
    });
    const read = await readAll(rows);
    const scores = Float32Array.from(boostedScores(boosted, rowsOf(read).x, train.features));
    using likely = scope(() => sigmoid(tensor(scores)));
    const shares = Array.from(await likely.read()).flatMap((spam) => [1 - spam, spam]);
    return classPredictions(shares, numberColumnOf(rows, "label").classes!, truthOf(rows, read));
  },
};
