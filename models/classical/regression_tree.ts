/**
 * Regression trees: questions "is feature f at most t?", one after the other, and a value in each leaf.
 *
 * With targets 0 and 1 a leaf's value is the share of class 1, and the squared error of a split is half its Gini impurity: so
 * these are the classification trees of two classes too.
 *
 * Axes: N samples, D features.
 *
 * @module
 */
import { type Tensor, tensor, type Tree } from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";
import { trialSamples } from "./_trial_samples.ts";

/** Samples, with the order of their rows by each feature: made once, for any number of trees. */
export interface SortedSamples {
  /** N. */
  readonly rows: number;
  /** D. */
  readonly features: number;
  /** The values column by column: `columns[f * rows + row]`. */
  readonly columns: Float32Array;
  /** The rows by ascending value, of equal values by row, feature after feature. */
  readonly order: Uint32Array;
}

/** When a tree stops to ask. */
export interface TreeOptions {
  /** Questions on the way to a leaf, at most; 1: a stump. Default: as many as it takes. */
  readonly maxDepth?: number;
  /** Rows of positive weight in a leaf, at least; default 1. */
  readonly minLeaf?: number;
}

/** A tree as columns over its nodes; node 0 is the root. */
export interface RegressionTree {
  /** The feature that is asked for; -1 in a leaf. */
  readonly feature: Int32Array;
  /** Rows with at most this value go left. */
  readonly threshold: Float64Array;
  /** The node for rows with at most the threshold. */
  readonly left: Uint32Array;
  /** The node for the others. */
  readonly right: Uint32Array;
  /** The weighted mean of the node's targets. */
  readonly value: Float64Array;
}

/**
 * Sorts samples for `fitTree`.
 *
 * *Shapes* x [N, D], row-major. *Dtypes* f32.
 *
 * @throws {RangeError} if the values are not rows x features, or one is not finite.
 *
 * @example
 * ```ts
 * import { sortSamples } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const { order } = sortSamples(Float32Array.of(3, 0, 1, 0, 2, 0), 3, 2);
 * assertEquals(order, Uint32Array.of(1, 2, 0, 0, 1, 2));
 * ```
 */
export function sortSamples(x: Float32Array, rows: number, features: number): SortedSamples {
  if (x.length !== rows * features || !x.every(Number.isFinite)) {
    throw new RangeError(
      `Cannot sort samples: expected ${rows} x ${features} finite values, got ${x.length} or some that are not finite`,
    );
  }
  const columns = new Float32Array(x.length);
  const order = new Uint32Array(x.length);
  for (let f = 0; f < features; f++) {
    const values = columns.subarray(f * rows, (f + 1) * rows);
    for (let row = 0; row < rows; row++) values[row] = x[row * features + f]!;
    const sorted = Uint32Array.from({ length: rows }, (_, row) => row);
    order.set(sorted.sort((a, b) => values[a]! - values[b]! || a - b), f * rows);
  }
  return { rows, features, columns, order };
}

interface Best {
  score: number;
  feature: number;
  threshold: number;
}

/** The rows of a node, of every feature in its order: `work[f * count + i]` for i from start to end. */
interface Work {
  readonly samples: SortedSamples;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  readonly work: Uint32Array;
  readonly count: number;
  readonly minLeaf: number;
}

/** Weight and weighted sum of a node's targets, and whether they are all equal. */
function sumUp({ work, weights, targets }: Work, start: number, end: number) {
  let [weight, sum] = [0, 0];
  let pure = true;
  const first = targets[work[start]!]!;
  for (let i = start; i < end; i++) {
    const row = work[i]!;
    weight += weights[row]!;
    sum += weights[row]! * targets[row]!;
    pure &&= targets[row] === first;
  }
  return { weight, sum, pure };
}

/**
 * The split with the least squared error, which is where sum_left^2 / weight_left + sum_right^2 / weight_right is largest; of
 * equal ones the first feature, and of its thresholds the least.
 */
