import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { opencvDigits } from "./opencv_digits.ts";

testDataset(opencvDigits, "500 of each digit; the mean and single pixels by Pillow", (splits) => {
  assertEquals(counts(columnOf(splits.train!, "label")), Array(10).fill(400));
  assertEquals(counts(columnOf(splits.test!, "label")), Array(10).fill(100));
  assertClose(means(numbersIn(splits, "image")), [33.808205]);
  const sums = (name: string, row: number) => {
    const image = columnOf(splits[name]!, "image").slice(row * 400, (row + 1) * 400);
    return means([...image])[0]! * 400;
  };
  // The sheet's upper left and right digits, and its lower left and right ones.
  assertEquals([sums("train", 0), sums("test", 19), sums("train", 3920), sums("test", 999)], [
    16057,
    17936,
    15809,
    17323,
  ]);
});
