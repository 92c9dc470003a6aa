import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, textListsOf, textOf } from "../columns.ts";
import { counts, means, testDataset } from "./_testing.ts";
import { wordSimilarity } from "./word_similarity.ts";

testDataset(
  wordSimilarity,
  "its published numbers of pairs and analogies",
  ({ wordsim353, simlex999, analogies }) => {
    const scores = [wordsim353!, simlex999!].map((rows) => [...columnOf(rows, "score")]);
    // Means by Python.
    for (const [i, mean] of [5.855864022662902, 4.561571571571575].entries()) {
      assertAlmostEquals(means(scores[i]!)[0]!, mean, 1e-6);
    }
    const first = textOf(wordsim353!, "first");
    const tiger = textOf(wordsim353!, "second").findIndex((word, row) =>
      word === "tiger" && first[row] === "tiger"
    );
    assertEquals(columnOf(wordsim353!, "score")[tiger], 10);
    assertEquals([textOf(simlex999!, "first")[0], textOf(simlex999!, "second")[0]], ["old", "new"]);
    // 8869 of meaning and 10,675 of grammar, in the paper's table.
    const relations = counts(columnOf(analogies!, "relation"));
    const sum = (values: number[]) => values.reduce((a, b) => a + b);
    assertEquals([relations.length, sum(relations.slice(0, 5)), sum(relations.slice(5))], [14, 8869, 10_675]);
    assertEquals(textListsOf(analogies!, "words").values.slice(0, 4), [
      "Athens",
      "Greece",
      "Baghdad",
      "Iraq",
    ]);
  },
);