function bestSplit(node: Work, start: number, end: number, weight: number, sum: number): Best {
  const { samples: { rows, features, columns }, targets, weights, work, count, minLeaf } = node;
  const best: Best = { score: -Infinity, feature: -1, threshold: 0 };
  for (let f = 0; f < features; f++) {
    const [shift, column] = [f * count, f * rows];
    let [left, leftSum] = [0, 0];
    for (let i = start; i + minLeaf < end; i++) {
      const row = work[shift + i]!;
      left += weights[row]!;
      leftSum += weights[row]! * targets[row]!;
      if (i - start + 1 < minLeaf) continue;
      const [here, next] = [columns[column + row]!, columns[column + work[shift + i + 1]!]!];
      if (here === next) continue;
      const rest = sum - leftSum;
      const score = leftSum * leftSum / left + rest * rest / (weight - left);
      if (score > best.score) {
        best.score = score;
        best.feature = f;
        best.threshold = here + (next - here) / 2;
      }
    }
  }
  return best;
}

/** Puts the rows that go left first, in every feature's order, and says how many they are. */
function partition(node: Work, start: number, end: number, { feature, threshold }: Best): number {
  const { samples: { rows, features, columns }, work, count } = node;
  const right = new Uint32Array(end - start);
  let middle = start;
  for (let f = 0; f < features; f++) {
    const shift = f * count;
    let [to, away] = [start, 0];
    for (let i = start; i < end; i++) {
      const row = work[shift + i]!;
      if (columns[feature * rows + row]! <= threshold) work[shift + to++] = row;
      else right[away++] = row;
    }
    work.set(right.subarray(0, away), shift + to);
    middle = to;
  }
  return middle;
}

/**
 * Grows a tree that minimises the weighted squared error: each node is split where the error of the two means is least, until
 * a node's targets are equal, no feature tells its rows apart, or the options say so.
 *
 * Every question is greedy: the one with the least error now, of equal ones the first feature and then the least threshold
 * (which lies in the middle between two values). A node is split even if that lowers nothing, as for the exclusive or.
 *
 * *Order* Binary64; rows ascend by the feature's value, of equal values by row; in a node's own mean, by the first feature.
 * *Source* L. Breiman, J. Friedman, R. Olshen, C. Stone (1984). Classification and regression trees.
 *
 * @param weights How much each row counts; rows of weight 0 are not there. Default: 1 each.
 * @throws {RangeError} if targets and weights are not one for each row, or no weight is positive.
 *
 * @example The exclusive or, of depth two
 * ```ts
 * import { fitTree, predictTree, sortSamples } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const x = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
 * const tree = fitTree(sortSamples(x, 4, 2), Float64Array.of(0, 1, 1, 0), { maxDepth: 2 });
 * assertEquals(predictTree(tree, x, 2), Float64Array.of(0, 1, 1, 0));
 * ```
 */
export function fitTree(
  samples: SortedSamples,
  targets: Float64Array,
  { maxDepth = Infinity, minLeaf = 1 }: TreeOptions = {},
  weights: Float64Array = new Float64Array(samples.rows).fill(1),
): RegressionTree {
  const { rows, features, order } = samples;
  if (targets.length !== rows || weights.length !== rows || !weights.some((weight) => weight > 0)) {
    throw new RangeError(
      `Cannot fit a tree: expected ${rows} targets and weights, some positive, got ${targets.length} and ${weights.length}`,
    );
  }
  const count = weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  const work = order.filter((row) => weights[row]! > 0);
  const node: Work = { samples, targets, weights, work, count, minLeaf };
  const [feature, threshold, left, right, value]: number[][] = [[], [], [], [], []];
  const grow = (start: number, end: number, depth: number): number => {
    const place = feature!.length;
    const { weight, sum, pure } = sumUp(node, start, end);
    feature!.push(-1);
    threshold!.push(0);
    left!.push(0);
    right!.push(0);
    value!.push(sum / weight);
    if (pure || depth === maxDepth || features === 0) return place;
    const best = bestSplit(node, start, end, weight, sum);
    if (best.feature < 0) return place;
    const middle = partition(node, start, end, best);
    feature![place] = best.feature;
    threshold![place] = best.threshold;
    left![place] = grow(start, middle, depth + 1);
    right![place] = grow(middle, end, depth + 1);
    return place;
  };
  grow(0, count, 0);
  return {
    feature: Int32Array.from(feature!),
    threshold: Float64Array.from(threshold!),
    left: Uint32Array.from(left!),
    right: Uint32Array.from(right!),
    value: Float64Array.from(value!),
  };
}

