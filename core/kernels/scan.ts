import type { HostArray } from "../numerics/dtype.ts";
import { checkIntegers, checkShape } from "./_check.ts";
import type { FamilyDefinition } from "./kernel.ts";

/** Number of terms in one block of a cumulative sum. Rule N5a. */
export const SCAN_BLOCK = 1024;

/**
 * Cumulative sums along the middle axis of x [outer, length, inner], f32: out[o, t, i] is the sum of x[o, s, i] over all
 * s <= t.
 *
 * *Order* N5a: blocks of 1,024 terms; in a block the running sum starts at +0 and adds term by term; a result is
 * fl(offset + running sum), where the offset is the sum of the totals of the blocks before, in order, from +0.
 */
export interface ScanKernel {
  /** Tells the families apart. */
  readonly family: "scan";
  /** Independent scans before the axis. */
  readonly outer: number;
  /** Terms of each scan. */
  readonly length: number;
  /** Independent scans after the axis. */
  readonly inner: number;
  /** Whether a result leaves its own term out: the sum over s < t. */
  readonly exclusive: boolean;
  /** Whether the terms are taken from the last to the first, the blocks too: the sum over s >= t. */
  readonly reverse: boolean;
}

/** Cumulative sums: slots, checks and the reference that defines their bits. */
export const scanFamily: FamilyDefinition<ScanKernel> = {
  key: ({ outer, length, inner, exclusive, reverse }) =>
    `scan:${outer},${length},${inner}${exclusive ? ",exclusive" : ""}${reverse ? ",reverse" : ""}`,
  inputs: (kernel) => [{ dtype: "f32", length: elements(kernel) }],
  outputs: (kernel) => [{ dtype: "f32", length: elements(kernel) }],
  validate({ outer, length, inner }) {
    checkIntegers("scan", { outer, length, inner });
    checkShape("scan", "the operand", [outer, length, inner]);
  },
  reference: scanReference,
};

function elements({ outer, length, inner }: ScanKernel): number {
  return outer * length * inner;
}

function scanReference(
  { outer, length, inner, exclusive, reverse }: ScanKernel,
  inputs: readonly HostArray[],
  outputs: readonly HostArray[],
): void {
  const x = inputs[0] as Float32Array;
  const out = outputs[0] as Float32Array;
  const step = reverse ? -inner : inner;
  for (let row = 0; row < outer * inner; row++) {
    let at = (row - row % inner) * length + row % inner + (reverse ? (length - 1) * inner : 0);
    let offset = 0;
    for (let start = 0; start < length; start += SCAN_BLOCK) {
      let running = 0;
      for (let term = start; term < Math.min(start + SCAN_BLOCK, length); term++, at += step) {
        const before = running;
        running = Math.fround(running + x[at]!);
        out[at] = Math.fround(offset + (exclusive ? before : running));
      }
      offset = Math.fround(offset + running);
    }
  }
}
