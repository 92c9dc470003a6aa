import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { vowel } from "./vowel.ts";

testDataset(vowel, "528 + 462 vowels of other speakers; means by R", (splits) => {
  assertEquals(counts(columnOf(splits.train!, "speaker")), Array(8).fill(66));
  assertEquals(counts(columnOf(splits.test!, "speaker")), [...Array(8).fill(0), ...Array(7).fill(66)]);
  assertEquals(counts(columnOf(splits.train!, "label")), Array(11).fill(48));
  assertEquals(counts(columnOf(splits.test!, "label")), Array(11).fill(42));
  const ratios = means(numbersIn(splits, "features"), 9);
  assertClose(ratios.slice(0, 4), [-3.2037404040, -0.5077696970, 0.5154828283, -0.3056575758]);
});
