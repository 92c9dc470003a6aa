import {
  adam,
  cast,
  ClassificationScore,
  crossEntropy,
  type DenseParams,
  disposeTree,
  Key,
  linearDecay,
  scope,
  type Tensor,
  tensor,
  train,
  valueAndGrad,
} from "@verbatim/core";
import { columnOf, createBatches, type Rows, uciDigits } from "@verbatim/data";
import { mlp } from "@verbatim/models";
import { defineExperiment, type RunContext, type Verdict } from "../define_experiment.ts";
import { readAll } from "../read_all.ts";

interface Config {
  /** Numbers of hidden layers of the networks with equally many parameters. */
  readonly equalDepths: readonly number[];
  /** How wide they are. */
  readonly equalWidths: readonly number[];
  /** Numbers of hidden layers of the networks of one width. */
  readonly depths: readonly number[];
  readonly width: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly learningRate: number;
}

type Metrics = Readonly<Record<string, number>>;
type Samples = { readonly x: Tensor; readonly labels: Tensor };
type Params = Readonly<Record<string, DenseParams>>;

const CLASSES = 10;
const PIXELS = 64;
const WHITE = 16;
const EQUAL_DEPTHS = [1, 2, 4, 8];
const EQUAL_WIDTHS = [128, 67, 45, 32];
const DEPTHS = [1, 2, 4, 8, 16, 32];

const samplesOf = (rows: Rows): Samples =>
  scope(() => ({
    x: cast(tensor(columnOf(rows, "image")).reshape([-1, PIXELS]), "f32").div(WHITE),
    labels: tensor(columnOf(rows, "label")),
  }));

/** Test and training accuracy of a perceptron with so many hidden layers of one width. */
async function accuracyOf(context: RunContext<Config>, name: string, depth: number, width: number) {
  const { batchSize, steps, learningRate } = context.config;
  const data = context.data(uciDigits);
  const key = Key.from(context.seed);
  const batches = createBatches(data.split("train"), { batchSize, key: key.fold("batches") });
  const model = mlp({ widths: [PIXELS, ...Array.from({ length: depth }, () => width), CLASSES] });
  const optimiser = adam();
  const rate = linearDecay(learningRate, steps);
  const scoresOf = (params: Params, x: Tensor) => model.apply(params, {}, x, { key, train: true }).y;
  const init = () => {
    const { params } = model.init(key.fold("init"));
    return { params, state: {}, optimiser: optimiser.init(params) };
  };
  const { params, optimiser: memory } = await train<
    ReturnType<typeof init>,
    Samples & { readonly rate: Tensor }
  >({
    init,
    steps,
    inputs: async (step) => ({ ...samplesOf((await batches.at(step)).rows), rate: rate(step) }),
    step(carry, { x, labels, rate }) {
      const [loss, gradient] = valueAndGrad((params: Params) => crossEntropy(scoresOf(params, x), labels))(
        carry.params,
      );
      const next = optimiser.update(carry.params, gradient, carry.optimiser, rate);
      return { carry: { params: next.params, state: {}, optimiser: next.state }, out: { loss } };
    },
    monitor: context.monitor(name),
  });
  const accuracies = [];
  for (const split of ["test", "train"]) {
    const rows = await readAll(data.split(split));
    const found = scope(() => {
      const { x, labels } = samplesOf(rows);
      const y = scoresOf(params, x);
      return { y, loss: crossEntropy(y, labels) };
    });
    const score = new ClassificationScore(CLASSES);
    score.add(await found.y.read(), columnOf(rows, "label"), await found.loss.item());
    accuracies.push(score.result().accuracy);
    disposeTree(found);
  }
  disposeTree([params, memory]);
  return { test: accuracies[0]!, train: accuracies[1]! };
}

const points = (share: number) => (100 * share).toFixed(2);

function decidePlateau(metrics: readonly Metrics[]): Verdict {
  const accuracies = (m: Metrics) => DEPTHS.map((depth) => m[`depth${depth}`]!);
  const best = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
  const split = DEPTHS.indexOf(16);
  const plateaus = (m: Metrics) => best(accuracies(m).slice(split)) <= best(accuracies(m).slice(0, split));
  const rises = (m: Metrics) => accuracies(m).every((value, i, all) => i === 0 || value > all[i - 1]!);
  return {
    verdict: metrics.every(plateaus) ? "confirmed" : metrics.every(rises) ? "refuted" : "inconclusive",
    evidence: `With ${DEPTHS.join(", ")} hidden layers: ${
      metrics.map((m) => accuracies(m).map(points).join(", ")).join("; ")
    } (${metrics.filter(plateaus).length} of ${metrics.length} seeds)`,
  };
}

