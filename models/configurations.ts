import { dryRun, Key, type Model, type Tree, treeLeaves, zeros } from "@verbatim/core";
import type { Configuration } from "./define_model.ts";

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

/**
 * A batch of inputs of a configuration's shape, zeros where it is one tensor: to see what a model makes of their shape.
 *
 * @example
 * ```ts
 * import { dryRun, treeLeaves } from "@verbatim/core";
 * import { inputsOf } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const configuration = { config: {}, input: [28, 28, 1], parameters: 10 };
 * assertEquals(dryRun(() => treeLeaves(inputsOf(configuration, 5))[0]![1].shape), [5, 28, 28, 1]);
 * ```
 */
export function inputsOf<C, X extends Tree>({ input }: Configuration<C, X>, size: number): Tree {
  return typeof input === "function" ? input(size) : zeros([size, ...input]);
}
