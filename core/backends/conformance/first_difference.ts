import type { HostArray } from "../../numerics/dtype.ts";

/** Where two arrays first differ in their canonical bits, or undefined. */
export function firstDifference(actual: HostArray, expected: HostArray): string | undefined {
  if (actual.length !== expected.length) {
    return `has ${actual.length} elements instead of ${expected.length}`;
  }
  const a = canonicalBits(actual);
  const e = canonicalBits(expected);
  let first = -1;
  let differing = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === e[i]) continue;
    if (differing++ === 0) first = i;
  }
  if (differing === 0) return undefined;
  const show = (values: HostArray, bits: HostArray) => `${values[first]} (0x${bits[first]!.toString(16)})`;
  return `differs at element ${first}: expected ${show(expected, e)}, got ${show(actual, a)}; ` +
    `${differing} of ${a.length} differ`;
}

function canonicalBits(values: HostArray): HostArray {
  if (!(values instanceof Float32Array)) return values;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length).slice();
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7fffffff) > 0x7f800000) bits[i] = 0x7fc00000;
  return bits;
}
