import { inflate } from "./_inflate.ts";
import { DEFAULT_LIMITS, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("a gzip file");

/**
 * Reads a gzip file: the content of all its members, one after the other.
 *
 * Checksums and lengths are checked; zeros after the last member, which tapes leave, are not content.
 * *Source* RFC 1952.
 * @throws {MalformedFileError} if it is not whole, a checksum is wrong, or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readGzip } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = Uint8Array.fromBase64("H4sIAAAAAAACA0tMSgYAwkEkNQMAAAA="); // printf abc | gzip -n
 * assertEquals(new TextDecoder().decode(readGzip(file)), "abc");
 * ```
 */
export function readGzip(
  bytes: Uint8Array,
  { bytes: limit = DEFAULT_LIMITS.bytes }: Limits = {},
): Uint8Array {
  return inflate("gzip", bytes, limit, fail);
}
