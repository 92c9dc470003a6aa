import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { cora } from "./cora.ts";
import { counts, testDataset } from "./_testing.ts";

testDataset(cora, "the public split; sums by Python's own pickle and SciPy", ({ nodes, edges }) => {
  const label = columnOf(nodes!, "label");
  const words = columnOf(nodes!, "words");
  // Published: 351 papers on theory, 217 on reinforcement learning, 418 on genetic algorithms, 818 ...
  assertEquals(counts(label), [351, 217, 418, 818, 426, 298, 180]);
  assertEquals(counts(words), [2708 * 1433 - 49_216, 49_216]);
  const labelsIn = (mask: string) => {
    const isIn = columnOf(nodes!, mask);
    return counts(label.filter((_, node) => isIn[node] === 1));
  };
  assertEquals(labelsIn("isTrain"), [20, 20, 20, 20, 20, 20, 20]);
  assertEquals(labelsIn("isValidation").reduce((sum, count) => sum + count), 500);
  assertEquals(labelsIn("isTest"), [130, 91, 144, 319, 149, 103, 64]);
  const masks = ["isTrain", "isValidation", "isTest"].map((mask) => columnOf(nodes!, mask));
  assertEquals(label.every((_, node) => masks[0]![node]! + masks[1]![node]! + masks[2]![node]! <= 1), true);
  // The first paper, and the first of test.index, which is paper 2692.
  const wordsOf = (node: number) => words.slice(1433 * node, 1433 * (node + 1));
  const first = [...wordsOf(0).entries()].filter(([, is]) => is === 1).map(([word]) => word);
  assertEquals([label[0], ...first.slice(0, 5)], [3, 19, 81, 146, 315, 774]);
  assertEquals([label[2692], counts(wordsOf(2692))[1]], [3, 15]);

  const [sources, targets] = [columnOf(edges!, "source"), columnOf(edges!, "target")];
  assertEquals([sources.length, sources[0], targets[0], sources[1], targets[1]], [5278, 0, 633, 0, 1862]);
  // 81.0% of the edges join papers of one field.
  const same = [...sources].filter((source, edge) => label[source] === label[targets[edge]!]).length;
  assertEquals(Math.round(1000 * same / 5278), 810);
});
