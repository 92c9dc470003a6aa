import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { testDataset } from "./_testing.ts";
import { afinn } from "./afinn.ts";

testDataset(afinn, "its words and their numbers", ({ all }) => {
  const [words, valence] = [textOf(all!, "word"), columnOf(all!, "valence")];
  assertEquals([words.length, new Set(words).size], [3382, 3382]);
  const some = { abandon: -2, "can't stand": -3, "naïve": -2, breathtaking: 5, zealous: 2, "some kind": 0 };
  for (const [word, number] of Object.entries(some)) assertEquals(valence[words.indexOf(word)], number, word);
});
