import type { Column, Dataset, SourceFile } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { type Fail, failAs } from "../readers/malformed.ts";
import { type PickledArray, type PickledCsr, type PickleValue, readPickle } from "../readers/pickle.ts";
import { readLines } from "../readers/text.ts";
import { contentOf } from "./_content.ts";

const fail: Fail = failAs("the papers");
const [NODES, WORDS, TRAIN, VALIDATION] = [2708, 1433, 140, 500];

function file(name: string, sha256: string, bytes: number): SourceFile {
  const url = `https://github.com/kimiyoung/planetoid/raw/master/data/${name}`;
  return { name, encoding: "plain", sha256, bytes, sources: [{ kind: "url", url }] };
}

const nodes: Readonly<Record<string, Column>> = {
  words: {
    dtype: "u8",
    shape: [WORDS],
    description: "1 for each of 1,433 words that is in the paper, else 0",
  },
  label: {
    dtype: "u8",
    shape: [],
    description: "field of the paper",
    classes: [
      "Theory",
      "Reinforcement Learning",
      "Genetic Algorithms",
      "Neural Networks",
      "Probabilistic Methods",
      "Case Based",
      "Rule Learning",
    ],
  },
  isTrain: { dtype: "u8", shape: [], description: "1 for the 140 papers of the training set, 20 a class" },
  isValidation: { dtype: "u8", shape: [], description: "1 for the 500 papers of the validation set" },
  isTest: { dtype: "u8", shape: [], description: "1 for the 1,000 papers of the test set" },
};
const edges: Readonly<Record<"source" | "target", Column>> = {
  source: { dtype: "u32", shape: [], description: "a paper: row of the nodes" },
  target: { dtype: "u32", shape: [], description: "a paper of a higher row that cites it or is cited by it" },
};

/** Cora: 2,708 papers on machine learning, their words and citations, with Planetoid's public split. */
export const cora: Dataset = defineDataset({
  name: "cora",
  title: "Cora, the public split",
  description:
    "2,708 papers on machine learning in seven fields: which words they have and which cite each other.",
  licence: "LicenseRef-not-stated",
  citation: "Zhilin Yang, William W. Cohen, Ruslan Salakhutdinov: Revisiting Semi-Supervised Learning with " +
    "Graph Embeddings. ICML 2016; papers: A. McCallum et al., P. Sen et al., 2008.",
  origin: "https://github.com/kimiyoung/planetoid",
  notes: [
    "Neither Planetoid nor Cora states a licence.",
    "Citations have no direction here, and each pair is given once: 5,278 of them.",
    "The names of the fields, which Planetoid numbers only, follow from the sizes of the classes.",
    "GCN is published with 81.5% of the test papers. 1,068 papers are in none of the three sets.",
  ],
  splitRule:
    "Planetoid's public split, as masks of the nodes, which are of one graph: 140, 500 and 1,000 papers.",
  files: [
    file("ind.cora.allx", "9419ba2f26f5c35243db64aba110e0f35a04851609e0dc5433450676ca6b8543", 257_305),
    file("ind.cora.ally", "2b998f5cc7fedc86e7f97ca2498f47a1ffc1462c29e2d578b23bf3f62b6e7d71", 47_959),
    file("ind.cora.graph", "58f13302f39dde8852dad6fe6d15b89b077b6d7f837626bce671ef80344b383d", 59_847),
    file("ind.cora.test.index", "297ce89af2b51a6a194181c7dbe1796c6a1cf9cd9349a88383b1b1e227867875", 5000),
    file("ind.cora.tx", "b9afbaa4a400df991f6f02ef677e1e44da55ffc04801fd02f9e673987829226a", 148_025),
    file("ind.cora.ty", "41f5ac76596a1699cc33f53084a2419e92961c42bb75f36fc38e616d348532ad", 28_135),
  ],
  splits: { nodes: { rows: NODES, columns: nodes }, edges: { rows: 5278, columns: edges } },
  decode(files) {
    const read = (name: string) => readPickle(contentOf(files, "Cora", `ind.cora.${name}`));
    const testNodes = readLines(contentOf(files, "Cora", "ind.cora.test.index")).map(nodeOf);
    if (new Set(testNodes).size !== testNodes.length) fail("distinct test papers", "some twice");
    // Test papers are in the order of the index, the others in their own.
    const parts = [
      { x: sparse(read("allx")), y: dense(read("ally")), node: (row: number) => row },
      { x: sparse(read("tx")), y: dense(read("ty")), node: (row: number) => testNodes[row]! },
    ];
    const known = parts.map(({ x, y }) =>
      x.shape[0] === y.shape[0] ? x.shape[0] : fail(`${x.shape[0]} labels`, y.shape[0]!)
    );
    if (
      known[0]! + known[1]! !== NODES || known[1] !== testNodes.length ||
      testNodes.some((node) => node < known[0]!)
    ) {
      fail(`${NODES} papers, the test papers last`, known.join(" and "));
    }
    const words = new Uint8Array(NODES * WORDS);
    const label = new Uint8Array(NODES);
    for (const { x, y, node } of parts) {
      for (let row = 0; row < x.shape[0]; row++) {
        for (let i = x.indptr[row]!; i < x.indptr[row + 1]!; i++) {
          words[node(row) * WORDS + x.indices[i]!] = x.data[i]!;
        }
        label[node(row)] = y.values.subarray(7 * row, 7 * row + 7).indexOf(1);
      }
    }
    const mask = (isIn: (node: number) => boolean) =>
      Uint8Array.from({ length: NODES }, (_, node) => isIn(node) ? 1 : 0);
    const isTested = new Set(testNodes);
    return {
      nodes: {
        words,
        label,
        isTrain: mask((node) => node < TRAIN),
        isValidation: mask((node) => node >= TRAIN && node < TRAIN + VALIDATION),
        isTest: mask((node) => isTested.has(node)),
      },
      edges: edgesOf(read("graph")),
    };
  },
});

function sparse(value: PickleValue): PickledCsr {
  const isSparse = typeof value === "object" && value !== null && "type" in value &&
    value.type === "csr_matrix";
  return isSparse && value.shape[1] === WORDS
    ? value
    : fail(`sparse rows of ${WORDS} words`, "something else");
}

function dense(value: PickleValue): PickledArray {
  const isDense = typeof value === "object" && value !== null && "type" in value && value.type === "ndarray";
  return isDense && value.shape[1] === 7 ? value : fail("rows of 7 classes", "something else");
}

function nodeOf(value: unknown): number {
  const node = Number(value);
  return Number.isInteger(node) && node >= 0 && node < NODES
    ? node
    : fail(`papers below ${NODES}`, `${value}`);
}

/** The pairs in a dictionary of neighbours, ascending, each once, without those of a paper with itself. */
function edgesOf(graph: PickleValue): { readonly source: Uint32Array; readonly target: Uint32Array } {
  if (!(graph instanceof Map)) return fail("a dictionary of neighbours", "something else");
  const pairs = new Set<number>();
  for (const [key, neighbours] of graph) {
    if (!Array.isArray(neighbours)) return fail("lists of neighbours", "something else");
    const from = nodeOf(key);
    for (const neighbour of neighbours) {
      const to = nodeOf(neighbour);
      if (from !== to) pairs.add(Math.min(from, to) * NODES + Math.max(from, to));
    }
  }
  const sorted = Uint32Array.from(pairs).sort();
  return {
    source: sorted.map((pair) => Math.floor(pair / NODES)),
    target: sorted.map((pair) => pair % NODES),
  };
}
