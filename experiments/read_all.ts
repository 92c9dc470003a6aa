import type { Rows, Split } from "@verbatim/data";

/** All rows of a split. */
export function readAll(split: Split): Promise<Rows> {
  return split.read(Uint32Array.from({ length: split.rows }, (_, row) => row));
}
