import type { HostArray } from "../numerics/dtype.ts";
import { checkIntegers, checkShape } from "./_check.ts";
import { bitsOfKey, orderKey } from "./_order_key.ts";
import type { FamilyDefinition } from "./kernel.ts";

/**
 * Sorts along the middle axis of x [outer, length, inner] and keeps the first `count` of each order.
 *
 * Outputs: values [outer, count, inner] of x's dtype, and where they stood along the axis, u32 of the same shape.
 *
 * *Order* floats by their order key (-0 < +0, every NaN equal and above all), integers by value; equal keys in the order in
 * which they stand, also where the order descends. So every correct algorithm gives the same bits. A NaN comes out
 * canonical.
 */
export interface SortKernel {
  /** Tells the families apart. */
  readonly family: "sort";
  /** Of x and of the values. */
  readonly dtype: "f32" | "u32" | "i32";
  /** Independent sorts before the axis. */
  readonly outer: number;
  /** Elements of each sort. */
  readonly length: number;
  /** Independent sorts after the axis. */
  readonly inner: number;
  /** How many of the first are kept: `length` for all. */
  readonly count: number;
  /** Whether the largest comes first. */
  readonly descending: boolean;
}

/** Sorts: slots, checks and the reference that defines their bits. */
export const sortFamily: FamilyDefinition<SortKernel> = {
  key: ({ dtype, outer, length, inner, count, descending }) =>
    `sort:${dtype},${outer},${length},${inner},${count}${descending ? ",descending" : ""}`,
  inputs: ({ dtype, outer, length, inner }) => [{ dtype, length: outer * length * inner }],
  outputs: ({ dtype, outer, count, inner }) => [
    { dtype, length: outer * count * inner },
    { dtype: "u32", length: outer * count * inner },
  ],
  validate({ outer, length, inner, count }) {
    checkIntegers("sort", { outer, length, inner, count });
    checkShape("sort", "the operand", [outer, length, inner]);
    if (count > length) {
      throw new RangeError(`Cannot sort: expected a count of at most ${length} elements, got ${count}`);
    }
  },
  reference: sortReference,
};

function sortReference(
  { dtype, outer, length, inner, count, descending }: SortKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const words = (array: HostArray) => new Int32Array(array.buffer, array.byteOffset, array.length);
  const bits = words(inputs[0]!);
  const values = words(outputs[0]!);
  const indices = outputs[1] as Uint32Array;
  // Signed integers that are ordered like the elements.
  const encode = (word: number) =>
    dtype === "f32" ? orderKey(word) : dtype === "u32" ? word ^ 0x80000000 : word;
  const decode = (key: number) => dtype === "f32" ? bitsOfKey(key) : dtype === "u32" ? key ^ 0x80000000 : key;
  const direction = descending ? -1 : 1;
  const keys = new Int32Array(length);
  const order = new Uint32Array(length);
  for (let row = 0; row < outer * inner; row++) {
    const column = row % inner;
    const from = (row - column) * length + column;
    const to = (row - column) * count + column;
    for (let i = 0; i < length; i++) {
      keys[i] = encode(bits[from + i * inner]!);
      order[i] = i;
    }
    order.sort((a, b) => direction * (keys[a]! - keys[b]!) || a - b);
    for (let i = 0; i < count; i++) {
      values[to + i * inner] = decode(keys[order[i]!]!);
      indices[to + i * inner] = order[i]!;
    }
  }
}
