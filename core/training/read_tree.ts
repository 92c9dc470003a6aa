import { tensor } from "../tensor/create.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { mapTree, type Tree, treeLeaves } from "../tensor/tree.ts";
import type { HostTensor, HostTree } from "../numerics/host_tree.ts";

/**
 * Copies a tree of tensors to the host, by path.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, readTree, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { w: tensor([1, 2]) };
 * assertEquals(await readTree(params), { w: { dtype: "f32", shape: [2], values: Float32Array.of(1, 2) } });
 * disposeTree(params);
 * ```
 */
export async function readTree(tree: Tree): Promise<HostTree> {
  // All at once: where reads wait, they wait together.
  const leaves = await Promise.all(
    treeLeaves(tree).map(async ([path, leaf]): Promise<[string, HostTensor]> => {
      return [path, { dtype: leaf.dtype, shape: leaf.shape, values: await leaf.read() }];
    }),
  );
  return Object.fromEntries(leaves);
}

/**
 * New tensors with host values, in the form of a tree.
 *
 * @throws {RangeError} if the paths, dtypes or shapes are not those of the tree.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, readTree, setDefaultDevice, tensor, writeTree } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { w: tensor([1, 2]) };
 * const copy = writeTree(params, await readTree(params));
 * assertEquals(await copy.w.read(), Float32Array.of(1, 2));
 * disposeTree([params, copy]);
 * ```
 */
export function writeTree<P extends Tree>(form: P, values: HostTree): P {
  const paths = treeLeaves(form).map(([path]) => path);
  const extra = Object.keys(values).find((path) => !paths.includes(path));
  if (extra !== undefined) {
    throw new RangeError(`Cannot restore a tree: expected paths ${paths.join(", ")}, got ${extra}`);
  }
  return mapTree(form, (leaf, path) => {
    const value = values[path];
    if (value === undefined || value.dtype !== leaf.dtype || !sameShape(value.shape, leaf.shape)) {
      const got = value === undefined ? "nothing" : `${value.dtype} ${formatShape(value.shape)}`;
      throw new RangeError(
        `Cannot restore a tree: expected ${leaf.dtype} ${formatShape(leaf.shape)} at ${path}, got ${got}`,
      );
    }
    return tensor(value.values, value.shape);
  });
}
