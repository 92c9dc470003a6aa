import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { largestComponent, mostFrequentWords, neighboursOf } from "./_noun_graph.ts";
import { counts, testDataset } from "./_testing.ts";
import { wordnetNouns } from "./wordnet_nouns.ts";

testDataset(wordnetNouns, "the graph that Python makes by the same words", ({ nodes, edges }) => {
  const label = columnOf(nodes!, "label");
  assertEquals(counts(label), [3812, 2288, 582, 474, 1074, 3343, 591]);
  const names = textOf(nodes!, "name");
  assertEquals([names[0], names.at(-1)], ["Animalia", "tubocurarine"]);
  assertEquals(textOf(nodes!, "gloss")[0]!.startsWith("taxonomic kingdom comprising all living"), true);
  const words = columnOf(nodes!, "words");
  assertEquals(counts(words)[1], 93_573);
  // The first word, "of", is in 6,344 definitions; no other is in more.
  const frequency = new Uint32Array(1500);
  words.forEach((is, i) => frequency[i % 1500]! += is);
  assertEquals([frequency[0], frequency.toSorted().at(-1)], [6344, 6344]);
  assertEquals(frequency.every((count, word) => word === 0 || count <= frequency[word - 1]!), true);

  const [sources, targets] = [columnOf(edges!, "source"), columnOf(edges!, "target")];
  assertEquals([...sources.slice(0, 3), ...targets.slice(0, 3)], [0, 0, 0, 31, 324, 1156]);
  const same = [...sources].filter((source, edge) => label[source] === label[targets[edge]!]).length;
  assertEquals([sources.length, same], [20_856, 20_382]);

  const [train, validation, test] = ["isTrain", "isValidation", "isTest"].map((
    mask,
  ) => [...columnOf(nodes!, mask)]);
  assertEquals([train, validation, test].map((mask) => counts(mask!)[1]), [140, 1201, 10_823]);
  assertEquals(train!.every((isIn, node) => isIn + validation![node]! + test![node]! === 1), true);
  assertEquals(counts([...label].filter((_, node) => train![node] === 1)), Array(7).fill(20));
});

Deno.test("noun graphs: neighbours in both directions, the largest component, words of most texts", () => {
  const synset = (offset: number, ...targets: number[]) => ({
    offset,
    file: 5,
    pos: "n",
    words: [`${offset}`],
    lexIds: [0],
    pointers: targets.map((target) => ({ symbol: "@", offset: target, pos: "n", source: 0, target: 0 })),
    frames: [],
    gloss: "",
  });
  // 10 and 10 itself, 20 to 40 twice, 30 to 20, and 99, which is not in the list.
  const neighbours = neighboursOf([synset(10, 10), synset(20, 40, 40), synset(30, 20, 99), synset(40)]);
  assertEquals(neighbours, [[], [2, 3], [1], [1]]);
  assertEquals(largestComponent(neighbours), [1, 2, 3]);
  assertEquals(largestComponent([[1], [0], [3], [2]]), [0, 1]);
  assertEquals(mostFrequentWords([new Set(["b", "c", "a"]), new Set(["c"])], 2), ["c", "a"]);
});
