import { assertEquals } from "@std/assert";
import { splitNames } from "./_split_names.ts";

Deno.test("splitNames gives every fifth name of one language to test, whatever its capitals", () => {
  assertEquals(
    splitNames([["a", "b", "X", "c", "d", "e", "E", "f"], ["x", "p", "q", "r", "s", "t"]]),
    [
      ["train", "train", "shared", "train", "train", "test", "test", "train"],
      ["shared", "train", "train", "train", "train", "test"],
    ],
  );
});
