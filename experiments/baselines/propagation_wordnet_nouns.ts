import {
  cast,
  ClassificationScore,
  concatenate,
  dense,
  type DenseParams,
  disposeTree,
  type Edges,
  gather,
  propagate,
  scope,
  silentMonitor,
  type Tensor,
  tensor,
  type TrainingMonitor,
} from "@verbatim/core";
import { columnOf, numberColumnOf, type Rows, wordnetNouns } from "@verbatim/data";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { BASELINE_METRICS, recordScore } from "./_classification.ts";
import { readAll } from "../read_all.ts";
import { choosePenalty, type DescentConfig, fitPenalised } from "./_penalised_regression.ts";

interface Config extends DescentConfig {
  readonly hops: number;
  readonly penalties: readonly number[];
}

/** Columns of features that are propagated at a time: the messages along all edges must fit into memory. */
const COLUMNS = 250;

/** D^-1/2 (A + I) D^-1/2: both directions of each edge and a loop at each node, over the roots of both nodes' degrees. */
function normalisedEdges(rows: Rows, nodes: number): Edges {
  const [a, b] = [columnOf(rows, "source"), columnOf(rows, "target")];
  const loops = Uint32Array.from({ length: nodes }, (_, node) => node);
  const source = Uint32Array.of(...a, ...b, ...loops);
  const destination = Uint32Array.of(...b, ...a, ...loops);
  const degree = new Uint32Array(nodes);
  for (const node of destination) degree[node]!++;
  const weight = Float32Array.from(
    source,
    (from, e) => 1 / Math.sqrt(degree[from]! * degree[destination[e]!]!),
  );
  return { source: tensor(source), destination: tensor(destination), weight: tensor(weight) };
}

/** The features of all nodes [N, D] after some hops along the edges. */
function propagated(words: Tensor, edges: Edges, hops: number): Tensor {
  const [nodes, width] = [words.shape[0]!, words.shape[1]!];
  const parts: Tensor[] = [];
  for (let first = 0; first < width; first += COLUMNS) {
    parts.push(scope(() => {
      let part = cast(words.slice([0, first], [nodes, Math.min(first + COLUMNS, width)]), "f32");
      for (let hop = 0; hop < hops; hop++) part = propagate(part, edges);
      return part;
    }));
  }
  return concatenate(parts, 1);
}

/** Rows in which a mask is 1. */
function rowsIn(mask: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(Array.from(mask, (isIn, row) => isIn === 1 ? row : -1).filter((row) => row >= 0));
}

async function run(context: RunContext<Config>): Promise<void> {
  const { config } = context;
  const data = context.data(wordnetNouns);
  const nodes = await readAll(data.split("nodes"));
  const links = await readAll(data.split("edges"));
  const classes = numberColumnOf(data.split("nodes"), "label").classes!;
  const labels = columnOf(nodes, "label");
  const [train, validation, test] = ["isTrain", "isValidation", "isTest"].map((mask) =>
    rowsIn(columnOf(nodes, mask))
  );
  const labelsOf = (rows: Uint32Array) => Uint8Array.from(rows, (row) => labels[row]!);
  const trainLabels = labelsOf(train!);

  const scoreOf = async (params: DenseParams, features: Tensor, rows: Uint32Array) => {
    const score = new ClassificationScore(classes.length);
    using found = scope(() => dense(params, gather(features, tensor(rows))));
    score.add(await found.read(), labelsOf(rows), 0);
    return score;
  };
  const classify = async (hops: number, monitor: TrainingMonitor) => {
    using features = scope(() => {
      const words = tensor(columnOf(nodes, "words")).reshape([labels.length, -1]);
      return propagated(words, normalisedEdges(links, labels.length), hops);
    });
    const task = {
      features: features.shape[1]!,
      classes: classes.length,
      samples: () => scope(() => ({ x: gather(features, tensor(train!)), labels: tensor(trainLabels) })),
      scores: (params: DenseParams, { x }: { readonly x: Tensor }) => dense(params, x),
    };
    const fit = (penalty: number, monitor: TrainingMonitor) => fitPenalised(task, penalty, config, monitor);
    const chosen = await choosePenalty(
      config.penalties,
      (penalty) => fit(penalty, silentMonitor),
      async (params) => (await scoreOf(params, features, validation!)).result().accuracy,
    );
    const params = await fit(chosen.penalty, monitor);
    const score = await scoreOf(params, features, test!);
    disposeTree(params);
    return { score, penalty: chosen.penalty };
  };

  const words = await classify(0, context.monitor("words"));
  const graph = await classify(config.hops, context.monitor("main"));
  // The training nodes are as many of each class: which is the most frequent, all nodes tell.
  recordScore(context, graph.score, classes, { train: labels, test: labelsOf(test!) });
  context.metric("wordsAccuracy", words.score.result().accuracy);
  context.metric("penalty", graph.penalty);
  context.metric("wordsPenalty", words.penalty);
}

