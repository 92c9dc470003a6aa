import { assertEquals, assertThrows } from "@std/assert";
import { gzipSync } from "fflate";
import type { SourceFile } from "../dataset.ts";
import { decodeContent, transferLimit } from "./decode_content.ts";
import { SourceFailure } from "./events.ts";

const content = new TextEncoder().encode("abc");

/** The hash is the one that FIPS 180-4 publishes for "abc". */
function abc(encoding: "plain" | "gzip"): SourceFile {
  return {
    name: "abc",
    encoding,
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    bytes: 3,
    sources: [],
  };
}

Deno.test("decodeContent accepts the content: plain, compressed, and decoded on the way", () => {
  assertEquals(decodeContent(content, abc("plain")), content);
  assertEquals(decodeContent(gzipSync(content), abc("gzip")), content);
  assertEquals(decodeContent(content, abc("gzip")), content);
});

Deno.test("decodeContent accepts several gzip members", () => {
  const members = new Uint8Array([...gzipSync(content.subarray(0, 1)), ...gzipSync(content.subarray(1))]);
  assertEquals(decodeContent(members, abc("gzip")), content);
});

Deno.test("decodeContent says how content differs", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertThrows(
    () => decodeContent(bytes("ab"), abc("plain")),
    SourceFailure,
    "truncated: 2 bytes where 3 belong",
  );
  assertThrows(
    () => decodeContent(bytes("abcd"), abc("plain")),
    SourceFailure,
    "too long: 4 bytes where 3 belong",
  );
  assertThrows(
    () => decodeContent(bytes("abd"), abc("plain")),
    SourceFailure,
    "wrong content: SHA-256 a52d159f262b",
  );
  assertThrows(() => decodeContent(gzipSync(bytes("abd")), abc("gzip")), SourceFailure, "wrong content");
  assertThrows(() => decodeContent(bytes("<html>"), abc("gzip")), SourceFailure, "not whole gzip data");
  assertThrows(
    () => decodeContent(new Uint8Array(), abc("gzip")),
    SourceFailure,
    "not whole gzip data: unexpected end of file",
  );
});

Deno.test("decodeContent refuses gzip data that is cut at any byte", () => {
  const whole = gzipSync(content);
  for (let length = 0; length < whole.length; length++) {
    assertThrows(() => decodeContent(whole.slice(0, length), abc("gzip")), SourceFailure);
  }
});

Deno.test("decodeContent stops counting a gzip bomb", () => {
  const bomb = gzipSync(new Uint8Array(64 << 20));
  assertThrows(() => decodeContent(bomb, abc("gzip")), SourceFailure, "expands to more than the 3 bytes");
});

Deno.test("transferLimit is a generous multiple of the content", () => {
  assertEquals(transferLimit(abc("gzip")), 6 + 1048576);
});
