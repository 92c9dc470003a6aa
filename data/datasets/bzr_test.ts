import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, numberListsOf, textOf } from "../columns.ts";
import { bzr } from "./bzr.ts";
import { counts, means, numbersIn, testDataset } from "./_testing.ts";

testDataset(bzr, "163 ligands; sums counted in the file by Python", (splits) => {
  const { train, test } = splits;
  const activity = numbersIn(splits, "activity");
  assertEquals([activity.length, Math.min(...activity), Math.max(...activity)], [163, 5, Math.fround(8.92)]);
  assertAlmostEquals(means(activity)[0]!, 7.497852760736197, 1e-6);
  const values = (name: string) => [train!, test!].flatMap((rows) => [...numberListsOf(rows, name).values]);
  const elements = counts(values("elements"));
  assertEquals([6, 7, 8, 9, 16, 17, 35].map((number) => elements[number]), [2737, 452, 251, 74, 10, 124, 1]);
  assertEquals([values("elements").length, values("orders").length], [3649, 4044]);
  const places = values("positions");
  assertAlmostEquals(places.reduce((sum, x, i) => i % 3 === 0 ? sum + x : sum, 0), 3491.594, 1e-2);
  assertEquals(textOf(train!, "name").slice(0, 2), ["Adinazolam", "Alprazolam"]);
  assertEquals([textOf(test!, "name")[0], columnOf(test!, "activity")[0]], ["Bromazepam", Math.fround(7.74)]);
  assertEquals(new Set([...textOf(train!, "name"), ...textOf(test!, "name")]).size, 163);
});
