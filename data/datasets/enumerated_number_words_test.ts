import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertDisjoint, testDataset } from "./_testing.ts";
import { enumeratedNumberWords } from "./enumerated_number_words.ts";

testDataset(enumeratedNumberWords, "what German grammar gives", (splits) => {
  const [train, test] = [splits.train!, splits.test!];
  assertDisjoint(columnOf(train, "number"), columnOf(test, "number"));
  assertDisjoint(textOf(train, "words"), textOf(test, "words"));
  const words = new Map([train, test].flatMap((rows) => {
    const spelled = textOf(rows, "words");
    return textOf(rows, "digits").map((digits, row) => [digits, spelled[row]!] as const);
  }));
  // The lengths of all, by ten lines of Python that spell by the rules of a grammar.
  assertEquals([...words.values()].reduce((sum, text) => sum + text.length, 0), 821_686);
  const some = {
    "0": "null",
    "1": "eins",
    "17": "siebzehn",
    "21": "einundzwanzig",
    "101": "einhunderteins",
    "4711": "viertausendsiebenhundertelf",
    "10101": "zehntausendeinhunderteins",
    "999901": "neunhundertneunundneunzigtausendneunhunderteins",
  };
  for (const [digits, text] of Object.entries(some)) assertEquals(words.get(digits), text);
});
