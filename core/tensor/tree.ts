import { Tensor } from "./tensor.ts";

/**
 * A plain tree: objects and arrays whose leaves are tensors. Numbers, strings, booleans, null and undefined may stand
 * beside them and pass through untouched.
 */
export type Tree = Tensor | TreeScalar | readonly Tree[] | { readonly [name: string]: Tree };

/** What may stand in a tree beside tensors. */
export type TreeScalar = number | string | boolean | null | undefined;

function entriesOf(tree: object): [string, unknown][] {
  if (Array.isArray(tree)) return tree.map((child, index) => [String(index), child]);
  return Object.entries(tree).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** True for what a tree descends into. */
function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Tensor) &&
    (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);
}

/**
 * The tensors of a tree with their paths ("hidden1/w"), names in sorted order, array elements in order.
 *
 * @example
 * ```ts
 * import { createDevice, setDefaultDevice, treeLeaves, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { w: zeros([2, 3]), b: zeros([3]) };
 * assertEquals(treeLeaves(params).map(([path]) => path), ["b", "w"]);
 * params.w.dispose();
 * params.b.dispose();
 * ```
 */
export function treeLeaves(tree: unknown): [path: string, tensor: Tensor][] {
  const leaves: [string, Tensor][] = [];
  const walk = (value: unknown, path: string): void => {
    if (value instanceof Tensor) leaves.push([path, value]);
    else if (isBranch(value)) {
      for (const [name, child] of entriesOf(value)) walk(child, path === "" ? name : `${path}/${name}`);
    }
  };
  walk(tree, "");
  return leaves;
}

/**
 * A tree of the same form with every tensor replaced, visited in sorted path order.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, mapTree, ones, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { b: ones([1]), w: ones([2]) };
 * const doubled = mapTree(params, (leaf) => leaf.mul(2));
 * assertEquals(await doubled.w.read(), Float32Array.of(2, 2));
 * disposeTree([params, doubled]);
 * ```
 */
export function mapTree<P>(tree: P, replace: (tensor: Tensor, path: string) => Tensor): P {
  const walk = (value: unknown, path: string): unknown => {
    if (value instanceof Tensor) return replace(value, path);
    if (!isBranch(value)) return value;
    const children = entriesOf(value).map(([name, child]) =>
      [name, walk(child, path === "" ? name : `${path}/${name}`)] as const
    );
    return Array.isArray(value) ? children.map(([, child]) => child) : Object.fromEntries(children);
  };
  return walk(tree, "") as P;
}

/**
 * Disposes every tensor of a tree.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { b: zeros([1]), layers: [zeros([2])] };
 * disposeTree(params);
 * assertEquals([params.b.disposed, params.layers[0]?.disposed], [true, true]);
 * ```
 */
export function disposeTree(tree: unknown): void {
  for (const [, tensor] of treeLeaves(tree)) tensor.dispose();
}