/**
 * The leaf that each row comes to.
 *
 * *Shapes* x [N, D], row-major -> N nodes.
 *
 * @example A stump's leaves are its nodes 1 and 2
 * ```ts
 * import { fitTree, leavesOf, sortSamples } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const x = Float32Array.of(1, 2, 4);
 * const stump = fitTree(sortSamples(x, 3, 1), Float64Array.of(0, 0, 1), { maxDepth: 1 });
 * assertEquals(leavesOf(stump, Float32Array.of(2.9, 3.1), 1), Uint32Array.of(1, 2));
 * ```
 */
export function leavesOf(tree: RegressionTree, x: Float32Array, features: number): Uint32Array {
  const { feature, threshold, left, right } = tree;
  return Uint32Array.from({ length: x.length / features }, (_, row) => {
    let node = 0;
    while (feature[node]! >= 0) {
      node = x[row * features + feature[node]!]! <= threshold[node]! ? left[node]! : right[node]!;
    }
    return node;
  });
}

/**
 * What the tree says of each row: the value of its leaf.
 *
 * *Shapes* x [N, D], row-major -> N values.
 *
 * @example
 * ```ts
 * import { fitTree, predictTree, sortSamples } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const x = Float32Array.of(1, 2, 4);
 * const stump = fitTree(sortSamples(x, 3, 1), Float64Array.of(3, 5, 10), { maxDepth: 1 });
 * assertEquals(predictTree(stump, Float32Array.of(0, 9), 1), Float64Array.of(4, 10));
 * ```
 */
export function predictTree(tree: RegressionTree, x: Float32Array, features: number): Float64Array {
  return Float64Array.from(leavesOf(tree, x, features), (leaf) => tree.value[leaf]!);
}

/**
 * A tree as tensors, by the names of its columns, for hashes and files.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice } from "@verbatim/core";
 * import { fitTree, sortSamples, treeTensors } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const tensors = treeTensors(fitTree(sortSamples(Float32Array.of(1, 2), 2, 1), Float64Array.of(0, 1)));
 * assertEquals(await tensors.feature.read(), Int32Array.of(0, -1, -1));
 * disposeTree(tensors);
 * ```
 */
export function treeTensors(
  { feature, threshold, left, right, value }: RegressionTree,
): Readonly<Record<keyof RegressionTree, Tensor>> {
  return {
    feature: tensor(Int32Array.from(feature)),
    threshold: tensor(Float32Array.from(threshold)),
    left: tensor(Uint32Array.from(left)),
    right: tensor(Uint32Array.from(right)),
    value: tensor(Float32Array.from(value)),
  };
}

/** Regression trees in the registry. */
export const regressionTreeMethod: RegisteredMethod = defineMethod({
  id: "regression-tree",
  family: "classical",
  title: "Regression tree",
  notes: [{ note: "csw182", section: "lecture 7, ensembles" }],
  paper: "L. Breiman, J. Friedman, R. Olshen, C. Stone (1984). Classification and regression trees.",
  trial: {
    async fit(key): Promise<Tree> {
      const { x, targets } = await trialSamples(key);
      return treeTensors(fitTree(sortSamples(x, 80, 3), targets, { maxDepth: 4 }));
    },
  },
});
