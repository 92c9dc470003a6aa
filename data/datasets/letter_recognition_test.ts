import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { rowKeys } from "./_split_rows.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { letterRecognition } from "./letter_recognition.ts";

testDataset(letterRecognition, "its published letters; means and shared rows by NumPy", (splits) => {
  const letters = counts(numbersIn(splits, "label"));
  // Published: 789 A, 813 U, 734 Z.
  assertEquals([letters.length, letters[0], letters[20], letters[25]], [26, 789, 813, 734]);
  assertClose(means(numbersIn(splits, "features"), 16).slice(0, 4), [4.02355, 7.0355, 5.12185, 5.37245]);
  // The first row is T,2,8,3,5,...
  assertEquals([columnOf(splits.train!, "label")[0], ...columnOf(splits.train!, "features").slice(0, 4)], [
    19,
    2,
    8,
    3,
    5,
  ]);
  const known = new Set(rowKeys(columnOf(splits.train!, "features"), 16));
  assertEquals(rowKeys(columnOf(splits.test!, "features"), 16).filter((key) => known.has(key)).length, 380);
});
