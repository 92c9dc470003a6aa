import { gunzipSync } from "node:zlib";
import type { SourceFile } from "../dataset.ts";
import { reasonOf, SourceFailure } from "./events.ts";
import { sha256 } from "../files/sha256.ts";

/** A source sent something else than the pinned content. */
export class WrongContent extends SourceFailure {}

/** The most bytes that a source may send for a file: twice the content and 1 MiB. */
export function transferLimit(file: SourceFile): number {
  return 2 * file.bytes + (1 << 20);
}

/**
 * Decodes what a source sent, and compares it with the hash that the data set pins. A server may already have undone
 * the compression (`Content-Encoding`), so content that arrives decoded is accepted too.
 *
 * @throws {WrongContent} if it is not the content, saying how it differs.
 */
export function decodeContent(raw: Uint8Array, file: SourceFile): Uint8Array {
  const decoded = raw.length === file.bytes && !(raw[0] === 0x1f && raw[1] === 0x8b);
  const compressed = file.encoding === "gzip" && !decoded;
  const content = compressed ? gunzip(raw, file.bytes) : raw;
  if (content.length !== file.bytes) {
    const how = content.length < file.bytes ? "truncated" : "too long";
    throw new WrongContent(`${how}: ${content.length} bytes where ${file.bytes} belong`);
  }
  const hash = sha256(content);
  if (hash !== file.sha256) {
    throw new WrongContent(
      `wrong content: SHA-256 ${hash.slice(0, 12)}…, expected ${file.sha256.slice(0, 12)}…`,
    );
  }
  return content;
}

/**
 * Decompresses at most `limit` bytes; what would be more is refused as soon as it is counted.
 *
 * @throws {WrongContent} if that is not possible.
 */
export function gunzip(raw: Uint8Array, limit: number): Uint8Array {
  try {
    const buffer = gunzipSync(raw, { maxOutputLength: limit });
    // As plain bytes: a Buffer's slice would share its memory.
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new WrongContent(`too long: it expands to more than the ${limit} bytes that belong`);
    }
    throw new WrongContent(`not whole gzip data: ${reasonOf(error)}`);
  }
}
