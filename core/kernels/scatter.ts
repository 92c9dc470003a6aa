/**
 * Adds slices: out = destination, then for i ascending out[b, index[b, i], :] = fl(out[b, index[b, i], :] + source[b, i, :]).
 *
 * *Shapes* destination and out [batch, size, slice], index [batch, count] (u32), source [batch, count, slice], all
 * values f32; inputs in the order destination, index, source. *Order* N6. An index of `size` or more is skipped.
 */
export interface ScatterKernel {
  readonly family: "scatter";
  readonly batch: number;
  readonly size: number;
  readonly count: number;
  readonly slice: number;
}
