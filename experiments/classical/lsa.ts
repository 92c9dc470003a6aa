import { disposeTree, gather, Key, type linalg, readTree, scope, type Tensor, tensor } from "@verbatim/core";
import { brown, columnOf, textListsOf, textOf, wordnetNouns } from "@verbatim/data";
import { cosineSimilarities, fitLsa, tfIdf } from "@verbatim/models";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";
import {
  countWords,
  distancesFrom,
  mantelTest,
  pairsOf,
  rankCorrelation,
  type Text,
  vocabularyOf,
} from "./_word_space.ts";

interface Config {
  /** A word is in the vocabulary if it occurs so often, in so many texts. */
  readonly leastCount: number;
  readonly leastTexts: number;
  /** A noun is compared if it occurs so often. */
  readonly leastNounCount: number;
  readonly dimensions: number;
  /** More directions that the search keeps; with as many as texts it is exact up to rounding. */
  readonly oversampling: number;
  readonly powerIterations: number;
  /** Numbers of dimensions on the curve. */
  readonly curve: readonly number[];
  /** Random orders of Mantel's test. */
  readonly orders: number;
  /** Words whose neighbours the report shows, and how many. */
  readonly probes: readonly string[];
  readonly shown: number;
}

type Data = ReturnType<RunContext<Config>["data"]>;

/** The documents of a split as their words. */
async function textsOf(data: Data): Promise<Text[]> {
  const rows = await readAll(data.split("train"));
  const documents = textOf(rows, "document");
  const { offsets, values } = textListsOf(rows, "words");
  const texts = new Map<string, string[]>();
  for (const [i, document] of documents.entries()) {
    const text = texts.get(document) ?? [];
    for (let at = offsets[i]!; at < offsets[i + 1]!; at++) text.push(values[at]!);
    texts.set(document, text);
  }
  return [...texts.values()];
}

/** The nouns of WordNet that are frequent words: their places in the vocabulary, classes, and steps between them. */
async function nounsOf(data: Data, frequent: ReadonlyMap<string, number>) {
  const nodes = await readAll(data.split("nodes"));
  const edges = await readAll(data.split("edges"));
  const labels = columnOf(nodes, "label");
  const [source, target] = [columnOf(edges, "source"), columnOf(edges, "target")];
  const neighbours: number[][] = Array.from(labels, () => []);
  for (let e = 0; e < source.length; e++) {
    neighbours[source[e]!]!.push(target[e]!);
    neighbours[target[e]!]!.push(source[e]!);
  }
  // A word may name several nodes: the first counts.
  const first = new Map<string, number>();
  for (const [node, name] of textOf(nodes, "name").entries()) {
    if (frequent.has(name) && !first.has(name)) first.set(name, node);
  }
  const found = [...first];
  const steps = found.map(([, node]) => distancesFrom(node, neighbours));
  return {
    places: Uint32Array.from(found, ([name]) => frequent.get(name)!),
    classes: Uint8Array.from(found, ([, node]) => labels[node]!),
    similarities: pairsOf(found.length).map(([i, j]) => 1 / (1 + steps[i]![found[j]![1]]!)),
  };
}

/** The cosines of all pairs of some rows, and the nearest other row of each. */
async function compare(points: Tensor, rows: Uint32Array) {
  using table = scope(() => {
    const some = gather(points, tensor(rows));
    return cosineSimilarities(some, some);
  });
  const cosines = await table.read();
  const n = rows.length;
  const nearest = Array.from({ length: n }, (_, i) => {
    let best = i === 0 ? 1 : 0;
    for (let j = 0; j < n; j++) if (j !== i && cosines[i * n + j]! > cosines[i * n + best]!) best = j;
    return best;
  });
  return { pairs: Float32Array.from(pairsOf(n), ([i, j]) => cosines[i * n + j]!), nearest };
}

/** Rows of a sparse matrix, with all their zeros. */
function denseRows({ columns, offsets, indices, values }: linalg.SparseMatrix, rows: Uint32Array): Tensor {
  const dense = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) {
    for (let e = offsets[row]!; e < offsets[row + 1]!; e++) dense[i * columns + indices[e]!] = values[e]!;
  }
  return tensor(dense, [rows.length, columns]);
}

