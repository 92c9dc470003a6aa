import {
  dryRun,
  Key,
  type Model,
  outline,
  type OutlineNode,
  type Tree,
  treeLeaves,
  uniform,
} from "@verbatim/core";
import type { Configuration } from "./define_model.ts";

/** A box of a model's diagram. */
export interface Layer {
  /** Where its parameters stand in their tree, and what it does: "c1: conv 5x5, padding 2, relu". */
  readonly name: string;
  /** Shape of its result, "[B, 28, 28, 6]": B is the batch. */
  readonly shape: string;
  /** Number of parameters, without those that a layer before it has too. */
  readonly parameters: number;
  /** The layers that it reads, counted from 0; none for an input. */
  readonly from: readonly number[];
}

/** The batch of a dry run: a prime that no axis is a multiple of by chance. */
const BATCH = 997;

/** Part of the list while it is made. */
interface Group {
  readonly nodes: OutlineNode[];
  readonly from: readonly number[];
}

/**
 * The layers of a model, read off what `apply` does with inputs of a configuration's shape: an operation with parameters and
 * what follows it element by element, such as a bias or a rectifier, are one layer.
 *
 * @example
 * ```ts
 * import { layersOf, mlp } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(layersOf(mlp({ widths: [4, 3, 2] }), { input: [2, 2] }), [
 *   { name: "input", shape: "[B, 2, 2]", parameters: 0, from: [] },
 *   { name: "flatten", shape: "[B, 4]", parameters: 0, from: [0] },
 *   { name: "layer1: dense, relu", shape: "[B, 3]", parameters: 15, from: [1] },
 *   { name: "layer2: dense", shape: "[B, 2]", parameters: 8, from: [2] },
 * ]);
 * ```
 */
export function layersOf<P extends Tree, S extends Tree, X extends Tree, Y extends Tree>(
  model: Model<P, S, X, Y>,
  { input }: Pick<Configuration<unknown, X>, "input">,
): Layer[] {
  const sizes = dryRun(() =>
    new Map(treeLeaves(model.init(Key.from(1)).params).map(([path, { size }]) => [path, size]))
  );
  const nodes = outline(model, () => inputsOf({ input }, BATCH) as X);
  const readers = nodes.map((_, i) => nodes.filter(({ from }) => from.includes(i)).length);
  const groups: Group[] = [];
  const groupOf: number[] = [];
  nodes.forEach((node, i) => {
    const [source] = node.from;
    const last = source === undefined ? undefined : groups[groupOf[source]!];
    const follows = last !== undefined && last.nodes.at(-1) === nodes[source!] && node.from.length === 1 &&
      readers[source!] === 1 && last.from.length > 0;
    if (follows && belongs(node, last.nodes)) {
      last.nodes.push(node);
      groupOf[i] = groupOf[source!]!;
      return;
    }
    let from = [...new Set(node.from.map((at) => groupOf[at]!))];
    const before = source === undefined ? undefined : nodes[source]!.shape;
    if (before !== undefined && node.seen.length === 2 && before.length > 2 && node.seen[0] === before[0]) {
      groups.push({ nodes: [{ ...node, operation: "flatten", shape: node.seen, parameters: [] }], from });
      from = [groups.length - 1];
    }
    groupOf[i] = groups.length;
    groups.push({ nodes: [node], from });
  });
  const counted = new Set<string>();
  return groups.map(({ nodes, from }) => {
    const paths = new Set(nodes.flatMap(({ parameters }) => parameters));
    const fresh = [...paths].filter((path) => !counted.has(path));
    for (const path of fresh) counted.add(path);
    const place = placeOf([...paths]);
    const words = nodes.map(({ operation }) => operation).join(", ");
    const again = paths.size > 0 && fresh.length === 0 ? " (the same parameters again)" : "";
    return {
      name: (place === "" ? words : `${place}: ${words}`) + again,
      shape: `[${nodes.at(-1)!.shape.map(axis).join(", ")}]`,
      parameters: fresh.reduce((sum, path) => sum + sizes.get(path)!, 0),
      from,
    };
  });
}

const ARITHMETIC = new Set(["+", "−", "×", "÷"]);

/** Whether a node goes on with what a group does: element by element, with no parameters but those of the same place. */
function belongs(node: OutlineNode, group: readonly OutlineNode[]): boolean {
  const { shape } = group.at(-1)!;
  if (node.shape.length !== shape.length || node.shape.some((length, i) => length !== shape[i])) return false;
  if (node.parameters.length === 0) return true;
  const paths = group.flatMap(({ parameters }) => parameters);
  return ARITHMETIC.has(node.operation) && paths.length > 0 && placeOf(node.parameters) === placeOf(paths);
}

/** The part of the tree that parameters share: "c1" of "c1/w" and "c1/b". */
function placeOf(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path) => path.split("/").slice(0, -1));
  return first.filter((_, i) =>
    rest.every((path) => path.slice(0, i + 1).join("/") === first.slice(0, i + 1).join("/"))
  )
    .join("/");
}

function axis(length: number): string {
  if (length === 0 || length % BATCH !== 0) return `${length}`;
  return length === BATCH ? "B" : `${length / BATCH}B`;
}

/**
 * A batch of inputs of a configuration's shape, drawn where it is one tensor: to see what a model makes of their shape.
 *
 * @example
 * ```ts
 * import { dryRun, treeLeaves } from "@verbatim/core";
 * import { inputsOf } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = dryRun(() => treeLeaves(inputsOf({ input: [28, 28, 1] }, 5))[0]![1].shape);
 * assertEquals(shape, [5, 28, 28, 1]);
 * ```
 */
export function inputsOf<X extends Tree>(
  { input }: Pick<Configuration<unknown, X>, "input">,
  size: number,
): Tree {
  return typeof input === "function" ? input(size) : uniform(Key.from(0), [size, ...input], -1, 1);
}
