import { assert, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertDisjoint, testDataset } from "./_testing.ts";
import { names18 } from "./names_18.ts";

testDataset(
  names18,
  "the numbers of the files, and no name in both splits",
  (splits) => {
    const [train, test] = [splits.train!, splits.test!];
    const lines = new Uint32Array(18);
    for (const rows of [train, test]) {
      const [languages, counts] = [columnOf(rows, "language"), columnOf(rows, "count")];
      for (let i = 0; i < counts.length; i++) lines[languages[i]!]! += counts[i]!;
    }
    // wc -l, in the order of the alphabet from Arabic to Vietnamese.
    assertEquals([...lines], [
      2000,
      268,
      519,
      297,
      3668,
      277,
      724,
      203,
      232,
      709,
      991,
      94,
      139,
      74,
      9384,
      100,
      298,
      73,
    ]);
    assertDisjoint(...[train, test].map((rows) => textOf(rows, "name").map((name) => name.toLowerCase())));
    assertEquals(new Set(columnOf(test, "language")).size, 17); // One Scottish name alone is not English too.
    assert(textOf(train, "name").filter((name) => name === "Abel").length > 1); // French, German and others
  },
);

// The set comes from one server alone: this shows its decoder where that cannot be reached.
Deno.test("the names of 18 languages are counted, and split where one language alone has them", () => {
  const files = new Map(
    names18.files.map(({ name }) => [name, new TextEncoder().encode(`${name.slice(0, -4)}o\n`)]),
  );
  files.set("Arabic.txt", new TextEncoder().encode("Haik\nMoss\nHaik\nTuma \nBaz\nQays\nZaki\nOmar\n"));
  files.set("English.txt", new TextEncoder().encode("MOSS\nBaz\nAdam"));
  const { train, test } = names18.decode(files);
  assertEquals(test, { name: ["Omar"], language: Uint8Array.of(0), count: Uint32Array.of(1) });
  assertEquals(textOf(Object(train), "name").slice(0, 6), ["Haik", "Moss", "Tuma", "Baz", "Qays", "Zaki"]);
  assertEquals(columnOf(Object(train), "count").slice(0, 5), Uint32Array.of(2, 1, 1, 1, 1));
  assertEquals(textOf(Object(train), "name").filter((name) => name.toLowerCase() === "moss"), [
    "Moss",
    "MOSS",
  ]);
});
