import { assertAlmostEquals, assertEquals } from "@std/assert";
import { textOf } from "../columns.ts";
import { co2 } from "./co2.ts";
import { counts, means, numbersIn, testDataset } from "./_testing.ts";

testDataset(co2, "weeks without gaps, 59 of them without a value", (splits) => {
  const dates = [...textOf(splits.train!, "date"), ...textOf(splits.test!, "date")];
  const WEEK_MS = 7 * 86_400_000;
  assertEquals(
    dates.map((date) => (Date.parse(date) - Date.parse("1958-03-29")) / WEEK_MS),
    dates.map((_, i) => i),
  );
  assertEquals([dates[0], dates[1764], dates[2283]], ["1958-03-29", "1992-01-18", "2001-12-29"]);
  const values = numbersIn(splits, "co2");
  const measured = numbersIn(splits, "isMeasured");
  assertEquals(counts(measured), [59, 2225]);
  assertEquals(values.map((value) => Number.isNaN(value) ? 0 : 1), measured);
  // By NumPy: nanmean 340.1422472, nanmax 373.9.
  assertAlmostEquals(means(values.filter((value) => !Number.isNaN(value)))[0]!, 340.1422472, 1e-5);
  assertEquals(Math.max(...values.filter((value) => !Number.isNaN(value))), Math.fround(373.9));
});
