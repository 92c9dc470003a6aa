import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { uciDigits } from "./uci_digits.ts";

testDataset(uciDigits, "UCI's numbers of each digit; the mean by NumPy", (splits) => {
  assertEquals(counts(numbersIn(splits, "label")), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  const pixels = numbersIn(splits, "image");
  assertEquals(counts(pixels).length, 17);
  assertClose(means(pixels), [4.884164579855314]);
  // The first row, as scikit-learn's documentation prints it.
  assertEquals([...columnOf(splits.train!, "image").slice(0, 16)], [
    0,
    0,
    5,
    13,
    9,
    1,
    0,
    0,
    0,
    0,
    13,
    15,
    10,
    15,
    5,
    0,
  ]);
  assertEquals([...columnOf(splits.train!, "label").slice(0, 10)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
