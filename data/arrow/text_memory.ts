import type { SplitDescription } from "../dataset.ts";
import type { BodyLayout } from "./layout.ts";
import { isDictionary } from "./schema.ts";

/** Bytes of a text in memory besides its characters, and of a place for it: about what V8 takes. */
const TEXT_BYTES = 32;
const PLACE_BYTES = 8;

/** About the bytes that the texts of a record batch take in memory, besides those of its body. */
export function textMemory(split: SplitDescription, { rows, buffers }: BodyLayout): number {
  let memory = 0;
  // A string has one or two bytes for each character; the second kind is assumed.
  const texts = (count: number, bytes: number) => memory += 2 * bytes + count * TEXT_BYTES;
  Object.values(split.columns).forEach((column, c) => {
    const lengths = buffers[c]!.map(({ length }) => length);
    if (isDictionary(column)) memory += rows * PLACE_BYTES;
    else if (column.dtype === "utf8") texts(rows, lengths[1]!);
    else if (column.dtype === "list" && column.of === "utf8") texts(lengths[1]! / 4 - 1, lengths[2]!);
  });
  return memory;
}
