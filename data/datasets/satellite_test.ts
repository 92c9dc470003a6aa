import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { satellite } from "./satellite.ts";

testDataset(satellite, "its published classes; means by R", (splits) => {
  // Published, for classes 1, 2, 3, 4, 5 and 7 of sat.trn and sat.tst.
  assertEquals(counts(columnOf(splits.train!, "label")), [1072, 479, 961, 415, 470, 1038]);
  assertEquals(counts(columnOf(splits.test!, "label")), [461, 224, 397, 211, 237, 470]);
  const bands = means(numbersIn(splits, "image"), 36);
  assertClose(bands.slice(0, 4), [69.4, 83.59487179, 99.29059829, 82.59269619]);
  // The first row of sat.trn: 92 115 120 94 84 102 106 79 ... of class 3.
  assertEquals([...columnOf(splits.train!, "image").slice(0, 8)], [92, 115, 120, 94, 84, 102, 106, 79]);
  assertEquals(columnOf(splits.train!, "label")[0], 2);
});
