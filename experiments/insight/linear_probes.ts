import {
  adam,
  cast,
  dense,
  type DenseParams,
  disposeTree,
  Key,
  mean,
  relu,
  scope,
  squareRoot,
  type Tensor,
  tensor,
  variance,
  zeros,
} from "@verbatim/core";
import { columnOf, letterRecognition, memorySplit, type Rows, type Split } from "@verbatim/data";
import { mlp, type MlpParams } from "@verbatim/models";
import { decideBySeeds } from "../classification_words.ts";
import { defineExperiment, type RunContext } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";
import { scoreClassifier, trainClassifier } from "./_classifier.ts";

interface Config {
  /** The first rows of the training split. */
  readonly trainingRows: number;
  readonly widths: readonly number[];
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly probeBatchSize: number;
  readonly probeSteps: number;
  readonly probeRate: number;
}

type Metrics = Readonly<Record<string, number>>;

const INPUTS = 16;
const CLASSES = 26;
const HIDDEN = [1, 2, 3, 4, 5];
const LEVELS = [0, ...HIDDEN];
/** Half of the largest value, 15: inputs are (value - 7.5) / 7.5. */
const HALF = 7.5;
/** Added to a variance before its root: a unit that is constant becomes 0. */
const EPSILON = 1e-5;
const optimiser = adam();

const samplesOf = (rows: Rows) =>
  scope(() => ({
    x: cast(tensor(columnOf(rows, "features")).reshape([-1, INPUTS]), "f32").sub(HALF).div(HALF),
    labels: tensor(columnOf(rows, "label")),
  }));

/** The input, and what each hidden layer makes of it. */
function levelsOf(params: MlpParams, x: Tensor): Tensor[] {
  const levels = [x];
  for (const i of HIDDEN) levels.push(relu(dense(params[`layer${i}`]!, levels.at(-1)!)));
  return levels;
}

/**
 * Training and test rows as one level of a network shows them, each unit less its mean over its deviation, both of the
 * training rows.
 */
async function seenAt(params: MlpParams, level: number, training: Rows, test: Rows) {
  const seen = scope(() => {
    const [own, other] = [training, test].map((rows) => levelsOf(params, samplesOf(rows).x)[level]!);
    const [centre, spread] = [mean(own!, 0), squareRoot(variance(own!, 0).add(EPSILON))];
    return [own!, other!].map((values) => values.sub(centre).div(spread));
  });
  const width = seen[0]!.shape[1]!;
  const columns = {
    features: { dtype: "f32", shape: [width], description: "outputs of the units" },
    label: { dtype: "u8", shape: [], description: "letter" },
  } as const;
  const splits: Split[] = [];
  for (const [i, rows] of [training, test].entries()) {
    const label = Uint8Array.from(columnOf(rows, "label"));
    splits.push(memorySplit(label.length, columns, { features: await seen[i]!.read(), label }));
  }
  disposeTree(seen);
  return { width, training: splits[0]!, test: splits[1]! };
}

/** Test accuracy and training error of softmax regression on a level of a network. */
async function probe(
  context: RunContext<Config>,
  name: string,
  params: MlpParams,
  level: number,
  data: { readonly training: Rows; readonly test: Rows },
) {
  const { config, seed } = context;
  const { width, training, test } = await seenAt(params, level, data.training, data.test);
  const samples = (rows: Rows) => ({
    x: tensor(columnOf(rows, "features"), [columnOf(rows, "label").length, width]),
    labels: tensor(columnOf(rows, "label")),
  });
  const found = await trainClassifier<DenseParams, ReturnType<typeof optimiser.init>>(context, {
    name,
    init: () => ({ w: zeros([width, CLASSES]), b: zeros([CLASSES]) }),
    scores: dense,
    rows: training,
    samples,
    optimiser,
    rate: config.probeRate,
    batchSize: config.probeBatchSize,
    steps: config.probeSteps,
    key: Key.from(seed).fold("probes"),
  });
  const scores = (x: Tensor) => dense(found, x);
  const [learned, held] = [
    await scoreClassifier(scores, training, samples, CLASSES),
    await scoreClassifier(scores, test, samples, CLASSES),
  ];
  disposeTree(found);
  return { accuracy: held.accuracy, error: 1 - learned.accuracy };
}

