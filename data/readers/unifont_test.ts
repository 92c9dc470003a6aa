import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readUnifont } from "./unifont.ts";

const hex = (text: string) => new TextEncoder().encode(text);

/** Hexadecimal digits of a picture, four pixels a digit. */
function digitsOf(picture: readonly string[]): string {
  const bits = picture.join("").replaceAll("#", "1").replaceAll(".", "0");
  return bits.match(/.{4}/g)!.map((four) => parseInt(four, 2).toString(16)).join("").toUpperCase();
}

const NARROW = Array.from(
  { length: 16 },
  (_, row) => ".".repeat(8).slice(0, row % 8) + "#" + ".".repeat(7 - row % 8),
);
const WIDE = Array.from({ length: 16 }, (_, row) => "#".repeat(row) + ".".repeat(16 - row));
const FILE = hex(`0041:${digitsOf(NARROW)}\r\n1F600:${digitsOf(WIDE).toLowerCase()}\n\n`);

Deno.test("readUnifont gives the pixels of narrow and wide glyphs", () => {
  const [narrow, wide, ...rest] = readUnifont(FILE);
  assertEquals(rest, []);
  assertEquals([narrow!.codePoint, narrow!.width], [0x41, 8]);
  assertEquals([wide!.codePoint, wide!.width], [0x1f600, 16]);
  assertEquals([...narrow!.pixels].map((pixel) => ".#"[pixel]).join(""), NARROW.join(""));
  assertEquals([...wide!.pixels].map((pixel) => ".#"[pixel]).join(""), WIDE.join(""));
});

Deno.test("readUnifont refuses other lines, and holds to its limits", () => {
  const refuses = (text: string, message: string) =>
    assertThrows(
      () => readUnifont(hex(text)),
      MalformedFileError,
      `Cannot read a Unifont file: expected ${message}`,
    );
  const zeros = "0".repeat(32);
  for (
    const line of [
      "x",
      "41:" + zeros,
      "0041:" + zeros + "0",
      "0041:",
      "0041:" + "g".repeat(32),
      "0041;" + zeros,
    ]
  ) {
    refuses(line, "lines of a code point and 32 or 64 hexadecimal digits");
  }
  refuses(`110000:${zeros}`, "a code point of Unicode, got 110000");
  refuses(`0041:${zeros}\n0041:${zeros}`, "one glyph for each character, got two for 0041");
  assertEquals(readUnifont(FILE, { items: 2, bytes: 384 }).length, 2);
  assertThrows(() => readUnifont(FILE, { items: 1 }), MalformedFileError, "at most 1 members");
  assertThrows(() => readUnifont(FILE, { bytes: 383 }), MalformedFileError, "at most 383 bytes");
});

testMutations("readUnifont", (bytes) => readUnifont(bytes, { bytes: 1 << 20 }), [FILE]);
