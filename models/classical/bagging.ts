/**
 * Bagging: trees on bootstrap samples, and what most of them, or their mean, say.
 *
 * @module
 */
import type { Key } from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";
import { trialSamples } from "./_trial_samples.ts";
import {
  fitTree,
  predictTree,
  type RegressionTree,
  type SortedSamples,
  sortSamples,
  type TreeOptions,
  treeTensors,
} from "./regression_tree.ts";

/**
 * How often each of n rows is drawn in n draws with replacement.
 *
 * Draws are the key's words, the remainder by n of those below the largest multiple of n: all rows are equally likely.
 *
 * *Source* B. Efron (1979). Bootstrap methods: another look at the jackknife.
 *
 * @throws {RangeError} if n is no positive integer below 2^31.
 *
 * @example
 * ```ts
 * import { Key } from "@verbatim/core";
 * import { bootstrapWeights } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = bootstrapWeights(Key.from(1), 1000);
 * assertEquals(weights.reduce((sum, weight) => sum + weight, 0), 1000);
 * // A row is left out with probability (1 - 1/n)^n, which is near 1/e.
 * assertEquals(Math.round(10 * weights.filter((weight) => weight === 0).length / 1000), 4);
 * ```
 */
export function bootstrapWeights(key: Key, n: number): Float64Array {
  if (!Number.isInteger(n) || n < 1 || n >= 2147483648) {
    throw new RangeError(`Cannot draw a bootstrap: expected a positive number of rows, got ${n}`);
  }
  const limit = 4294967296 - (4294967296 % n);
  const weights = new Float64Array(n);
  let drawn = 0;
  for (let round = 0; drawn < n; round++) {
    for (const word of key.fold(round).bits(n)) {
      if (word >= limit || drawn === n) continue;
      weights[word % n]!++;
      drawn++;
    }
  }
  return weights;
}

/**
 * Trees on bootstrap samples of the rows, each with the key folded by its number.
 *
 * *Source* L. Breiman (1996). Bagging predictors; csw182, lecture 7.
 *
 * @example Twenty-five trees vote
 * ```ts
 * import { Key } from "@verbatim/core";
 * import { averageOf, fitBagging, sortSamples, voteOf } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const x = Float32Array.of(1, 2, 3, 11, 12, 13);
 * const trees = fitBagging(sortSamples(x, 6, 1), Float64Array.of(0, 0, 0, 1, 1, 1), 25, {}, Key.from(1));
 * assertEquals(voteOf(trees, Float32Array.of(0, 14), 1), Float64Array.of(0, 1));
 * const [low, high] = averageOf(trees, Float32Array.of(0, 14), 1);
 * assertEquals([low! < 0.5, high! > 0.5], [true, true]);
 * ```
 */
export function fitBagging(
  samples: SortedSamples,
  targets: Float64Array,
  trees: number,
  options: TreeOptions,
  key: Key,
): RegressionTree[] {
  return Array.from(
    { length: trees },
    (_, i) => fitTree(samples, targets, options, bootstrapWeights(key.fold(i), samples.rows)),
  );
}

/** Above this a value says class 1. */
const HALF = 0.5;

/**
 * The mean of what the trees say of each row.
 *
 * *Order* Binary64, tree by tree from 0.
 */
export function averageOf(trees: readonly RegressionTree[], x: Float32Array, features: number): Float64Array {
  const sum = new Float64Array(x.length / features);
  for (const tree of trees) predictTree(tree, x, features).forEach((value, row) => sum[row]! += value);
  return sum.map((value) => value / trees.length);
}

/** The class, 0 or 1, that most of the trees say of each row; if as many say one as the other, 0. */
export function voteOf(trees: readonly RegressionTree[], x: Float32Array, features: number): Float64Array {
  const votes = new Float64Array(x.length / features);
  for (const tree of trees) {
    predictTree(tree, x, features).forEach((value, row) => votes[row]! += value > HALF ? 1 : 0);
  }
  return votes.map((count) => count > trees.length * HALF ? 1 : 0);
}

/** Bagging in the registry. */
export const baggingMethod: RegisteredMethod = defineMethod({
  id: "bagging",
  family: "classical",
  title: "Bagging",
  notes: [{ note: "csw182", section: "lecture 7, ensembles" }],
  paper: "L. Breiman (1996). Bagging predictors.",
  trial: {
    async fit(key) {
      const { x, targets } = await trialSamples(key);
      return fitBagging(sortSamples(x, 80, 3), targets, 5, {}, key.fold("bootstraps")).map(treeTensors);
    },
  },
});
