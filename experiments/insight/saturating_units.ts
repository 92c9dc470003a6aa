import { crossEntropy, Key } from "@verbatim/core";
import { fashionMnist } from "@verbatim/data";
import { defineExperiment, type Verdict } from "../define_experiment.ts";
import { decidePaired } from "../paired_tests.ts";
import {
  bestOfRates,
  type ClassifiersConfig,
  FULL_TASKS,
  QUICK_TASKS,
  RATES,
  RATES_ENCLOSED,
  TRAINED,
} from "./_chosen_rates.ts";

interface Config extends ClassifiersConfig {
  /** Numbers of hidden layers. */
  readonly depths: readonly number[];
  readonly width: number;
}

type Metrics = Readonly<Record<string, number>>;

const DEPTHS = [2, 8];
const UNITS = [["relu", "ReLU"], ["tanh", "tanh"], ["sigmoid", "sigmoid"]] as const;

const config: Config = { tasks: { clothes: FULL_TASKS.clothes }, rates: RATES, depths: DEPTHS, width: 64 };

const points = (share: number) => (100 * share).toFixed(2);

/** Sign tests of both units at both depths. */
function decide(metrics: readonly Metrics[]): Verdict {
  const found = DEPTHS.map((depth) => {
    const tests = (["sigmoid", "tanh"] as const).map((unit) =>
      decidePaired(
        metrics.map((m) => 100 * (m[`relu${depth}`]! - m[`${unit}${depth}`]!)),
        `ReLU less ${unit} with ${depth} hidden layers, points of test accuracy`,
        { format: (value) => value.toFixed(2) },
      )
    );
    const [first, second] = tests;
    return {
      depth,
      verdict: first!.verdict === second!.verdict ? first!.verdict : "inconclusive",
      evidence: tests.map(({ evidence }) => evidence).join("; "),
    };
  });
  const evidence = found.map(({ evidence }) => evidence).join("; ");
  const [shallow, deep] = found;
  if (shallow!.verdict === deep!.verdict) return { verdict: shallow!.verdict, evidence };
  const below = found.find(({ verdict }) => verdict === "confirmed");
  const above = found.find(({ verdict }) => verdict === "refuted");
  if (below === undefined || above === undefined) return { verdict: "inconclusive", evidence };
  return {
    verdict: "depends",
    evidence,
    condition: `the depth: it holds with ${below.depth} hidden layers and not with ${above.depth}`,
  };
}

export default defineExperiment<Config>({
  id: "saturating-units",
  family: "insight",
  title: "Sigmoid and tanh against ReLU, in two and in eight hidden layers",
  question: "Are units that saturate worse in a feed-forward network, if each has a rate that suits it?",
  notes: [{
    note: "i2dl",
    section: "Lecture 7, activation functions",
    quote: "Sigmoid/Tanh are not really used in feedforward nets",
  }],
  datasets: [fashionMnist],
  model: {
    name: "multi-layer perceptron, here with two hidden layers",
    of: [],
    layers: [
      { name: "dense and unit", shape: "[B, 64]", parameters: 50_240 },
      { name: "dense and unit", shape: "[B, 64]", parameters: 4160 },
      { name: "dense", shape: "[B, 10]", parameters: 650 },
    ],
    counts: [
      { label: "2 hidden layers", count: "785 x 64 + 65 x 64 + 65 x 10 = 55,050", source: "arithmetic" },
      { label: "8 hidden layers", count: "785 x 64 + 7 x 65 x 64 + 65 x 10 = 80,010", source: "arithmetic" },
    ],
  },
  method: [
    "Perceptrons of two and of eight hidden layers of 64 units on 10,000 images of Fashion-MNIST, for five epochs; the test split has 10,000 more.",
    TRAINED,
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: { ...config, tasks: { clothes: QUICK_TASKS.clothes }, rates: [0.002, 0.008] },
    },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: DEPTHS.flatMap((depth) =>
    UNITS.flatMap(([unit, title]) => [
      {
        name: `${unit}${depth}`,
        title: `Test accuracy, ${title}, ${depth} hidden layers`,
        format: "percent",
        better: "higher",
      } as const,
      {
        name: `${unit}Rate${depth}`,
        title: `Rate chosen, ${title}, ${depth} hidden layers`,
        format: "number",
        better: "neither",
      } as const,
    ])
  ),
  comparisons: [{
    kind: "baseline",
    label: "softmax regression, 60,000 images, 5 epochs",
    metric: "relu2",
    value: 0.8344,
    source: "baselines/softmax-fashion-mnist",
  }],
  claims: [{
    id: "sigmoid-not-feedforward",
    measured:
      "Test accuracy on clothes, with two and with eight hidden layers, each of them a condition, every unit at its best rate; sign test at 5% of sigmoid and of tanh, both of which must rank alike.",
    revised:
      `The first results (feedforward/activations, open) were of two hidden layers, with one rate for all units, and tanh was as accurate as ReLU. That slopes of saturating units vanish with depth was not tried there; eight layers, rates and starts that suit each unit were decided after them, and before the first of this experiment. ${RATES_ENCLOSED}`,
    decide,
  }],
  differences: [
    "The baseline has seen six times as many images.",
  ],
  async run(context) {
    const { config } = context;
    const key = Key.from(context.seed);
    const rows: string[][] = [];
    for (const depth of config.depths) {
      const hidden = Array.from({ length: depth }, () => config.width);
      for (const [unit, title] of UNITS) {
        const name = unit === "relu" && depth === config.depths[0] ? "main" : `${unit}${depth}`;
        const { accuracy, rate } = await bestOfRates(
          context,
          name,
          "clothes",
          { hidden, unit },
          crossEntropy,
          key,
        );
        context.metric(`${unit}${depth}`, accuracy);
        context.metric(`${unit}Rate${depth}`, rate);
        rows.push([`${depth}`, title, `${rate}`, points(accuracy)]);
      }
    }
    context.exhibit({
      kind: "table",
      name: "units",
      title: "Units and depth",
      caption: "Rate that the validation rows chose, and test accuracy in percent.",
      columns: ["hidden layers", "unit", "rate", "test accuracy"],
      rows,
    });
  },
});
