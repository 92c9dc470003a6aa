import type { Dtype } from "../numerics/dtype.ts";

/** A rectangular region copied from one operand into the result. Offsets and strides count elements. */
export interface CopyRegion {
  /** Which operand. */
  readonly input: number;
  readonly shape: readonly number[];
  readonly inputOffset: number;
  /** May be zero (broadcast) or negative (flip); may overlap (windows). */
  readonly inputStrides: readonly number[];
  readonly outputOffset: number;
  /** No two elements of one region go to the same place. */
  readonly outputStrides: readonly number[];
}

/**
 * Moves elements without looking at their bits: out is filled with zero bits where no region writes, then each region
 * is copied, in order. Covers transpose, slice, flip, broadcast, windows, pad, concatenate and stack.
 */
export interface CopyKernel {
  readonly family: "copy";
  readonly dtype: Dtype;
  /** Number of elements of each operand. */
  readonly inputs: readonly number[];
  /** Number of elements of the result. */
  readonly length: number;
  readonly regions: readonly CopyRegion[];
}
