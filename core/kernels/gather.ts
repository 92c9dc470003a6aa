import type { Dtype } from "../numerics/dtype.ts";

/**
 * Picks slices: out[b, i, :] = source[b, index[b, i], :].
 *
 * *Shapes* source [batch, size, slice], index [batch, count] (u32), out [batch, count, slice].
 * An index of `size` or more reads NaN (f32) or 0 (integers).
 */
export interface GatherKernel {
  readonly family: "gather";
  readonly dtype: Dtype;
  readonly batch: number;
  readonly size: number;
  readonly count: number;
  readonly slice: number;
}
