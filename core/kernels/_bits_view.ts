import type { HostArray } from "../numerics/dtype.ts";

/** The same memory as integers: a copy must not touch the bits of a NaN. */
export function bitsView(values: HostArray): Exclude<HostArray, Float32Array> {
  return values instanceof Float32Array
    ? new Uint32Array(values.buffer, values.byteOffset, values.length)
    : values;
}
