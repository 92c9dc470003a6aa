import type { HostArray } from "../numerics/dtype.ts";
import { checkIntegers, checkShape } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * Adds slices: out = destination, then for i ascending out[b, index[b, i], :] = fl(out[b, index[b, i], :] + source[b, i, :]).
 *
 * *Shapes* destination and out [batch, size, slice], index [batch, count] (u32), source [batch, count, slice], all
 * values f32; inputs in the order destination, index, source. *Order* N6. An index of `size` or more is skipped.
 */
export interface ScatterKernel {
  /** Tells the families apart. */
  readonly family: "scatter";
  /** Independent scatters. */
  readonly batch: number;
  /** Slices of the destination. */
  readonly size: number;
  /** Slices added in each scatter. */
  readonly count: number;
  /** Elements of one slice. */
  readonly slice: number;
}

/** Scatters: slots, checks and the reference that defines their bits. */
export const scatterFamily: FamilyDefinition<ScatterKernel> = {
  key: ({ batch, size, count, slice }) => `scatter:${batch},${size},${count},${slice}`,
  inputs: ({ batch, size, count, slice }) => [
    { dtype: "f32", length: batch * size * slice },
    { dtype: "u32", length: batch * count },
    { dtype: "f32", length: batch * count * slice },
  ],
  outputs: ({ batch, size, slice }) => [{ dtype: "f32", length: batch * size * slice }],
  validate({ batch, size, count, slice }) {
    const task = "scatter";
    checkIntegers(task, { batch, size, count, slice });
    checkShape(task, "the destination", [batch, size, slice]);
    checkShape(task, "the index", [batch, count]);
    checkShape(task, "the source", [batch, count, slice]);
  },
  reference: scatterReference,
};

function scatterReference(
  { batch, size, count, slice }: ScatterKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const [destination, index, source] = inputs as readonly [Float32Array, Uint32Array, Float32Array];
  const [out] = outputs as readonly [Float32Array];
  out.set(destination);
  for (let element = 0; element < batch; element++) {
    for (let i = 0; i < count; i++) {
      const which = index[element * count + i]!;
      if (which >= size) continue;
      const to = (element * size + which) * slice;
      const from = (element * count + i) * slice;
      for (let j = 0; j < slice; j++) out[to + j] = Math.fround(out[to + j]! + source[from + j]!);
    }
  }
}
