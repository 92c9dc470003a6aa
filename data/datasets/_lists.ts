import type { Lists } from "../dataset.ts";

/** Lists of texts, one after the other. */
export function textLists(lists: readonly (readonly string[])[]): Lists<readonly string[]> {
  return { offsets: offsetsOf(lists), values: lists.flat() };
}

/** Lists of small numbers, one after the other. */
export function byteLists(lists: readonly (readonly number[])[]): Lists<Uint8Array> {
  return { offsets: offsetsOf(lists), values: Uint8Array.from(lists.flat()) };
}

function offsetsOf(lists: readonly (readonly unknown[])[]): Uint32Array {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, i) => offsets[i + 1] = offsets[i]! + list.length);
  return offsets;
}