const points = (share: number) => (100 * share).toFixed(2);
const config: Config = {
  trainingRows: 4000,
  widths: [INPUTS, ...HIDDEN.map(() => 64), CLASSES],
  batchSize: 100,
  steps: 3000,
  learningRate: 0.003,
  probeBatchSize: 200,
  probeSteps: 1000,
  probeRate: 0.02,
};
const levelTitle = (level: number) => level === 0 ? "input" : `hidden layer ${level}`;
/** Kendall's rank correlation of test accuracy with depth: pairs of layers that rise less those that fall, over all. */
function correlationOf(m: Metrics): number {
  const pairs = HIDDEN.flatMap((deeper) =>
    HIDDEN.filter((layer) => layer < deeper).map((layer) => [layer, deeper])
  );
  const sum = pairs.reduce((sum, [a, b]) => sum + Math.sign(m[`probe${b}`]! - m[`probe${a}`]!), 0);
  return sum / pairs.length;
}

export default defineExperiment<Config>({
  id: "linear-probes",
  family: "insight",
  title: "Linear probes of five hidden layers on letters",
  question: "Does each layer of a deep network make the classes easier for a linear classifier?",
  notes: [
    {
      note: "i2dl",
      section: "Lecture 11, representation learning",
      quote: "deep networks learn multiple levels of abstraction",
    },
    {
      note: "aps360",
      section: "Week 2",
      quote: "Eventually the raw input is transformed into a linearly separable form",
    },
  ],
  datasets: [letterRecognition],
  model: {
    name: "multi-layer perceptron with five hidden layers of 64, and a probe of each",
    of: [],
    layers: [
      { name: "dense and rectifier", shape: "[B, 64]", parameters: 1088 },
      ...HIDDEN.slice(1).map(() => ({ name: "dense and rectifier", shape: "[B, 64]", parameters: 4160 })),
      { name: "dense", shape: "[B, 26]", parameters: 1690 },
    ],
    counts: [
      { label: "the network", count: "1,088 + 4 x 4,160 + 1,690 = 19,418", source: "arithmetic" },
      { label: "probe of the input", count: "17 x 26 = 442", source: "arithmetic" },
      { label: "probe of a hidden layer", count: "65 x 26 = 1,690", source: "arithmetic" },
    ],
  },
  method: [
    "A perceptron with rectifiers, hidden weights Kaiming-uniform, the last layer's a tenth of Glorot-uniform, is trained for 75 epochs on the first 4,000 rows, few enough to be learned by heart: by Adam, the rate falling in a straight line to zero.",
    "A probe is softmax regression from zero weights on what one level shows of the same rows: the input, or the output of a hidden layer, each unit less its mean over its deviation on these rows. The network stays as it is. All probes are trained alike, for 50 epochs. Test accuracy is that on the 4,000 rows of the test split, training error that on the rows trained on.",
    "The rise is measured by Kendall's rank correlation of the probe's test accuracy with the number of the hidden layer, 1 to 5, without the input, which would raise it: pairs of layers of which the deeper one's is higher, less those of which it is lower, over all ten.",
    "The same probes on the network before its first step say what is learned and what any layers would do. Nothing was selected.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, trainingRows: 1000, steps: 20, probeSteps: 10 } },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    { name: "testAccuracy", title: "Test accuracy of the network", format: "percent", better: "higher" },
    { name: "trainingError", title: "Training error of the network", format: "percent", better: "lower" },
    ...LEVELS.flatMap((level) => [
      {
        name: `probe${level}`,
        title: `Test accuracy, probe of ${levelTitle(level)}`,
        format: "percent",
        better: "higher",
      } as const,
      {
        name: `error${level}`,
        title: `Training error, probe of ${levelTitle(level)}`,
        format: "percent",
        better: "lower",
      } as const,
    ]),
    ...HIDDEN.flatMap((level) => [
      {
        name: `freshProbe${level}`,
        title: `Test accuracy, probe of ${levelTitle(level)} before training`,
        format: "percent",
        better: "neither",
      } as const,
      {
        name: `freshError${level}`,
        title: `Training error, probe of ${levelTitle(level)} before training`,
        format: "percent",
        better: "neither",
      } as const,
    ]),
  ],
  comparisons: [],
  claims: [
    {
      id: "abstract-layers",
      measured:
        "Kendall's correlation of the probe's test accuracy with the number of the hidden layer, 1 to 5, without the input, in every seed.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => correlationOf(m) > 0,
          (m) =>
            `correlation ${correlationOf(m).toFixed(2)}, input ${points(m.probe0!)}%, layers ${
              HIDDEN.map((level) => points(m[`probe${level}`]!)).join(", ")
            }%`,
        ),
    },
    {
      id: "linearly-separable-end",
      measured:
        "In every seed, probes of the fifth hidden layer and of the input, trained alike on the 4,000 rows that the network has learned.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.error5! < 0.01 && m.error5! < m.error0! / 10,
          (m) => `${points(m.error5!)}% against ${points(m.error0!)}% on the input`,
        ),
    },
  ],
  differences: [
    "1,332 of the 20,000 rows are copies of others, so that some test rows are among those trained on.",
    "That a classifier can be read off a layer says nothing of abstraction in any other sense.",
  ],
  async run(context) {
    const { config, seed } = context;
    const data = context.data(letterRecognition);
    const split = data.split("train").slice(0, config.trainingRows);
    const rows = { training: await readAll(split), test: await readAll(data.split("test")) };
    const key = Key.from(seed);
    const model = mlp({ widths: config.widths });
    const scores = (params: MlpParams, x: Tensor) => model.apply(params, {}, x, { key, train: true }).y;
    const init = () => model.init(key.fold("init")).params;
    const trained = await trainClassifier(context, {
      name: "main",
      init,
      scores,
      rows: split,
      samples: samplesOf,
      optimiser,
      rate: config.learningRate,
      batchSize: config.batchSize,
      steps: config.steps,
      key: key.fold("batches"),
    });
    const score = (part: Split) => scoreClassifier((x) => scores(trained, x), part, samplesOf, CLASSES);
    context.metric("testAccuracy", (await score(data.split("test"))).accuracy);
    context.metric("trainingError", 1 - (await score(split)).accuracy);

    const before = scope(init);
    const found: { readonly label: string; readonly level: number; readonly accuracy: number }[] = [];
    for (const level of LEVELS) {
      const { accuracy, error } = await probe(context, `probe${level}`, trained, level, rows);
      context.metric(`probe${level}`, accuracy);
      context.metric(`error${level}`, error);
      found.push({ label: "trained", level, accuracy });
      if (level === 0) continue;
      const fresh = await probe(context, `fresh${level}`, before, level, rows);
      context.metric(`freshProbe${level}`, fresh.accuracy);
      context.metric(`freshError${level}`, fresh.error);
      found.push({ label: "before training", level, accuracy: fresh.accuracy });
    }
    disposeTree([trained, before]);
    context.exhibit({
      kind: "plot",
      name: "probes",
      title: "Test accuracy of linear probes by level",
      caption: "Level 0 is the input; 1 to 5 are the hidden layers, after training and before it.",
      x: { title: "level", scale: "linear" },
      y: { title: "test accuracy", scale: "linear", format: "percent" },
      series: ["trained", "before training"].map((label) => ({
        label,
        mark: "line",
        points: found.filter((point) => point.label === label || point.level === 0)
          .map(({ level, accuracy }) => ({ x: level, y: accuracy })),
      })),
    });
  },
});
