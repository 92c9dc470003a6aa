import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertDisjoint, counts, numbersIn, testDataset } from "./_testing.ts";
import { spamAssassin } from "./spam_assassin.ts";

testDataset(spamAssassin, "the corpus's numbers, and no thread or copy in both splits", (splits) => {
  // The numbers of files in the corpus's folders.
  assertEquals(counts(numbersIn(splits, "group")), [2500, 1400, 250, 500, 1396]);
  assertEquals(counts(numbersIn(splits, "label")), [4150, 1896]);
  // Python, from the same texts: groups by union-find over a dictionary of keys.
  assertEquals(counts(columnOf(splits.test!, "group")), [470, 305, 49, 104, 240]);
  const [train, test] = [splits.train!, splits.test!];
  const texts = [train, test].map((rows) => textOf(rows, "text").filter((text) => text !== ""));
  assertDisjoint(...texts);
  const subjects = [train, test].map((rows) =>
    textOf(rows, "subject").map((subject) => subject.replace(/^Re: /, "")).filter((subject) =>
      /^[a-z]/i.test(subject)
    )
  );
  assertDisjoint(...subjects);
  const row = textOf(train, "subject").indexOf(
    "[ILUG-Social] re: Guaranteed to lose 10-12 lbs in 30 days 10.148",
  );
  assertEquals([columnOf(train, "label")[row], textOf(train, "text")[row]!.slice(0, 30)], [
    1,
    "I thought you might like these",
  ]);
});
