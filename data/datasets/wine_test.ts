import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { wine } from "./wine.ts";

testDataset(wine, "its published classes; means by NumPy", (splits) => {
  // 59, 71 and 48 wines.
  assertEquals(counts(columnOf(splits.train!, "label")), [47, 57, 38]);
  assertEquals(counts(columnOf(splits.test!, "label")), [12, 14, 10]);
  const [alcohol, malic, ash, , , , , , , , , , proline] = means(numbersIn(splits, "features"), 13);
  assertClose([alcohol!, malic!, ash!, proline!], [13.00061798, 2.33634831, 2.36651685, 132947 / 178]);
  assertEquals(columnOf(splits.train!, "features").slice(0, 3), Float32Array.of(14.23, 1.71, 2.43));
});
