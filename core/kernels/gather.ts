import type { Dtype, HostArray } from "../numerics/dtype.ts";
import { bitsView } from "./_bits_view.ts";
import { checkIntegers, checkShape } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * Picks slices: out[b, i, :] = source[b, index[b, i], :].
 *
 * *Shapes* source [batch, size, slice], index [batch, count] (u32), out [batch, count, slice].
 * An index of `size` or more reads NaN (f32) or 0 (integers).
 */
export interface GatherKernel {
  /** Tells the families apart. */
  readonly family: "gather";
  /** Of the source and of the result. */
  readonly dtype: Dtype;
  /** Independent gathers. */
  readonly batch: number;
  /** Slices to pick from. */
  readonly size: number;
  /** Slices picked in each gather. */
  readonly count: number;
  /** Elements of one slice. */
  readonly slice: number;
}

/** Gathers: slots, checks and the reference that defines their bits. */
export const gatherFamily: FamilyDefinition<GatherKernel> = {
  key: ({ dtype, batch, size, count, slice }) => `gather:${dtype},${batch},${size},${count},${slice}`,
  inputs: ({ dtype, batch, size, count, slice }) => [
    { dtype, length: batch * size * slice },
    { dtype: "u32", length: batch * count },
  ],
  outputs: ({ dtype, batch, count, slice }) => [{ dtype, length: batch * count * slice }],
  validate({ batch, size, count, slice }) {
    const task = "gather";
    checkIntegers(task, { batch, size, count, slice });
    checkShape(task, "the source", [batch, size, slice]);
    checkShape(task, "the index", [batch, count]);
    checkShape(task, "the result", [batch, count, slice]);
  },
  reference: gatherReference,
};

function gatherReference(
  { dtype, batch, size, count, slice }: GatherKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const source = bitsView(inputs[0]!);
  const index = inputs[1] as Uint32Array;
  const out = bitsView(outputs[0]!);
  const absent = dtype === "f32" ? 0x7fc00000 : 0;
  let to = 0;
  for (let element = 0; element < batch; element++) {
    for (let i = 0; i < count; i++) {
      const which = index[element * count + i]!;
      let from = (element * size + which) * slice;
      const end = to + slice;
      if (which < size) { while (to < end) out[to++] = source[from++]!; }
      else while (to < end) out[to++] = absent;
    }
  }
}
