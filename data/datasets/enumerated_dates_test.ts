import { assertEquals } from "@std/assert";
import { textOf } from "../columns.ts";
import { assertDisjoint, counts, numbersIn, testDataset } from "./_testing.ts";
import { enumeratedDates } from "./enumerated_dates.ts";

testDataset(enumeratedDates, "what Python's calendar and the package's patterns give", (splits) => {
  const [train, test] = [splits.train!, splits.test!];
  assertDisjoint(textOf(train, "iso"), textOf(test, "iso"));
  const written = new Map([train, test].flatMap((rows) => {
    const texts = textOf(rows, "text");
    return textOf(rows, "iso").map((iso, row) => [iso, texts[row]!] as const);
  }));
  assertEquals(written.size, 36_525);
  assertEquals([...written.values()].reduce((sum, text) => sum + text.length, 0), 537_869);
  const some = {
    "1950-01-01": "Sunday, January 1, 1950",
    "1950-01-03": "martes, 3 de enero de 1950",
    "1950-01-06": "piątek, 6 stycznia 1950",
    "1950-01-19": "1/19/50",
    "1950-01-20": "20.01.50",
    "1983-10-20": "20 octobre 1983",
  };
  for (const [iso, text] of Object.entries(some)) assertEquals(written.get(iso), text);
  assertEquals(counts(numbersIn(splits, "language")), [6088, 6088, 6088, 6087, 6087, 6087]);
});
