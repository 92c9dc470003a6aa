import { mergeAxes } from "./_layout.ts";
import { elementCount } from "./_check.ts";
import type { CopyRegion } from "./copy.ts";

/** How a copied region is walked, with as few axes as possible; offsets and strides count elements. */
export interface CopyWalk {
  /** Extents, at least one. */
  readonly lengths: readonly number[];
  /** Strides in the operand, which may be negative. */
  readonly from: readonly number[];
  /** Strides in the result, which may be negative. */
  readonly to: readonly number[];
  /** Elements of the region. */
  readonly count: number;
}

/** The walk over a valid region that is not empty. */
export function copyWalk({ shape, inputStrides, outputStrides }: CopyRegion): CopyWalk {
  const { shape: lengths, strides } = mergeAxes({ shape, strides: [inputStrides, outputStrides] });
  const [from, to] = strides as readonly [readonly number[], readonly number[]];
  return { lengths, from, to, count: elementCount(lengths) };
}
