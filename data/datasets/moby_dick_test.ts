import { assert, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { testDataset } from "./_testing.ts";
import { mobyDick } from "./moby_dick.ts";

testDataset(mobyDick, "135 chapters and the epilogue", (splits) => {
  const [train, test] = [splits.train!, splits.test!];
  const chapters = [...columnOf(train, "chapter"), ...columnOf(test, "chapter")].sort((a, b) => a - b);
  assertEquals(chapters, Array.from({ length: 136 }, (_, i) => i + 1));
  assertEquals([...columnOf(test, "chapter")], [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130]);
  assertEquals(textOf(train, "title")[0], "Loomings.");
  assert(
    textOf(train, "text")[0]!.startsWith("Call me Ishmael. Some years ago—never mind how long precisely—"),
  );
  assert(textOf(train, "text").at(-1)!.endsWith("only found another orphan.\n"));
  // Counted by Python from the package's files.
  const texts = [...textOf(train, "text"), ...textOf(test, "text")];
  assertEquals(texts.reduce((sum, text) => sum + text.length, 0), 1_186_577);
});
