import { dryRun, Key, type Model, type Tree, treeLeaves } from "@verbatim/core";

/**
 * The number of parameters of a model. None is drawn: a network of any size is counted in milliseconds.
 *
 * @example
 * ```ts
 * import { countParameters, mlp } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(countParameters(mlp({ widths: [50_000, 100_000, 3] })), 50_000 * 100_000 + 100_000 + 300_003);
 * ```
 */
export function countParameters<P extends Tree, S extends Tree, X extends Tree, Y extends Tree>(
  model: Model<P, S, X, Y>,
): number {
  return dryRun(() =>
    treeLeaves(model.init(Key.from(1)).params).reduce((sum, [, leaf]) => sum + leaf.size, 0)
  );
}
