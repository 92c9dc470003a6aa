import { assertEquals } from "@std/assert";
import { columnOf, numberListsOf, textListsOf, textOf } from "../columns.ts";
import { universalTag } from "./_brown_tags.ts";
import { assertDisjoint, counts, testDataset } from "./_testing.ts";
import { brown } from "./brown.ts";

testDataset(brown, "its documents, sentences and the numbers of its tags", (splits) => {
  const [train, test] = [splits.train!, splits.test!];
  const [trained, tested] = [new Set(textOf(train, "document")), new Set(textOf(test, "document"))];
  assertDisjoint(trained, tested);
  assertEquals([trained.size, tested.size], [400, 100]);
  assertEquals([...tested].slice(0, 4), ["ca03", "ca08", "ca13", "ca18"]);
  // The manual's numbers of documents by genre.
  const genres = new Map([train, test].flatMap((rows) => {
    const labels = columnOf(rows, "genre");
    return textOf(rows, "document").map((document, row) => [document, labels[row]!] as const);
  }));
  assertEquals(counts(genres.values()), [44, 27, 17, 17, 36, 48, 75, 30, 80, 29, 24, 6, 29, 29, 9]);
  // What the Natural Language Toolkit counts, with its universal tags: 1,161,192 words.
  const tags = [train, test].flatMap((rows) => [...numberListsOf(rows, "tags").values]);
  assertEquals(counts(tags), [
    275_558,
    182_750,
    147_565,
    144_766,
    137_019,
    83_721,
    56_239,
    49_334,
    38_151,
    29_829,
    14_874,
    1386,
  ]);
  const full = [train, test].flatMap((rows) => textListsOf(rows, "fullTags").values);
  assertEquals(new Set(full).size, 472); // Counted by Python.
});

Deno.test("universalTag follows the parts of a tag", () => {
  const tags = {
    "np-tl": "NOUN",
    "fw-in+at": "X",
    "md*": "VERB",
    "pps+bez": "PRT",
    "vb+ppo-hl": "VERB",
    "in+in": "ADP",
    "pp$": "DET",
    "---hl": ".",
    "*-nc": "ADV",
    "qqq": undefined,
  };
  for (const [tag, universal] of Object.entries(tags)) assertEquals(universalTag(tag), universal, tag);
});
