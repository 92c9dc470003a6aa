import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fitLettering, letteringWidth, strokesOf } from "./lettering.ts";

const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const box = strokesOf("\u4e2d", 10);

Deno.test("every printable ASCII character has strokes of its own inside its place", () => {
  const seen = new Set<string>();
  for (const character of PRINTABLE) {
    const strokes = strokesOf(character, 10);
    if (character === " ") {
      assertEquals(strokes, []);
      continue;
    }
    assert(strokes.length > 0);
    assertNotEquals(strokes, box, `no glyph for ${character}`);
    for (const { x, y } of strokes.flat()) {
      assert(x >= -0.6 && x <= letteringWidth(character, 10) + 1, `${character} leaves its place at ${x}`);
      assert(y >= -3.6 && y <= 11.6, `${character} leaves its line at ${y}`);
    }
    seen.add(JSON.stringify(strokes));
  }
  assertEquals(seen.size, 94);
});

Deno.test("accents are dropped, and other characters are a box", () => {
  assertEquals(strokesOf("é", 10), strokesOf("e", 10));
  assertEquals(strokesOf("\u2019", 10), strokesOf("'", 10));
  assertEquals(box.length, 1);
});

Deno.test("lettering grows with its size and is cut to its place", () => {
  assertEquals(letteringWidth("abc", 20), 2 * letteringWidth("abc", 10));
  assertEquals(letteringWidth("", 10), 0);
  const cut = fitLettering("a very long name", 10, 60);
  assert(cut.endsWith("..") && letteringWidth(cut, 10) <= 60);
  assertEquals(fitLettering("short", 10, 60), "short");
});
