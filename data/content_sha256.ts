import type { Dataset } from "./dataset.ts";
import { sha256 } from "./files/sha256.ts";

/**
 * The hash that names a data set's content: SHA-256 of one line `HASH  NAME` for each source file, sorted by name,
 * where HASH is the SHA-256 of the decoded content. It needs no file: the hashes are pinned.
 *
 * @example
 * ```ts
 * import { contentSha256, fashionMnist } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // The order in which files are listed does not matter.
 * const reversed = { ...fashionMnist, files: fashionMnist.files.toReversed() };
 * assertEquals(contentSha256(reversed), contentSha256(fashionMnist));
 * ```
 */
export function contentSha256(dataset: Dataset): string {
  const lines = dataset.files.map((file) => ({ name: file.name, line: `${file.sha256}  ${file.name}\n` }));
  lines.sort((a, b) => a.name < b.name ? -1 : 1);
  return sha256(...lines.map(({ line }) => line));
}
