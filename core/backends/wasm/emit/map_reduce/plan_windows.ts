import type { MapReduceKernel } from "../../../../kernels/map_reduce.ts";
import { SUM_BLOCK } from "../reduce/reduce_layout.ts";

/** How the elements of a map are computed a window at a time. A unit of work is a window. */
export interface Windows {
  readonly units: number;
  /** Blocks of rule N5 in a window. */
  readonly blocks: number;
  /** Elements of a window; the last one may have fewer. */
  readonly elements: number;
  /** Blocks of one result: more than one if there are more than 1,024 terms. */
  readonly blocksOfRow: number;
}

/** What a thread may hold in scratch: half of a small second cache. */
const MAX_BYTES = 1 << 17;
/** Fewer elements than that would be more calls than work. */
const MIN_ELEMENTS = 4096;
/** Fewer windows than that could not be shared among threads, unless there is little to share. */
const MIN_UNITS = 8;

/**
 * Plans windows that begin where blocks and units of the map begin; undefined if there are none that fit into scratch.
 *
 * @param elementsPerUnit Elements of a unit of the map.
 */
export function planWindows(
  { map, stored, outer, terms, inner }: MapReduceKernel,
  elementsPerUnit: number,
): Windows | undefined {
  // Nothing is combined: the functions of the reduction then take all results as one row.
  if (terms === 1) return undefined;
  const blocksOfRow = Math.ceil(terms / SUM_BLOCK);
  const row = terms * inner;
  const block = Math.min(terms, SUM_BLOCK) * inner;
  let least = elementsPerUnit / greatestCommonDivisor(block, elementsPerUnit);
  if (blocksOfRow > 1 && outer > 1) {
    // The last block of a row is shorter, so windows would begin anywhere.
    if (row % elementsPerUnit !== 0 || least > 1) return undefined;
    least = 1;
  }
  const blocks = least * Math.max(1, Math.floor(MIN_ELEMENTS / (least * block)));
  const elements = blocks * block;
  const units = Math.ceil(outer * blocksOfRow / blocks);
  const windows = map.outputs.length - stored.length;
  if (4 * elements * windows > MAX_BYTES) return undefined;
  if (units < MIN_UNITS && outer * row > MIN_UNITS * MIN_ELEMENTS) return undefined;
  return { units, blocks, elements, blocksOfRow };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
