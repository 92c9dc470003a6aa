import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { counts, means, numbersIn, testDataset } from "./_testing.ts";
import { penguins } from "./penguins.ts";

testDataset(penguins, "its published means of each species", (splits) => {
  const labels = numbersIn(splits, "label");
  // 152, 68 and 124 birds, two of them (an Adelie and a Gentoo) without measures.
  assertEquals(counts(labels), [151, 68, 123]);
  assertEquals(counts(columnOf(splits.test!, "label")), [30, 14, 25]);
  assertEquals(counts(numbersIn(splits, "sex")), [165, 168, 9]);
  assertEquals(counts(numbersIn(splits, "island")), [167, 124, 51]);
  const features = numbersIn(splits, "features");
  const rounded = [0, 1, 2].map((species) => {
    const birds = labels.flatMap((label, i) => label === species ? features.slice(4 * i, 4 * i + 4) : []);
    return means(birds, 4).map((mean) => Math.round(10 * mean) / 10);
  });
  // R, palmerpenguins: 38.8 18.3 190 3701, 48.8 18.4 196 3733, 47.5 15.0 217 5076.
  assertEquals(rounded, [[38.8, 18.3, 190, 3700.7], [48.8, 18.4, 195.8, 3733.1], [47.5, 15, 217.2, 5076]]);
});
