import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { rowKeys } from "./_split_rows.ts";
import { iris } from "./iris.ts";

testDataset(iris, "Fisher's flowers, with his means", ({ train, test }) => {
  assertEquals(counts(columnOf(train!, "label")), [40, 40, 41]);
  assertEquals(counts(columnOf(test!, "label")), [10, 10, 9]);
  // Published: 5.8433, 3.0573, 3.7580, 1.1993 (R, ?iris); UCI's file has 3.054 and 3.7587.
  assertClose(means(numbersIn({ train: train!, test: test! }, "features"), 4), [
    5.84333333,
    3.05733333,
    3.758,
    1.19933333,
  ]);
  assertEquals(columnOf(train!, "features").slice(0, 4), Float32Array.of(5.1, 3.5, 1.4, 0.2));
  assertEquals(columnOf(test!, "features").slice(0, 4), Float32Array.of(4.7, 3.2, 1.3, 0.2));
  // Rows 35 and 38, which UCI's file has wrong.
  const features = columnOf(train!, "features");
  assertEquals(features.slice(4 * 27, 4 * 28), Float32Array.of(4.9, 3.1, 1.5, 0.2));
  assertEquals(columnOf(test!, "features").slice(4 * 7, 4 * 8), Float32Array.of(4.9, 3.6, 1.4, 0.1));
  // No flower of the test is in the training set.
  const known = new Set(rowKeys(columnOf(train!, "features"), 4));
  assertEquals(rowKeys(columnOf(test!, "features"), 4).filter((key) => known.has(key)), []);
});
