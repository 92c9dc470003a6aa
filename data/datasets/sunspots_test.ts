import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { means, numbersIn, testDataset } from "./_testing.ts";
import { sunspots } from "./sunspots.ts";

testDataset(sunspots, "309 years; persistence is off by 32.9", (splits) => {
  assertEquals(numbersIn(splits, "year"), Array.from({ length: 309 }, (_, i) => 1700 + i));
  const activity = numbersIn(splits, "activity");
  // The highest maximum of the series, in 1957; the mean by NumPy.
  assertEquals([activity.indexOf(Math.max(...activity)), activity[257]], [257, Math.fround(190.2)]);
  assertAlmostEquals(means(activity)[0]!, 49.75210356, 1e-6);
  const tail = [...columnOf(splits.train!, "activity").slice(-1), ...columnOf(splits.test!, "activity")];
  const squares = tail.slice(1).map((value, i) => (value - tail[i]!) * (value - tail[i]!));
  assertAlmostEquals(Math.sqrt(means(squares)[0]!), 32.8980344, 1e-6);
});
