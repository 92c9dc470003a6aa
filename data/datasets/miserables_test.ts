import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { counts, testDataset } from "./_testing.ts";
import { miserables } from "./miserables.ts";

testDataset(miserables, "Knuth's graph", ({ nodes, edges }) => {
  const names = textOf(nodes!, "name");
  assertEquals([names.length, names[0], new Set(names).size], [77, "Myriel", 77]);
  assertEquals(counts(columnOf(nodes!, "group")), [3, 10, 14, 10, 11, 10, 1, 2, 13, 1, 2]);
  const [sources, targets, weights] = ["source", "target", "weight"].map((
    name,
  ) => [...columnOf(edges!, name)]);
  // Published: 254 pairs; Valjean meets 36 others, Gavroche 22, Marius 19; 820 encounters in all.
  assertEquals([sources!.length, weights!.reduce((sum, weight) => sum + weight, 0)], [254, 820]);
  const degrees = counts([...sources!, ...targets!]);
  const degree = (name: string) => degrees[names.indexOf(name)];
  assertEquals([degree("Valjean"), degree("Gavroche"), degree("Marius")], [36, 22, 19]);
  assertEquals(sources!.every((source, i) => source > targets![i]!), true);
});
