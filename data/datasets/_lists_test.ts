import { assertEquals } from "@std/assert";
import { byteLists, textLists } from "./_lists.ts";

Deno.test("lists follow each other", () => {
  assertEquals(textLists([["a", "b"], [], ["c"]]), {
    offsets: Uint32Array.of(0, 2, 2, 3),
    values: ["a", "b", "c"],
  });
  assertEquals(byteLists([[], [7, 8]]), { offsets: Uint32Array.of(0, 0, 2), values: Uint8Array.of(7, 8) });
});
