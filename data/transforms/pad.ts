/**
 * Axes: B rows, T positions.
 *
 * @module
 */
import { BYTES_PER_ELEMENT, type HostArray, viewAs } from "@verbatim/core";
import { dtypeOf } from "../columns.ts";
import type { Lists } from "../dataset.ts";

/** How lists are brought to one length. */
export interface PadOptions {
  /** The length T. Default: that of the longest list, at least 1. */
  readonly length?: number;
  /** What is put where a list has ended. Default 0. */
  readonly value?: number;
  /** The side at which a shorter list is padded. Default "right". */
  readonly pad?: "left" | "right";
  /** The side at which a longer list is cut. Default "right". */
  readonly cut?: "left" | "right";
}

/** Lists of one length. */
export interface Padded<A extends HostArray = HostArray> {
  /** The values, [B, T]. */
  readonly values: A;
  /** 1 where a value comes from the list, 0 where it is padding, [B, T]. */
  readonly mask: Uint8Array;
  /** The number of values that come from each list, [B]. */
  readonly lengths: Uint32Array;
  /** T. */
  readonly length: number;
}

/**
 * Lists, one after the other, as arrays make them.
 *
 * @throws {RangeError} if there are 2^32 values or more.
 *
 * @example
 * ```ts
 * import { listsFrom } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const lists = listsFrom([[7, 8], [], [9]]);
 * assertEquals(lists, { offsets: Uint32Array.of(0, 2, 2, 3), values: Uint32Array.of(7, 8, 9) });
 * ```
 */
export function listsFrom(rows: readonly ArrayLike<number>[]): Lists<Uint32Array> {
  const offsets = new Uint32Array(rows.length + 1);
  let total = 0;
  rows.forEach((row, i) => {
    total += row.length;
    if (total > 0xffffffff) {
      throw new RangeError(`Cannot make lists: expected fewer than 2^32 values, got ${total} and more`);
    }
    offsets[i + 1] = total;
  });
  const values = new Uint32Array(total);
  rows.forEach((row, i) => values.set(row, offsets[i]!));
  return { offsets, values };
}

/**
 * Lists of different lengths as one array: shorter ones are padded, longer ones cut.
 *
 * *Shapes* lists of scalars -> values and mask [B, T], lengths [B].
 * *Dtypes* that of the values.
 * @throws {RangeError} if the length is not a positive whole number.
 *
 * @example
 * ```ts
 * import { listsFrom, padLists } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { values, mask, lengths } = padLists(listsFrom([[1, 2, 3, 4], [5]]), { length: 3, value: 9 });
 * assertEquals(values, Uint32Array.of(1, 2, 3, 5, 9, 9));
 * assertEquals(mask, Uint8Array.of(1, 1, 1, 1, 0, 0));
 * assertEquals(lengths, Uint32Array.of(3, 1));
 * ```
 */
export function padLists<A extends HostArray>(lists: Lists<A>, options?: PadOptions): Padded<A>;
export function padLists(lists: Lists<HostArray>, options: PadOptions = {}): Padded {
  const { value = 0, pad = "right", cut = "right" } = options;
  const { offsets } = lists;
  const rows = offsets.length - 1;
  const length = options.length ?? longest(offsets);
  if (!Number.isInteger(length) || length < 1) {
    throw new RangeError(`Cannot pad lists: expected a positive whole length, got ${length}`);
  }
  const dtype = dtypeOf(lists.values);
  const size = rows * length;
  const values = viewAs(dtype, new ArrayBuffer(size * BYTES_PER_ELEMENT[dtype]), 0, size);
  if (value !== 0) values.fill(value);
  const mask = new Uint8Array(size);
  const lengths = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    const kept = Math.min(end - start, length);
    const from = cut === "right" ? start : end - kept;
    const to = row * length + (pad === "right" ? 0 : length - kept);
    values.set(lists.values.subarray(from, from + kept), to);
    mask.fill(1, to, to + kept);
    lengths[row] = kept;
  }
  return { values, mask, lengths, length };
}

function longest(offsets: Uint32Array): number {
  let most = 1;
  for (let row = 1; row < offsets.length; row++) most = Math.max(most, offsets[row]! - offsets[row - 1]!);
  return most;
}
