import { adam, cast, dense, disposeTree, Key, max, relu, scope, tensor } from "@verbatim/core";
import { columnOf, fashionMnist, type Rows, type Split } from "@verbatim/data";
import { mlp, type MlpParams } from "@verbatim/models";
import { defineExperiment, type Verdict } from "../define_experiment.ts";
import { scoreClassifier, type Scores, trainClassifier } from "./_classifier.ts";

interface Config {
  readonly widths: readonly number[];
  /** The first rows of the training split, and of the test split. */
  readonly trainingRows: number;
  readonly testRows: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly pixelMean: number;
  readonly pixelDeviation: number;
  /** Where the rate begins: the usual one first. */
  readonly learningRates: readonly number[];
}

type Metrics = Readonly<Record<string, number>>;

const PIXELS = 784;
const WHITE = 255;
const CLASSES = 10;
const HIDDEN = [1, 2];
const RATES = [0.002, 0.02, 0.06];
const HIGH = [1, 2];
const optimiser = adam();
/** Rows looked at at a time; nothing depends on it. */
const ROWS = 1000;

const samplesOf = (rows: Rows, { pixelMean, pixelDeviation }: Config) =>
  scope(() => ({
    x: cast(tensor(columnOf(rows, "image")).reshape([-1, PIXELS]), "f32")
      .div(WHITE).sub(pixelMean).div(pixelDeviation),
    labels: tensor(columnOf(rows, "label")),
  }));

/** How many units of each hidden layer are 0 for every row of the splits. */
async function inactiveUnits(
  params: MlpParams,
  splits: readonly Split[],
  config: Config,
): Promise<readonly number[]> {
  const largest = HIDDEN.map((layer) => new Float32Array(config.widths[layer]!));
  for (const split of splits) {
    for (let first = 0; first < split.rows; first += ROWS) {
      const length = Math.min(ROWS, split.rows - first);
      const rows = await split.read(Uint32Array.from({ length }, (_, i) => first + i));
      const found = scope(() => {
        let h = samplesOf(rows, config).x;
        return HIDDEN.map((layer) => {
          h = relu(dense(params[`layer${layer}`]!, h));
          return max(h, 0);
        });
      });
      for (const [i, layer] of found.entries()) {
        const values = await layer.read();
        // A NaN stays one, and is not counted as inactive.
        largest[i]!.set(largest[i]!.map((value, unit) => Math.max(value, values[unit]!)));
      }
      disposeTree(found);
    }
  }
  return largest.map((layer) => layer.filter((value) => value === 0).length);
}

const highOf = (m: Metrics) => HIGH.reduce((sum, i) => sum + m[`inactive${i}`]!, 0);

function decideEnvelope(metrics: readonly Metrics[]): Verdict {
  const found = metrics.filter((m) => highOf(m) > 0).length;
  const by = (name: string) => metrics.map((m) => m[name]!).join(", ");
  return {
    verdict: found === metrics.length ? "confirmed" : found === 0 ? "refuted" : "inconclusive",
    evidence: `Of 128 units inactive on all 20,000 images after training at ${
      HIGH.map((i) => `${RATES[i]}: ${by(`inactive${i}`)}`).join("; at ")
    } (found in ${found} of ${metrics.length} seeds); at the usual ${RATES[0]}: ${
      by("inactive0")
    }; before training: ${by("fresh")}`,
  };
}

const config: Config = {
  widths: [PIXELS, 64, 64, CLASSES],
  trainingRows: 10_000,
  testRows: 10_000,
  batchSize: 100,
  steps: 500,
  pixelMean: 0.286,
  pixelDeviation: 0.353,
  learningRates: RATES,
};

export default defineExperiment<Config>({
  id: "dead-units",
  family: "insight",
  title: "Rectifiers that no image reaches, by learning rate",
  question: "Do rectifiers end up off for all data when the learning rate is high?",
  notes: [{
    note: "csw182",
    section: "CNNs continued",
    quote: "Need to take care that there are no ReLUs outside the data envelope",
  }],
  datasets: [fashionMnist],
  model: {
    name: "multi-layer perceptron 784-64-64-10",
    of: [],
    layers: [
      { name: "dense and rectifier", shape: "[B, 64]", parameters: 50_240 },
      { name: "dense and rectifier", shape: "[B, 64]", parameters: 4160 },
      { name: "dense", shape: "[B, 10]", parameters: 650 },
    ],
    counts: [],
  },
  method: [
    "A perceptron with rectifiers, hidden weights Kaiming-uniform, the last layer's a tenth of Glorot-uniform, is trained for five epochs on the first 10,000 images by Adam, at the rate with which the experiment on activations trains it, and at ten and thirty times that: the high rates. Each falls in a straight line to zero.",
    "A unit counts as inactive if its output is 0 for each of the 10,000 images trained on and the 10,000 test images. Its weights have no gradient then, and only what Adam remembers moves it.",
    "Nothing was selected.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, trainingRows: 1000, testRows: 1000, steps: 5 } },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    ...RATES.flatMap((rate, i) => [
      {
        name: `inactive${i}`,
        title: `Units inactive on all images, rate ${rate}`,
        format: "count",
        better: "lower",
      } as const,
      {
        name: `accuracy${i}`,
        title: `Test accuracy, rate ${rate}`,
        format: "percent",
        better: "higher",
      } as const,
    ]),
    { name: "fresh", title: "Units inactive before training", format: "count", better: "neither" },
    ...RATES.flatMap((rate, i) =>
      HIDDEN.map((layer) =>
        ({
          name: `inactive${i}layer${layer}`,
          title: `Of these in hidden layer ${layer}, rate ${rate}`,
          format: "count",
          better: "neither",
        }) as const
      )
    ),
  ],
  comparisons: [],
  claims: [{
    id: "relu-envelope",
    measured:
      "In every seed, units of both hidden layers whose output is 0 for all 20,000 images after 500 steps at ten and at thirty times the usual rate of Adam.",
    decide: decideEnvelope,
  }],
  differences: [],
  async run(context) {
    const { config, seed } = context;
    const data = context.data(fashionMnist);
    const [training, test] = [
      data.split("train").slice(0, config.trainingRows),
      data.split("test").slice(0, config.testRows),
    ];
    const key = Key.from(seed);
    const model = mlp({ widths: config.widths });
    const scores: Scores<MlpParams> = (params, x) => model.apply(params, {}, x, { key, train: true }).y;
    const samples = (rows: Rows) => samplesOf(rows, config);
    const init = () => model.init(key.fold("init")).params;
    const count = async (params: MlpParams) => await inactiveUnits(params, [training, test], config);
    const total = (counts: readonly number[]) => counts.reduce((sum, value) => sum + value, 0);

    const before = scope(init);
    context.metric("fresh", total(await count(before)));
    disposeTree(before);
    for (const [i, rate] of config.learningRates.entries()) {
      const params = await trainClassifier(context, {
        name: i === 0 ? "main" : `rate${i}`,
        init,
        scores,
        rows: training,
        samples,
        optimiser,
        rate,
        batchSize: config.batchSize,
        steps: config.steps,
        key: key.fold("batches"),
      });
      const counts = await count(params);
      context.metric(`inactive${i}`, total(counts));
      for (const [at, layer] of HIDDEN.entries()) context.metric(`inactive${i}layer${layer}`, counts[at]!);
      const { accuracy } = await scoreClassifier((x) => scores(params, x), test, samples, CLASSES);
      context.metric(`accuracy${i}`, accuracy);
      disposeTree(params);
    }
  },
});
