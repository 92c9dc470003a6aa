import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readLines, readText } from "./text.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

Deno.test("readLines ends lines at LF and CRLF alone", () => {
  assertEquals(readLines(utf8("")), []);
  assertEquals(readLines(utf8("\n")), [""]);
  assertEquals(readLines(utf8("a\n\r\nb\r")), ["a", "", "b\r"]);
  assertEquals(readLines(utf8("a\u0085\u2028b\vc\fd\ne")), ["a\u0085\u2028b\vc\fd", "e"]);
});

Deno.test("readText drops a byte order mark, and refuses what is no UTF-8", () => {
  assertEquals(readText(utf8("\ufeffé")), "é");
  // Overlong, half a surrogate pair, cut.
  for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
    assertThrows(
      () => readText(Uint8Array.from(bytes)),
      MalformedFileError,
      "expected UTF-8, got other bytes",
    );
  }
});

Deno.test("readText and readLines hold to their limits", () => {
  assertEquals(readLines(utf8("a\nb"), { bytes: 3, items: 2 }), ["a", "b"]);
  assertThrows(() => readText(utf8("abcd"), { bytes: 3 }), MalformedFileError, "at most 3 bytes");
  assertThrows(
    () => readLines(utf8("a\nb\n"), { items: 1 }),
    MalformedFileError,
    "at most 1 members or rows",
  );
});

testMutations("readLines", (bytes) => readLines(bytes), [utf8("one\ntwo\r\n\ndrei Bäume\n")]);
