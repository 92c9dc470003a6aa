import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, numberColumnOf } from "../columns.ts";
import { ames } from "./ames.ts";
import { counts, means, numbersIn, testDataset } from "./_testing.ts";

testDataset(ames, "its published mean price; means and levels by R", (splits) => {
  const price = numbersIn(splits, "salePrice");
  // Published: from 12,789 to 755,000, mean 180,796.
  assertEquals([price.length, Math.min(...price), Math.max(...price)], [2930, 12_789, 755_000]);
  assertAlmostEquals(means(price)[0]!, 180796.0601, 1e-4);
  assertAlmostEquals(means(numbersIn(splits, "grLivArea"))[0]!, 1499.690444, 1e-6);
  assertAlmostEquals(means(numbersIn(splits, "longitude"))[0]!, -93.6429, 1e-4);
  assertEquals(Object.keys(ames.splits.train!.columns).length, 74);
  assertEquals(counts(numbersIn(splits, "street")), [12, 2918]);
  assertEquals(counts(numbersIn(splits, "overallCond")), [7, 10, 50, 101, 1654, 533, 390, 144, 41]);
  const { classes } = numberColumnOf(ames.splits.train!, "neighborhood");
  assertEquals(classes![columnOf(splits.train!, "neighborhood")[0]!], "North_Ames");
  assertEquals(columnOf(splits.train!, "salePrice").slice(0, 2), Int32Array.of(215_000, 105_000));
  // What the notes say of bsmtFinSF1.
  const [areas, codes] = [numbersIn(splits, "bsmtFinSF1"), numbersIn(splits, "bsmtFinType1")];
  assertEquals(Math.max(...areas), 7);
  assertEquals(areas.every((area, i) => area === 0 || area === codes[i]! + 1), true);
});
