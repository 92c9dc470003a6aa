import { assertEquals } from "@std/assert";
import { baseEmoji, territoryOfFlag } from "./_emoji_base.ts";

Deno.test("baseEmoji forgets skin, gender, age and direction", () => {
  // A waving hand; women and men running to the right; a family; a firefighter.
  assertEquals(baseEmoji("\u{1f44b}\u{1f3fd}"), "\u{1f44b}");
  assertEquals(baseEmoji("\u{1f3c3}\u{1f3fb}\u200d\u2640\ufe0f\u200d\u27a1\ufe0f"), "\u{1f3c3}");
  assertEquals(
    baseEmoji("\u{1f468}\u200d\u{1f469}\u200d\u{1f466}"),
    baseEmoji("\u{1f469}\u200d\u{1f469}\u200d\u{1f467}"),
  );
  assertEquals(baseEmoji("\u{1f468}\u{1f3ff}\u200d\u{1f692}"), "\u{1f9d1}\u{1f692}");
  assertEquals(baseEmoji("\u{1f3fb}"), "\u{1f3fb}"); // A colour of skin by itself.
  assertEquals(baseEmoji("\u2640"), "\u2640");
});

Deno.test("territoryOfFlag reads regional indicators", () => {
  assertEquals(territoryOfFlag("\u{1f1e9}\u{1f1ea}"), "DE");
  assertEquals([territoryOfFlag("\u{1f1e9}"), territoryOfFlag("ab"), territoryOfFlag("")], [
    undefined,
    undefined,
    undefined,
  ]);
});
