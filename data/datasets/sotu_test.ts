import { assert, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { testDataset } from "./_testing.ts";
import { sotu } from "./sotu.ts";

testDataset(sotu, "233 speeches, one or two a year", (splits) => {
  const [train, test] = [splits.train!, splits.test!];
  const years = [...columnOf(train, "year"), ...columnOf(test, "year")];
  const missing = Array.from({ length: 232 }, (_, i) => 1790 + i).filter((year) => !years.includes(year));
  assertEquals([years.length, missing], [233, [1933]]);
  assert(columnOf(test, "year").every((year) => year % 10 === 0));
  const presidents = [...textOf(train, "president"), ...textOf(test, "president")];
  const speechesOf = (name: string) => presidents.filter((president) => president === name).length;
  assertEquals(["Franklin D Roosevelt", "Barack Obama", "Zachary Taylor"].map(speechesOf), [12, 8, 1]);
  // By the package's JSON files, counted by Python: 7 of no party, 4 Federalist ... 92 Republican, 4 National Union.
  const parties = new Uint32Array(8);
  for (const party of [...columnOf(train, "party"), ...columnOf(test, "party")]) parties[party]!++;
  assertEquals([...parties], [7, 4, 28, 90, 4, 4, 92, 4]);
  const words = [...textOf(train, "text"), ...textOf(test, "text")].map((text) => text.match(/\S+/g)!.length);
  assertEquals(words.reduce((a, b) => a + b), 1_794_884); // wc -w
});