async function run(context: RunContext<Config>): Promise<void> {
  const { config, seed } = context;
  const key = Key.from(seed);
  const texts = await textsOf(context.data(brown));
  const vocabulary = vocabularyOf(texts, config.leastCount, config.leastTexts);
  const counts = countWords(texts, vocabulary);
  const weights = await tfIdf(counts);
  const totals = vocabulary.map((_, place) =>
    counts.values.subarray(counts.offsets[place], counts.offsets[place + 1]).reduce((a, b) => a + b, 0)
  );
  const frequent = new Map(
    vocabulary.map((word, place) => [word, place] as const)
      .filter(([, place]) => totals[place]! >= config.leastNounCount),
  );
  const nouns = await nounsOf(context.data(wordnetNouns), frequent);
  const shareRight = (nearest: readonly number[]) =>
    nearest.filter((other, i) => nouns.classes[other] === nouns.classes[i]).length / nearest.length;

  const lsa = fitLsa(weights, {
    dimensions: config.dimensions,
    key: key.fold("directions"),
    oversampling: config.oversampling,
    powerIterations: config.powerIterations,
  });
  context.fitted("main", await readTree(lsa));
  const found = await compare(lsa.terms, nouns.places);
  const { correlation, p } = mantelTest(
    found.pairs,
    nouns.similarities,
    nouns.places.length,
    config.orders,
    key.fold("orders"),
  );
  using dense = denseRows(weights, nouns.places);
  const raw = await compare(dense, Uint32Array.from(nouns.places.keys()));
  const strengths = await lsa.strengths.read();
  context.metric("correlation", correlation);
  context.metric("chance", p);
  context.metric("rawCorrelation", rankCorrelation(raw.pairs, nouns.similarities));
  context.metric("nearestClass", shareRight(found.nearest));
  context.metric("rawNearestClass", shareRight(raw.nearest));
  const alike = pairsOf(nouns.places.length).filter(([i, j]) => nouns.classes[i] === nouns.classes[j]).length;
  context.metric("anyClass", alike / nouns.similarities.length);
  context.metric("kept", [...strengths].reduce((sum, s) => sum + s * s, 0) / texts.length);
  context.metric("texts", texts.length);
  context.metric("terms", vocabulary.length);
  context.metric("nouns", nouns.places.length);

  const points: { x: number; y: number }[] = [];
  for (const k of config.curve) {
    using part = scope(() => lsa.terms.slice([0, 0], [vocabulary.length, k]));
    const { pairs } = await compare(part, nouns.places);
    points.push({ x: k, y: rankCorrelation(pairs, nouns.similarities) });
  }
  context.exhibit({
    kind: "plot",
    name: "dimensions",
    title: "Rank correlation by the number of dimensions",
    caption:
      "Of the cosine of two nouns and their similarity in WordNet. The second line is the words' weights in all texts, without the decomposition.",
    x: { title: "dimensions", scale: "linear" },
    y: { title: "rank correlation", scale: "linear", format: "number" },
    series: [
      { label: "latent dimensions", mark: "line", points },
      {
        label: "weights in all texts",
        mark: "line",
        points: [points[0]!, points.at(-1)!].map(({ x }) => ({
          x,
          y: rankCorrelation(raw.pairs, nouns.similarities),
        })),
      },
    ],
  });
  await exhibitNeighbours(context, lsa.terms, vocabulary);
  disposeTree(lsa);
}

/** The words nearest to each probe. */
async function exhibitNeighbours(
  context: RunContext<Config>,
  terms: Tensor,
  vocabulary: readonly string[],
): Promise<void> {
  const { probes, shown } = context.config;
  const places = probes.map((word) => vocabulary.indexOf(word));
  const missing = probes.filter((_, i) => places[i]! < 0);
  if (missing.length > 0) {
    throw new RangeError(`Cannot show neighbours: expected frequent words, got ${missing}`);
  }
  using table = scope(() => cosineSimilarities(gather(terms, tensor(Uint32Array.from(places))), terms));
  const cosines = await table.read();
  context.exhibit({
    kind: "table",
    name: "nearest-words",
    title: "Nearest words",
    caption: "By the cosine of their points, which stands behind each; the words were chosen before the run.",
    columns: ["word", "nearest words"],
    rows: probes.map((word, i) => {
      const row = cosines.subarray(i * vocabulary.length, (i + 1) * vocabulary.length);
      const order = Array.from(vocabulary.keys()).filter((place) => place !== places[i]).sort((a, b) =>
        row[b]! - row[a]! || a - b
      );
      const words = order.slice(0, shown).map((place) => `${vocabulary[place]} ${row[place]!.toFixed(2)}`);
      return [word, words.join(", ")];
    }),
  });
}

const profile = {
  leastCount: 10,
  leastTexts: 5,
  leastNounCount: 20,
  orders: 999,
  probes: ["church", "music", "hospital", "horse", "water", "tax", "poet", "army"],
  shown: 7,
};

