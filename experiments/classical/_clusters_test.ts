import { assertAlmostEquals, assertEquals } from "@std/assert";
import { adjustedRandIndex, countMembers, majorities, purity } from "./_clusters.ts";

Deno.test("clusters are held against classes as scikit-learn does it", () => {
  const counts = countMembers([0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 0, 1, 1, 1, 1, 2, 2, 0], 3, 3);
  assertEquals(counts, [[2, 1, 0], [0, 3, 0], [1, 0, 2]]);
  assertEquals(majorities(counts), [0, 1, 2]);
  assertAlmostEquals(purity(counts), 7 / 9, 1e-15);
  // adjusted_rand_score of the same two lists in scikit-learn 1.2.1.
  assertAlmostEquals(adjustedRandIndex(counts), 0.35714285714285715, 1e-12);
});

Deno.test("the same groups by other names are equal", () => {
  const counts = countMembers([2, 2, 0, 1, 1], [0, 0, 1, 2, 2], 3, 3);
  assertEquals([purity(counts), adjustedRandIndex(counts)], [1, 1]);
});
