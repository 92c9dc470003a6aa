import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { pima } from "./pima.ts";

testDataset(pima, "its published classes and missing values; means by R", (splits) => {
  // 500 negative, 268 positive.
  assertEquals(counts(columnOf(splits.train!, "label")), [400, 214]);
  assertEquals(counts(columnOf(splits.test!, "label")), [100, 54]);
  const measured = means(numbersIn(splits, "isMeasured"), 8);
  assertEquals(measured.map((mean) => Math.round(768 * (1 - mean))), [0, 5, 35, 227, 374, 11, 0, 0]);
  const expected = [
    3.845052083,
    120.894531250,
    69.105468750,
    20.536458333,
    79.79947917,
    31.99257813,
    0.4718763,
    33.24088542,
  ];
  assertClose(means(numbersIn(splits, "features"), 8), expected);
});
