import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ODD_TEXTS } from "../_toy_columns.ts";
import { decodeTexts } from "./decode_column.ts";
import { encodeTexts, textBytes } from "./encode_column.ts";

function encoded(
  texts: readonly string[],
): { bytes: Uint8Array<ArrayBuffer>; offsets: Int32Array<ArrayBuffer> } {
  const offsets = new Int32Array(texts.length + 1);
  const bytes = new Uint8Array(textBytes(texts));
  encodeTexts(texts, new Uint8Array(offsets.buffer), bytes);
  return { bytes, offsets };
}

Deno.test("texts are the bytes of TextEncoder, one after the other, and come back equal", () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: "binary" }))), (texts) => {
      const { bytes, offsets } = encoded(texts);
      assertEquals(bytes, new TextEncoder().encode(texts.join("")));
      assertEquals(offsets[texts.length], bytes.length);
      assertEquals(decodeTexts(bytes, offsets), texts);
      // Offsets of a part of a longer column do not start at 0.
      assertEquals(decodeTexts(bytes, offsets.map((offset) => offset + 1000)), texts);
    }),
    { seed: 20240515, numRuns: 200 },
  ));

Deno.test("decodeTexts refuses offsets inside a character, and bytes that are not UTF-8", () => {
  const { bytes } = encoded(["a\u00e9b"]); // 61 c3 a9 62
  assertEquals(decodeTexts(bytes, Int32Array.of(0, 1, 3, 4)), ["a", "\u00e9", "b"]);
  assertThrows(() => decodeTexts(bytes, Int32Array.of(0, 2, 4)), RangeError, "an offset inside a character");
  for (
    const wrong of [
      [0x80],
      [0xc3],
      [0xc0, 0x80], // NUL, too long
      [0xed, 0xa0, 0x80], // half a surrogate pair
      [0xf4, 0x90, 0x80, 0x80], // above the last code point
      [0xff],
    ]
  ) {
    assertThrows(
      () => decodeTexts(Uint8Array.from(wrong), Int32Array.of(0, wrong.length)),
      RangeError,
      "expected texts in UTF-8",
    );
  }
});
