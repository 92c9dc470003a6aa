import { assertEquals, assertThrows } from "@std/assert";
import { inflateSync } from "fflate";
import { crc32, gzipSync } from "node:zlib";
import { testMutations } from "./_fuzz.ts";
import { readGzip } from "./gzip.ts";
import { MalformedFileError } from "./malformed.ts";

// Python: gzip.compress(b"hello ", mtime=0) + gzip.compress(b"world", mtime=0)
const TWO_MEMBERS = Uint8Array.fromBase64(
  "H4sIAAAAAAACA8tIzcnJVwAA9vmB7QYAAAAfiwgAAAAAAAIDK88vykkBAEMRdzoFAAAA",
);
// printf 'abc' > name; gzip name: a header with a name and a time
const NAMED = Uint8Array.fromBase64("H4sICNAhUWUAA25hbWUAS0xKBgDCQSQ1AwAAAA==");
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("readGzip reads all members, and passes over names and zeros at the end", () => {
  assertEquals(text(readGzip(TWO_MEMBERS)), "hello world");
  assertEquals(text(readGzip(NAMED)), "abc");
  assertEquals(text(readGzip(new Uint8Array([...NAMED, ...new Uint8Array(600)]))), "abc");
});

Deno.test("readGzip gives bytes of their own", () => {
  const content = readGzip(NAMED);
  content.slice().fill(0);
  assertEquals(text(content), "abc");
});

Deno.test("readGzip stops where the limit is, however much there would be", () => {
  const bomb = gzipSync(new Uint8Array(50_000_000));
  assertThrows(
    () => readGzip(bomb, { bytes: 1000 }),
    MalformedFileError,
    "Cannot read a gzip file: expected at most 1000 bytes of content, got more",
  );
  assertEquals(readGzip(TWO_MEMBERS, { bytes: 11 }).length, 11);
  assertEquals(readGzip(TWO_MEMBERS, { bytes: Infinity }).length, 11);
  assertThrows(() => readGzip(TWO_MEMBERS, { bytes: 10 }), MalformedFileError, "at most 10 bytes");
  assertThrows(() => readGzip(NAMED, { bytes: 0 }), MalformedFileError, "at most 0 bytes");
});

Deno.test("readGzip refuses what is not whole", () => {
  const refuses = (bytes: Uint8Array) =>
    assertThrows(() => readGzip(bytes), MalformedFileError, "expected whole compressed data, got ");
  refuses(new Uint8Array(0));
  refuses(NAMED.subarray(0, NAMED.length - 1));
  refuses(TWO_MEMBERS.subarray(0, 30)); // The second header is cut.
  refuses(NAMED.with(-8, 0)); // CRC
  refuses(NAMED.with(-1, 1)); // Length
  refuses(new Uint8Array([...NAMED, 1, 2, 3]));
});

/** Puts the right CRC and length at the end of a member with the shortest header. */
function repair(file: Uint8Array): Uint8Array {
  const repaired = file.slice();
  try {
    const content = inflateSync(file.subarray(10, -8));
    const view = new DataView(repaired.buffer);
    view.setUint32(file.length - 8, crc32(content), true);
    view.setUint32(file.length - 4, content.length, true);
  } catch {
    // Not even DEFLATE data any more.
  }
  return repaired;
}

const repetitive = Uint8Array.from({ length: 300 }, (_, i) => (i * i) % 23);
testMutations("readGzip", (bytes) => readGzip(bytes, { bytes: 1 << 16 }), [
  TWO_MEMBERS,
  new Uint8Array(gzipSync(repetitive)),
  new Uint8Array(gzipSync(repetitive, { level: 0 })),
], { repair, bytes: 1 << 16 });
