import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { rowKeys } from "./_split_rows.ts";
import { counts, means, numbersIn, testDataset } from "./_testing.ts";
import { tissueGeneExpression } from "./tissue_gene_expression.ts";

testDataset(tissueGeneExpression, "seven tissues; the mean by R", (splits) => {
  assertEquals(counts(numbersIn(splits, "label")), [38, 34, 15, 31, 39, 26, 6]);
  const features = numbersIn(splits, "features");
  assertAlmostEquals(means(features)[0]!, 7.482018338, 1e-6);
  // cerebellum_1: MAML1 9.83...; the next row of that gene is 9.63...
  const train = columnOf(splits.train!, "features");
  assertEquals([train[0]!, train[500]!].map((value) => Math.round(100 * value)), [983, 963]);
  const known = new Set(rowKeys(train, 500));
  assertEquals(rowKeys(columnOf(splits.test!, "features"), 500).filter((key) => known.has(key)), []);
  assertEquals(new Set(rowKeys(features, 500)).size, 185);
});
