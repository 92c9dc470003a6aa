import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { columnOf, textListsOf, textOf } from "../columns.ts";
import { MalformedFileError } from "../readers/malformed.ts";
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

// The set comes from one server alone: this shows its decoder where that cannot be reached.
Deno.test("word similarity reads ratings and analogies", () => {
  const files = (questions: string) =>
    new Map(
      Object.entries({
        "wordsim353.tsv":
          "# The collection\n# Word 1\tWord 2\tHuman (mean)\nlove\tsex\t6.77\ntiger\tcat\t7.35\n",
        "simlex999.txt": "# The data\n# Word 1\tWord 2\tHuman (mean)\nold\tnew\t1.58\n",
        "questions-words.txt": questions,
      }).map(([name, text]) => [name, new TextEncoder().encode(text)]),
    );
  assertEquals(
    wordSimilarity.decode(files(": family\nboy girl he she\n: gram8-plural\nrat rats cat cats\n")),
    {
      wordsim353: { first: ["love", "tiger"], second: ["sex", "cat"], score: Float32Array.of(6.77, 7.35) },
      simlex999: { first: ["old"], second: ["new"], score: Float32Array.of(1.58) },
      analogies: {
        words: {
          offsets: Uint32Array.of(0, 4, 8),
          values: ["boy", "girl", "he", "she", "rat", "rats", "cat", "cats"],
        },
        relation: Uint8Array.of(4, 12),
      },
    },
  );
  for (const questions of [": unknown\n", "boy girl he she\n", ": family\nboy girl he\n"]) {
    assertThrows(() => wordSimilarity.decode(files(questions)), MalformedFileError, "Cannot read analogies");
  }
});
