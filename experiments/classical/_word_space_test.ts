import { Key } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  countWords,
  distancesFrom,
  mantelTest,
  pairsOf,
  rankCorrelation,
  ranksOf,
  vocabularyOf,
} from "./_word_space.ts";

Deno.test("words are counted without regard to case, and signs are none", () => {
  const texts = [["The", "cat", "'s", "the"], ["a", "Cat", "1,000"], ["dog", "dog", "the"]];
  assertEquals(vocabularyOf(texts, 2, 2), ["cat", "the"]);
  assertEquals(vocabularyOf(texts, 2, 1), ["cat", "dog", "the"]);
  const { offsets, indices, values } = countWords(texts, ["cat", "dog", "the"]);
  assertEquals([...offsets], [0, 2, 3, 5]);
  assertEquals([...indices], [0, 1, 2, 0, 2]);
  assertEquals([...values], [1, 1, 2, 2, 1]);
});

Deno.test("distances in a graph are numbers of steps", () => {
  assertEquals([...distancesFrom(0, [[1, 2], [0, 3], [0], [1], []])], [0, 1, 1, 2, -1]);
});

Deno.test("rank correlation agrees with SciPy", () => {
  assertEquals([...ranksOf([3, 1, 3, 2])], [3.5, 1, 3.5, 2]);
  // scipy.stats.spearmanr of the same lists.
  assertAlmostEquals(rankCorrelation([1, 2, 2, 4, 5, 6], [2, 1, 4, 3, 7, 7]), 0.7941176470588236, 1e-12);
  assertAlmostEquals(rankCorrelation([1, 2, 3], [9, 5, 1]), -1, 1e-12);
});

Deno.test("Mantel's test: what is the same is not by chance, and what is drawn is", () => {
  const n = 12;
  const pairs = pairsOf(n);
  assertEquals(pairs.length, n * (n - 1) / 2);
  const places = Array.from(Key.from(1).bits(n), (word) => word / 4294967296);
  const near = pairs.map(([i, j]) => -Math.abs(places[i]! - places[j]!));
  const same = mantelTest(near, near, n, 99, Key.from(2));
  assertAlmostEquals(same.correlation, 1, 1e-12);
  assertEquals(same.p, 0.01);
  const noise = Array.from(Key.from(3).bits(pairs.length));
  const other = mantelTest(near, noise, n, 99, Key.from(2));
  assertAlmostEquals(other.correlation, rankCorrelation(near, noise), 1e-12);
  assert(other.p > 0.05, `${other.p}`);
});