const config: Config = {
  equalDepths: EQUAL_DEPTHS,
  equalWidths: EQUAL_WIDTHS,
  depths: DEPTHS,
  width: 32,
  batchSize: 64,
  steps: 600,
  learningRate: 0.003,
};

const percent = (name: string, title: string) =>
  ({ name, title, format: "percent", better: "higher" }) as const;
const layers = (depth: number) => `${depth} hidden layer${depth === 1 ? "" : "s"}`;

export default defineExperiment<Config>({
  id: "depth",
  family: "insight",
  title: "Perceptrons of one to 32 hidden layers on UCI digits",
  question: "Does a deeper perceptron generalise better, with as many parameters or with more?",
  notes: [
    { note: "i2dl", section: "Lecture 8, depth", quote: "performance plateaus/ drops!" },
  ],
  datasets: [uciDigits],
  model: {
    name: "multi-layer perceptron, here with two hidden layers of 67",
    of: [],
    layers: [
      { name: "dense and rectifier", shape: "[B, 67]", parameters: 4355 },
      { name: "dense and rectifier", shape: "[B, 67]", parameters: 4556 },
      { name: "dense", shape: "[B, 10]", parameters: 680 },
    ],
    counts: [
      { label: "1 hidden layer of 128", count: "75 x 128 + 10 = 9,610", source: "arithmetic" },
      { label: "2 of 67", count: "67² + 76 x 67 + 10 = 9,591", source: "arithmetic" },
      { label: "4 of 45", count: "3 x 45² + 78 x 45 + 10 = 9,595", source: "arithmetic" },
      { label: "8 of 32", count: "7 x 32² + 82 x 32 + 10 = 9,802", source: "arithmetic" },
    ],
  },
  method: [
    "Perceptrons with rectifiers, hidden weights Kaiming-uniform, the last layer's a tenth of Glorot-uniform. Equal parameters: 1, 2, 4 and 8 hidden layers, as wide as 9,600 parameters allow (within 2.1%). One width: 1 to 32 hidden layers of 32 units; the one with 8 is the same network in both.",
    "All are trained on the same batches by Adam with one rate that falls in a straight line to zero; no normalisation, no shortcuts, no regularisation. The test split is read once for each network; nothing was selected on it, and a rate for each depth could change their order. Whether depth is better than width, 359 test digits cannot tell: insight/depth-or-width asks it of more.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: { ...config, steps: 20 },
    },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    ...EQUAL_DEPTHS.map((depth, i) =>
      percent(`equal${depth}`, `Test accuracy, ${layers(depth)} of ${EQUAL_WIDTHS[i]}`)
    ),
    ...DEPTHS.flatMap((depth) => [
      percent(`depth${depth}`, `Test accuracy, ${layers(depth)} of 32${depth === 8 ? " (again)" : ""}`),
      percent(`train${depth}`, `Training accuracy, ${layers(depth)} of 32`),
    ]),
  ],
  comparisons: [{
    kind: "baseline",
    label: "3 nearest neighbours",
    metric: "equal1",
    value: 0.9861,
    source: "baselines/knn-uci-digits",
  }],
  claims: [
    {
      id: "generalisation-depth",
      measured:
        "Perceptrons of one width with 1 to 32 hidden layers; it keeps rising if each depth is better than the one before, in every seed.",
      decide: decidePlateau,
    },
  ],
  differences: [
    "The networks do not beat the nearest neighbours on this small set: their hyper-parameters are round, and nothing was selected.",
    "One small data set: what holds here need not hold where there is more to compose.",
  ],
  async run(context) {
    const { config } = context;
    for (const [i, depth] of config.equalDepths.entries()) {
      const { test } = await accuracyOf(
        context,
        i === 0 ? "main" : `equal${depth}`,
        depth,
        config.equalWidths[i]!,
      );
      context.metric(`equal${depth}`, test);
    }
    const found: { readonly depth: number; readonly test: number; readonly train: number }[] = [];
    for (const depth of config.depths) {
      const accuracy = await accuracyOf(context, `depth${depth}`, depth, config.width);
      context.metric(`depth${depth}`, accuracy.test);
      context.metric(`train${depth}`, accuracy.train);
      found.push({ depth, ...accuracy });
    }
    context.exhibit({
      kind: "plot",
      name: "depth",
      title: "Accuracy by the number of hidden layers of 32 units",
      caption: "With the same rate and number of steps for every depth.",
      x: { title: "hidden layers", scale: "logarithmic" },
      y: { title: "accuracy", scale: "linear", format: "percent" },
      series: (["test", "train"] as const).map((split) => ({
        label: split === "test" ? "test" : "training",
        mark: "line",
        points: found.map((point) => ({ x: point.depth, y: point[split] })),
      })),
    });
  },
});
