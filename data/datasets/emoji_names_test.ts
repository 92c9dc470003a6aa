import { assertEquals } from "@std/assert";
import { textListsOf, textOf } from "../columns.ts";
import { testDataset } from "./_testing.ts";
import { emojiNames } from "./emoji_names.ts";

testDataset(emojiNames, "a name of its own for every emoji", ({ all }) => {
  const [ids, names] = [textOf(all!, "id"), textOf(all!, "name")];
  assertEquals([ids.length, new Set(ids).size, new Set(names).size], [1906, 1906, 1906]);
  const row = ids.indexOf("1F408-200D-2B1B");
  assertEquals(
    ["character", "name", "unicodeName"].map((column) => textOf(all!, column)[row]),
    ["\u{1f408}\u200d\u2b1b", "black cat", "BLACK CAT"],
  );
  const { offsets, values } = textListsOf(all!, "keywords");
  assertEquals(values.slice(offsets[row], offsets[row + 1]).includes("unlucky"), true);
  // Counted by Python.
  assertEquals(names.reduce((sum, name) => sum + name.length, 0), 24_979);
});
