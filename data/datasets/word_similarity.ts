import type { Column, Dataset, Rows, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { failAs } from "../readers/malformed.ts";
import { readLines } from "../readers/text.ts";
import { contentOf } from "./_content.ts";

/** The relations of the analogies: five of meaning, nine of grammar. */
const RELATIONS = [
  "capital-common-countries",
  "capital-world",
  "currency",
  "city-in-state",
  "family",
  "gram1-adjective-to-adverb",
  "gram2-opposite",
  "gram3-comparative",
  "gram4-superlative",
  "gram5-present-participle",
  "gram6-nationality-adjective",
  "gram7-past-tense",
  "gram8-plural",
  "gram9-plural-verbs",
];

function pairs(description: string): Readonly<Record<"first" | "second" | "score", Column>> {
  return {
    first: { dtype: "utf8", description: "a word" },
    second: { dtype: "utf8", description: "another word" },
    score: { dtype: "f32", shape: [], description },
  };
}
const pairColumns = {
  wordsim353: pairs("mean of people's ratings how related the words are, 0 to 10"),
  simlex999: pairs("mean of people's ratings how similar the words are, 0 to 10, relatedness left aside"),
};
const analogyColumns: Readonly<Record<"words" | "relation", Column>> = {
  words: {
    dtype: "list",
    of: "utf8",
    description: "four words: the first is to the second as the third to the fourth",
  },
  relation: { dtype: "u8", shape: [], description: "relation of the pairs", classes: RELATIONS },
};

function file(name: string, sha256: string, bytes: number): SourceFile {
  const url = `https://raw.githubusercontent.com/piskvorky/gensim/37f90ec12/gensim/test/test_data/${name}`;
  return { name, encoding: "plain", sha256, bytes, sources: [{ kind: "url", url }] };
}
const fail = failAs("analogies");

/** WordSim-353, SimLex-999 and Google's analogies: what vectors of words are held against. */
export const wordSimilarity: Dataset = defineDataset({
  name: "word-similarity",
  title: "Word similarity and analogies",
  description:
    "353 and 999 pairs of English words with people's ratings of their relatedness or similarity, and 19,544 analogies.",
  licence: "Apache-2.0 AND LicenseRef-not-stated",
  citation:
    "L. Finkelstein et al.: Placing Search in Context: The Concept Revisited, ACM TOIS 20(1), 2002. F. Hill, R. Reichart, A. " +
    "Korhonen: SimLex-999, Computational Linguistics 41(4), 2015. T. Mikolov et al.: Efficient Estimation of Word " +
    "Representations in Vector Space, arXiv:1301.3781, 2013.",
  origin: "https://github.com/piskvorky/gensim",
  notes: [
    "The analogies come with word2vec, which is under Apache 2.0; the files of WordSim-353 and SimLex-999 state no licence.",
    "WordSim-353 has money/cash and money/bank twice, with different ratings, and one word with itself (tiger); SimLex-999 has " +
    "sly/strange twice.",
    "Half of the analogies of meaning are capitals of the world. WordSim-353 rates antonyms and things met together as related.",
  ],
  splitRule: "Three tests, one split each; there is nothing to train on.",
  files: [
    file("wordsim353.tsv", "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d", 7186),
    file("simlex999.txt", "d5e0501971478a511430ee880bd0121e94ac701ba86d90544d83e6d2ba3db05d", 18_126),
    file("questions-words.txt", "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36", 603_955),
  ],
  splits: {
    wordsim353: { rows: 353, columns: pairColumns.wordsim353 },
    simlex999: { rows: 999, columns: pairColumns.simlex999 },
    analogies: { rows: 19_544, columns: analogyColumns },
  },
  decode(files) {
    const content = (name: string) => contentOf(files, "word similarity", name);
    return {
      wordsim353: ratings(content("wordsim353.tsv")),
      simlex999: ratings(content("simlex999.txt")),
      analogies: analogies(content("questions-words.txt")),
    };
  },
});

/** Two lines of comment, then two words and a number in each line. */
function ratings(bytes: Uint8Array): Rows {
  const table = readCsv(bytes, { delimiter: "\t", skipLines: 2, header: ["first", "second", "score"] });
  return { first: table.text("first"), second: table.text("second"), score: table.numbers("score", "f32") };
}

/** Four words a line, under lines ": relation". */
function analogies(bytes: Uint8Array): Rows {
  const words: string[] = [];
  const relations: number[] = [];
  let relation = -1;
  for (const line of readLines(bytes)) {
    if (line.startsWith(": ")) {
      relation = RELATIONS.indexOf(line.slice(2));
      if (relation < 0) fail("a known relation", line);
      continue;
    }
    const four = line.split(" ");
    if (four.length !== 4 || relation < 0) fail("four words under a relation", line);
    words.push(...four);
    relations.push(relation);
  }
  const offsets = Uint32Array.from({ length: relations.length + 1 }, (_, row) => 4 * row);
  return { words: { offsets, values: words }, relation: Uint8Array.from(relations) };
}
