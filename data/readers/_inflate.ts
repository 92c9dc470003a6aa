import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import type { Fail } from "./malformed.ts";

const DECODERS = { gzip: gunzipSync, zlib: inflateSync, raw: inflateRawSync };

/**
 * Decompresses DEFLATE data in a wrapping, checking the wrapping's checksum, and gives up as soon as there would be
 * more than `limit` bytes.
 */
export function inflate(
  wrapping: keyof typeof DECODERS,
  bytes: Uint8Array,
  limit: number,
  fail: Fail,
): Uint8Array {
  const maxOutputLength = Math.min(Math.max(1, limit), Number.MAX_SAFE_INTEGER);
  try {
    const { buffer, byteOffset, length } = DECODERS[wrapping](bytes, { maxOutputLength });
    if (length > limit) fail(`at most ${limit} bytes of content`, "more");
    // As plain bytes: a Buffer's slice would share its memory.
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof RangeError) fail(`at most ${limit} bytes of content`, "more");
    return fail("whole compressed data", error instanceof Error ? error.message : `${error}`);
  }
}
