import {
  adam,
  cast,
  dense,
  type DenseParams,
  disposeTree,
  embedding,
  initDense,
  kaimingUniform,
  Key,
  relu,
  scope,
  type Tensor,
  tensor,
  zeros,
} from "@verbatim/core";
import {
  brown,
  classesOf,
  columnOf,
  memorySplit,
  numberListsOf,
  type Rows,
  type Split,
  textListsOf,
} from "@verbatim/data";
import { defineExperiment } from "../define_experiment.ts";
import { decidePaired } from "../paired_tests.ts";
import { readAll } from "../read_all.ts";
import { scoreClassifier, trainClassifier } from "./_classifier.ts";

interface Config {
  /** Words that have a number of their own, with the one for all others and the one beyond a sentence's ends. */
  readonly vocabulary: number;
  readonly hidden: number;
  /** The first sentences of the test split. */
  readonly testSentences: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** A hidden layer by one-hot words, as the rows of one table for each place, or by their numbers; and the scores. */
type OneHot = { readonly tables: Tensor; readonly b: Tensor; readonly output: DenseParams };
type Numbered = { readonly hidden: DenseParams; readonly output: DenseParams };

/** The word before, the word itself, the word after. */
const PLACES = 3;
const UNKNOWN = 0;
const BOUNDARY = 1;
/** Places 0 and 1 of the list are taken. */
const RESERVED = 2;
/** The deviation of a uniform distribution on [0, 1] is 1 over this. */
const ROOT_12 = 3.4641016151377544;
const optimiser = adam();

/** The numbers of the most frequent words in falling order; of equally frequent ones the first in the alphabet. */
function numberWords(words: readonly string[], vocabulary: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const order = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Map(order.slice(0, vocabulary - RESERVED).map(([word], i) => [word, i + RESERVED]));
}

/** One row for each word of some sentences: the numbers of its window, and its tag. */
function windowsOf(rows: Rows, numbers: Map<string, number>, classes: readonly string[]): Split {
  const { offsets, values } = textListsOf(rows, "words");
  const label = Uint8Array.from(numberListsOf(rows, "tags").values);
  const own = Uint32Array.from(values, (word) => numbers.get(word) ?? UNKNOWN);
  const window = new Uint32Array(PLACES * own.length).fill(BOUNDARY);
  for (let sentence = 0; sentence + 1 < offsets.length; sentence++) {
    const [start, end] = [offsets[sentence]!, offsets[sentence + 1]!];
    for (let i = start; i < end; i++) {
      if (i > start) window[PLACES * i] = own[i - 1]!;
      window[PLACES * i + 1] = own[i]!;
      if (i + 1 < end) window[PLACES * i + 2] = own[i + 1]!;
    }
  }
  const columns = {
    window: {
      dtype: "u32",
      shape: [PLACES],
      description: "numbers of the word before, the word and the next",
    },
    label: { dtype: "u8", shape: [], description: "part of speech", classes },
  } as const;
  return memorySplit(own.length, columns, { window, label });
}

const labelsOf = (rows: Rows) => tensor(columnOf(rows, "label"));
const config: Config = {
  vocabulary: 4096,
  hidden: 32,
  testSentences: 11_063,
  batchSize: 512,
  steps: 1000,
  learningRate: 0.01,
};

export default defineExperiment<Config>({
  id: "word-numbers",
  family: "insight",
  title: "Tagging the Brown corpus from numbered and from one-hot words",
  question: "Can a network read words as one number each?",
  notes: [{
    note: "aps360",
    section: "Week 7",
    quote: "Using one dimension and assigning a number to each word would not work well",
  }],
  datasets: [brown],
  model: {
    name: "window of three words, 32 hidden units, 12 tags",
    of: [],
    layers: [
      { name: "one-hot words, dense and rectifier", shape: "[B, 32]", parameters: 393_248 },
      { name: "dense", shape: "[B, 12]", parameters: 396 },
    ],
    counts: [
      { label: "one-hot words", count: "3 x 4,096 x 32 + 32 + 33 x 12 = 393,644", source: "arithmetic" },
      { label: "numbered words", count: "4 x 32 + 33 x 12 = 524", source: "arithmetic" },
    ],
  },
  method: [
    "A tagger sees a word, the one before and the one after, and gives the universal part of speech of the middle one. The 4,094 most frequent words of the training documents are told apart; all others are one word, and so is what lies beyond the ends of a sentence.",
    "One-hot: each place has one dimension for each word, so that the hidden layer is a sum of three rows of its weights. Numbered: each place has one dimension, the word's number less the mean over the deviation of all numbers. The numbers are dealt at random, anew for each seed; a third network has them by falling frequency instead, and does not decide.",
    "All have 32 rectifiers and start Kaiming-uniform with a fan-in of 3, the inputs that are not 0. They are trained on the same 512,000 words, a little more than half of the training documents, by Adam at one rate that falls in a straight line to zero. Accuracy is over all words and signs of the test documents. Nothing was selected.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, testSentences: 200, batchSize: 64, steps: 5 } },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    { name: "oneHot", title: "Test accuracy, one-hot words", format: "percent", better: "higher" },
    {
      name: "numbered",
      title: "Test accuracy, words numbered at random",
      format: "percent",
      better: "higher",
    },
    {
      name: "ranked",
      title: "Test accuracy, words numbered by frequency",
      format: "percent",
      better: "higher",
    },
    { name: "unknown", title: "Share of test words without a number", format: "percent", better: "neither" },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "each word's most frequent tag",
      metric: "oneHot",
      value: 0.943,
      source: "baselines/frequent-tag-brown",
    },
    {
      kind: "baseline",
      label: "NOUN for every word",
      metric: "numbered",
      value: 0.23388,
      source: "counted with Python on the same columns",
    },
  ],
  claims: [{
    id: "onehot-vs-number",
    measured:
      "Test accuracy over all words and signs, in every seed: windows of three words, 32 rectifiers, numbers dealt at random.",
    decide(metrics) {
      const { verdict, evidence } = decidePaired(
        metrics.map((m) => 100 * (m.oneHot! - m.numbered!)),
        "Points of test accuracy with one-hot words less those with numbers",
        { format: (value) => value.toFixed(2) },
      );
      const mean = (name: string) =>
        (100 * metrics.reduce((sum, m) => sum + m[name]!, 0) / metrics.length).toFixed(2);
      return {
        verdict,
        evidence: `${evidence}; means ${mean("oneHot")}% and ${mean("numbered")}%, by frequency ${
          mean("ranked")
        }%`,
      };
    },
  }],
  differences: [
    "At equal width one-hot words have 750 times as many parameters: that is what one dimension for each word is, and it is not held apart from the encoding here.",
    "By frequency it is worse than at random (seen after the run): half of all words in the text have one of the first hundred or so numbers of 4,096, and so nearly the same input.",
    "The baseline's table knows all 50,007 words of the training documents and has counted all of them; the taggers know 4,094 words and have seen half.",
  ],
  async run(context) {
    const { config, seed } = context;
    const { vocabulary, hidden } = config;
    const data = context.data(brown);
    const classes = classesOf(data.split("train").columns["tags"]!)!;
    const read = await readAll(data.split("train"));
    const numbers = numberWords(textListsOf(read, "words").values, vocabulary);
    const training = windowsOf(read, numbers, classes);
    const test = windowsOf(
      await readAll(data.split("test").slice(0, config.testSentences)),
      numbers,
      classes,
    );
    const key = Key.from(seed);
    const tried = await readAll(test);
    const middle = columnOf(tried, "window").filter((_, i) => i % PLACES === 1);
    context.metric("unknown", middle.filter((word) => word === UNKNOWN).length / middle.length);

    const common = {
      rows: training,
      optimiser,
      rate: config.learningRate,
      batchSize: config.batchSize,
      steps: config.steps,
      key: key.fold("batches"),
    };
    const output = () => initDense(key.fold("output"), hidden, classes.length, kaimingUniform);

    const oneHot = (params: OneHot, x: Tensor) => {
      // The rows of all places stand in one table, so that one look-up finds them: [B, 3, H].
      const rows = embedding(params.tables, x);
      return dense(params.output, relu(rows.sum(1).add(params.b)));
    };
    const places = (rows: Rows) => {
      const window = columnOf(rows, "window");
      const x = Uint32Array.from(window, (word, i) => word + i % PLACES * vocabulary);
      return { x: tensor(x, [window.length / PLACES, PLACES]), labels: labelsOf(rows) };
    };
    const tables = await trainClassifier<OneHot, ReturnType<typeof optimiser.init>>(context, {
      ...common,
      name: "main",
      init: () => ({
        tables: kaimingUniform(key.fold("tables"), [PLACES * vocabulary, hidden], PLACES),
        b: zeros([hidden]),
        output: output(),
      }),
      scores: oneHot,
      samples: places,
    });
    const { accuracy, confusion } = await scoreClassifier(
      (x) => oneHot(tables, x),
      test,
      places,
      classes.length,
    );
    disposeTree(tables);
    context.metric("oneHot", accuracy);
    context.confusion({ classes, counts: confusion });

    const dealt = key.fold("numbers").permutation(vocabulary);
    const numbered = (params: Numbered, x: Tensor) => dense(params.output, relu(dense(params.hidden, x)));
    for (const name of ["numbered", "ranked"]) {
      const samples = (rows: Rows) =>
        scope(() => {
          const window = columnOf(rows, "window");
          const own = name === "ranked" ? window : Uint32Array.from(window, (word) => dealt[word]!);
          const x = cast(tensor(own, [window.length / PLACES, PLACES]), "f32");
          return {
            x: x.div(vocabulary).sub(0.5).mul(ROOT_12),
            labels: labelsOf(rows),
          };
        });
      const params = await trainClassifier<Numbered, ReturnType<typeof optimiser.init>>(context, {
        ...common,
        name,
        init: () => ({
          hidden: initDense(key.fold("hidden"), PLACES, hidden, kaimingUniform),
          output: output(),
        }),
        scores: numbered,
        samples,
      });
      const found = await scoreClassifier((x) => numbered(params, x), test, samples, classes.length);
      context.metric(name, found.accuracy);
      disposeTree(params);
    }
  },
});
