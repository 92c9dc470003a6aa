import { Key } from "@verbatim/core";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { CLASSES, QUERIES, X } from "./_made_up_samples.ts";
import { averageOf, baggingMethod, bootstrapWeights, fitBagging, voteOf } from "./bagging.ts";
import { fitTree, predictTree, sortSamples } from "./regression_tree.ts";

testMethod(baggingMethod);

Deno.test("a bootstrap draws every row equally often: chi-squared over 200 of them", () => {
  const n = 50;
  const counts = new Float64Array(n);
  for (let i = 0; i < 200; i++) {
    bootstrapWeights(Key.from(i), n).forEach((weight, row) => counts[row]! += weight);
  }
  const chiSquared = counts.reduce((sum, count) => sum + (count - 200) * (count - 200) / 200, 0);
  // 49 degrees of freedom: below 85 with probability 0.999, above 23 with probability 0.999.
  assert(chiSquared > 23 && chiSquared < 85, `${chiSquared}`);
  assertThrows(
    () => bootstrapWeights(Key.from(1), 0),
    RangeError,
    "expected a positive number of rows, got 0",
  );
});

Deno.test("bagged trees are the trees of their bootstraps, voted on and averaged one by one", () => {
  const samples = sortSamples(X, 200, 3);
  const key = Key.from(4);
  const trees = fitBagging(samples, CLASSES, 6, { maxDepth: 3 }, key);
  assertNotEquals(trees[0], trees[1]);
  const alone = fitTree(samples, CLASSES, { maxDepth: 3 }, bootstrapWeights(key.fold(5), 200));
  assertEquals(trees[5], alone);
  const said = trees.map((tree) => predictTree(tree, QUERIES, 3));
  for (let row = 0; row < 5; row++) {
    const values = said.map((values) => values[row]!);
    assertEquals(averageOf(trees, QUERIES, 3)[row], values.reduce((sum, value) => sum + value, 0) / 6);
    assertEquals(voteOf(trees, QUERIES, 3)[row], values.filter((value) => value > 0.5).length > 3 ? 1 : 0);
  }
});
