import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { rowKeys } from "./_split_rows.ts";
import { spambase } from "./spambase.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";

testDataset(spambase, "its published classes; means by R", (splits) => {
  // 2,788 wanted, 1,813 spam.
  assertEquals(counts(numbersIn(splits, "label")), [2788, 1813]);
  const features = means(numbersIn(splits, "features"), 57);
  assertClose(features.slice(0, 2), [0.1045533580, 0.2130145621]);
  assertClose(features.slice(-3), [5.1915151054, 52.1727885242, 283.2892849381]);
  const known = new Set(rowKeys(columnOf(splits.train!, "features"), 57));
  assertEquals(rowKeys(columnOf(splits.test!, "features"), 57).filter((key) => known.has(key)), []);
});
