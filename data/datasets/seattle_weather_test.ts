import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { seattleWeather } from "./seattle_weather.ts";

testDataset(seattleWeather, "days without gaps; persistence is off by 2.91 degrees", (splits) => {
  const days = [...textOf(splits.train!, "date"), ...textOf(splits.test!, "date")];
  const DAY_MS = 86_400_000;
  assertEquals(
    days.map((day) => (Date.parse(day) - Date.parse("2012-01-01")) / DAY_MS),
    days.map((_, i) => i),
  );
  assertEquals([days.length, textOf(splits.test!, "date")[0]], [1461, "2015-01-01"]);
  // By NumPy.
  const names = ["maxTemperature", "minTemperature", "precipitation", "wind"];
  assertClose(
    names.map((name) => means(numbersIn(splits, name))[0]!),
    [16.43908282, 8.23477070, 3.02943190, 3.24113621],
  );
  assertEquals(counts(numbersIn(splits, "weather")), [53, 101, 641, 26, 640]);
  const highs = [
    ...columnOf(splits.train!, "maxTemperature").slice(-1),
    ...columnOf(splits.test!, "maxTemperature"),
  ];
  const squares = highs.slice(1).map((high, i) => (high - highs[i]!) * (high - highs[i]!));
  assertAlmostEquals(Math.sqrt(means(squares)[0]!), 2.9071428, 1e-6);
});