export default defineExperiment({
  id: "lsa",
  family: "classical",
  title: "Latent semantic analysis of the Brown corpus",
  question: "Do words that occur in the same texts have similar meanings, and do fewer dimensions help?",
  notes: [
    {
      note: "csw182",
      section: "Lecture 12, natural language processing",
      quote: "Word similarity: Similar words occur in similar contexts.",
    },
    {
      note: "csw182",
      section: "Lecture 12, natural language processing",
      quote: "LSA, Latent Semantic Analysis: A neural network that could learn something like a SVD",
    },
  ],
  datasets: [brown, wordnetNouns],
  model: {
    name: "latent semantic analysis, 100 dimensions",
    layers: [
      { name: "weights of a word in all texts", shape: "[words, texts]", parameters: 0 },
      { name: "latent dimensions", shape: "[words, 100]", parameters: 0 },
    ],
    counts: [],
  },
  method: [
    "The context of a word is the documents of the training split in which it occurs. Words are runs of letters, in lower case; those are kept that occur at least 10 times and in at least 5 documents.",
    "A word that occurs c times in a document and in t of the T documents weighs (1 + log c) log(T / t) there; then each document has the length 1. The largest 100 singular values of this matrix give every word a point of 100 dimensions.",
    "Beside it stands WordNet: the similarity of two nouns is 1 / (1 + steps on the shortest way between them) in the data set's graph. A word that names several of its nodes counts as the first of them; nouns that occur at least 20 times are compared, each with each.",
    "Spearman's rank correlation of cosine and similarity over all pairs; Mantel's test says how often it is as large when the nouns are in random order. The nearest noun of the same class (animal, artifact, body, food, person, plant, substance) is a second measure.",
    "The search for singular values begins with random directions of a fixed key. In the full profile they are as many as documents, which makes the decomposition exact up to rounding, whatever they are; so there is but one run. Mantel's test counts 999 random orders, of a fixed key too. Nothing was selected: WordNet is only compared with.",
  ],
  deterministic: true,
  profiles: {
    quick: {
      seeds: [1],
      config: {
        ...profile,
        dimensions: 20,
        oversampling: 10,
        powerIterations: 1,
        curve: [5, 20],
        orders: 19,
      },
    },
    full: {
      seeds: [1],
      config: {
        ...profile,
        dimensions: 100,
        oversampling: 300,
        powerIterations: 0,
        curve: [2, 5, 10, 20, 30, 40, 50, 60, 80, 100],
      },
    },
  },
  metrics: [
    {
      name: "correlation",
      title: "Rank correlation of cosine and WordNet similarity",
      format: "number",
      better: "higher",
    },
    { name: "chance", title: "How likely it is by chance (Mantel)", format: "number", better: "lower" },
    {
      name: "rawCorrelation",
      title: "Rank correlation without the decomposition",
      format: "number",
      better: "neither",
    },
    { name: "nearestClass", title: "Nearest noun is of the same class", format: "percent", better: "higher" },
    {
      name: "rawNearestClass",
      title: "Nearest noun is of the same class, without the decomposition",
      format: "percent",
      better: "neither",
    },
    { name: "anyClass", title: "Any two nouns are of the same class", format: "percent", better: "neither" },
    {
      name: "kept",
      title: "Share of the squared weights that is kept",
      format: "percent",
      better: "neither",
    },
    { name: "texts", title: "Documents", format: "count", better: "neither" },
    { name: "terms", title: "Words", format: "count", better: "neither" },
    { name: "nouns", title: "Nouns compared", format: "count", better: "neither" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "cosines of the weights in all texts, without the decomposition",
      metric: "correlation",
      value: 0.112557,
      source: "computed with NumPy and SciPy on the same texts",
    },
    {
      kind: "independent",
      label: "the same points by NumPy's full decomposition",
      metric: "correlation",
      value: 0.12281633,
      tolerance: 0.0001,
      source: "computed with NumPy and SciPy on the same texts",
    },
    {
      kind: "independent",
      label: "the same weights",
      metric: "rawCorrelation",
      value: 0.11255705,
      tolerance: 0.00001,
      source: "computed with NumPy and SciPy on the same texts",
    },
    {
      kind: "independent",
      label: "the same singular values",
      metric: "kept",
      value: 0.44363975,
      tolerance: 0.000001,
      source: "computed with NumPy on the same texts",
    },
    {
      kind: "baseline",
      label: "any two nouns",
      metric: "nearestClass",
      value: 0.39710674,
      source: "computed with NumPy on the same nouns",
    },
  ],
  claims: [
    {
      id: "context-similarity",
      measured:
        "Cosines of two nouns' points of latent semantic analysis, whose contexts are documents; p by Mantel's test.",
      decide(metrics) {
        const evidence = metrics.map(({ correlation, chance }) =>
          `${correlation!.toFixed(3)} (p = ${chance!.toFixed(3)})`
        ).join("; ");
        const confirmed = metrics.every(({ correlation, chance }) => correlation! > 0 && chance! < 0.05);
        const refuted = metrics.every(({ correlation }) => correlation! <= 0);
        return { verdict: confirmed ? "confirmed" : refuted ? "refuted" : "inconclusive", evidence };
      },
    },
  ],
  differences: [
    "The notes call it a neural network; it is a singular value decomposition, and nothing is trained by steps.",
  ],
  run,
});
