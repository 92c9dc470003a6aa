/**
 * What predictors share: weights as parameters, scores as classes.
 *
 * @module
 */
import { disposeTree, type HostTree, scope, type Tree, treeLeaves, writeTree, zeros } from "@verbatim/core";
import { classesOf, columnOf, type Rows, type Split } from "@verbatim/data";
import type { ClassPrediction } from "./define_experiment.ts";

/** Zero weights and biases of a dense layer, as a form of its parameters. */
export const denseForm = (inputs: number, outputs: number) => () => ({
  params: { w: zeros([inputs, outputs]), b: zeros([outputs]) },
  state: {},
});

/**
 * The parameters and the model state in weights, in the form of a fresh model. A model without state leaves out what its
 * training kept as such.
 *
 * @throws {RangeError} if the paths, dtypes or shapes are not those of the form.
 */
export function restore<P extends Tree, S extends Tree>(
  init: () => { readonly params: P; readonly state: S },
  weights: HostTree,
): { readonly params: P; readonly state: S } {
  const form = scope(init);
  const prefixes = treeLeaves(form.state).length === 0 ? ["params/"] : ["params/", "state/"];
  const used = Object.entries(weights).filter(([path]) => prefixes.some((prefix) => path.startsWith(prefix)));
  try {
    return writeTree(form, Object.fromEntries(used));
  } finally {
    disposeTree(form);
  }
}

/** The names of the rows' classes, where they are known. */
export function truthOf(split: Split, rows: Rows, column = "label"): readonly string[] | undefined {
  const description = split.columns[column];
  const classes = description === undefined ? undefined : classesOf(description);
  if (classes === undefined) return undefined;
  return Array.from(columnOf(rows, column), (label) => classes[label]!);
}

/**
 * Classes by scores [B, C], row-major: the largest wins, of equal ones the first.
 *
 * @param probable whether the scores are probabilities.
 */
export function classPredictions(
  scores: ArrayLike<number>,
  classes: readonly string[],
  truth: readonly string[] | undefined,
  probable = true,
): ClassPrediction[] {
  return Array.from({ length: scores.length / classes.length }, (_, row) => {
    const sorted = classes
      .map((label, c) => ({ label, probability: scores[row * classes.length + c]! }))
      .toSorted((a, b) => b.probability - a.probability);
    return { predicted: sorted[0]!.label, truth: truth?.[row], probabilities: probable ? sorted : [] };
  });
}