export default defineExperiment({
  id: "propagation-wordnet-nouns",
  family: "baselines",
  title: "Two-hop propagation on WordNet's nouns",
  question:
    "How many nouns does a linear classifier tell apart from 20 of each class, with and without the graph?",
  notes: [],
  datasets: [wordnetNouns],
  model: {
    name: "simple graph convolution, two hops",
    layers: [
      { name: "words of the definition", shape: "[12164, 1500]", parameters: 0 },
      { name: "two hops along the edges", shape: "[12164, 1500]", parameters: 0 },
      { name: "dense, softmax", shape: "[12164, 7]", parameters: 10_507 },
    ],
    counts: [],
  },
  method: [
    "The words X of all nodes, 0 or 1, are propagated twice: S S X with S = D^-1/2 (A + I) D^-1/2, where A joins nodes that share an edge and D holds the degrees of A + I (F. Wu and others, Simplifying Graph Convolutional Networks, 2019).",
    "On the result a softmax regression is fitted to the 140 training nodes: the mean cross-entropy plus penalty / 2 times the sum of the squared weights, minimised from zero by Adam on all of them at each step, the rate falling in a straight line to zero.",
    "The penalty is the one with the best accuracy on the validation nodes (the first of equal ones); the test nodes are read once, after that. Beside it stands the same on the words alone.",
  ],
  deterministic: true,
  profiles: {
    quick: { seeds: [1], config: { hops: 2, penalties: [0.001], steps: 20, learningRate: 0.1 } },
    full: { seeds: [1], config: { hops: 2, penalties: [0.001, 0.01, 0.1], steps: 500, learningRate: 0.1 } },
  },
  metrics: [
    ...BASELINE_METRICS,
    { name: "wordsAccuracy", title: "Test accuracy by the words alone", format: "percent", better: "higher" },
    { name: "penalty", title: "Chosen penalty", format: "number", better: "neither" },
    {
      name: "wordsPenalty",
      title: "Chosen penalty for the words alone",
      format: "number",
      better: "neither",
    },
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "the same regression on the words alone",
      metric: "testAccuracy",
      value: 0.5974,
      source: "SciPy's L-BFGS on the same columns",
    },
    {
      kind: "independent",
      label: "the same at the regression's optimum, in float64",
      metric: "testAccuracy",
      value: 0.8835,
      tolerance: 0.001,
      source: "SciPy's sparse products and L-BFGS on the same columns",
    },
    {
      kind: "independent",
      label: "the words alone, in float64",
      metric: "wordsAccuracy",
      value: 0.5974,
      tolerance: 0.001,
      source: "SciPy's L-BFGS on the same columns",
    },
  ],
  claims: [],
  differences: [
    "An earlier figure of this project, 86.3% with two hops and 60.3% by the words alone, was of a graph of 10,989 nodes and 19,189 edges, for which the rule was not kept: it can't be computed again, and the two graphs have other test nodes. On this one the penalties that were tried end between 86.8% and 88.4% with two hops, and between 57.5% and 59.7% without.",
  ],
  run,
});
