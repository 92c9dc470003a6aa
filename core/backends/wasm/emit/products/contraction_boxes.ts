import { CONTRACTION_BLOCK } from "../../../../numerics/contraction_blocks.ts";

/**
 * How rule N4 cuts a contraction: along one axis, in runs; axes further in stay whole, axes further out are single.
 */
export interface ContractionCut {
  /** The axis that is cut. */
  readonly axis: number;
  /** Indices of that axis that one block takes; the last block of a row of them may take fewer. */
  readonly run: number;
  /** Blocks along that axis. */
  readonly blocks: number;
}

/**
 * The same blocks as `contractionBlocks(axes)`, as a rule instead of a list.
 *
 * @param axes Lengths, none of them 0.
 */
export function contractionCut(axes: readonly number[]): ContractionCut {
  let axis = axes.length - 1;
  let inner = 1;
  while (axis > 0 && inner * axes[axis]! <= CONTRACTION_BLOCK) inner *= axes[axis--]!;
  const run = Math.min(axes[axis]!, Math.floor(CONTRACTION_BLOCK / inner));
  return { axis, run, blocks: Math.ceil(axes[axis]! / run) };
}

/** One block: for each axis, the indices [begin, end). */
export type ContractionBox = readonly (readonly [begin: number, end: number])[];

/** The blocks of a contraction in order, each as a box. An empty contraction has none. */
export function contractionBoxes(axes: readonly number[]): ContractionBox[] {
  if (axes.includes(0)) return [];
  const { axis, run, blocks } = contractionCut(axes);
  let outer: ContractionBox[] = [[]];
  axes.forEach((length, i) => {
    const ranges: [number, number][] = i < axis
      ? Array.from({ length }, (_, at) => [at, at + 1])
      : i > axis
      ? [[0, length]]
      : Array.from({ length: blocks }, (_, at) => [at * run, Math.min(length, (at + 1) * run)]);
    outer = outer.flatMap((box) => ranges.map((range) => [...box, range]));
  });
  return outer;
}
