import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { autoMpg } from "./auto_mpg.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";

testDataset(autoMpg, "392 cars with their means", (splits) => {
  // R's ISLR::Auto, the same 392 cars, has 23.45, 5.472, 194.4, 104.5, 2978, 15.54; here by NumPy.
  const names = ["mpg", "cylinders", "displacement", "horsepower", "weight", "acceleration"];
  assertClose(
    names.map((name) => means(numbersIn(splits, name))[0]!),
    [23.445918367, 5.471938776, 194.411989796, 104.469387755, 2977.584183673, 15.541326531],
  );
  assertEquals(counts(numbersIn(splits, "origin")), [245, 68, 79]);
  const years = counts(numbersIn(splits, "year").map((year) => year - 1970));
  assertEquals([years[11], years.length], [0, 13]);
  assertEquals(textOf(splits.train!, "name").slice(0, 2), ["chevrolet chevelle malibu", "buick skylark 320"]);
  assertEquals(textOf(splits.test!, "name")[0], "plymouth satellite");
  assertEquals(columnOf(splits.test!, "horsepower")[0], 150);
});
