import { crossEntropy, Key } from "@verbatim/core";
import { fashionMnist, letterRecognition } from "@verbatim/data";
import { defineExperiment, type Verdict } from "../define_experiment.ts";
import { decidePaired } from "../paired_tests.ts";
import {
  bestOfRates,
  type ClassifiersConfig,
  FULL_TASKS,
  QUICK_TASKS,
  RATES,
  RATES_ENCLOSED,
  type TaskName,
  TRAINED,
} from "./_chosen_rates.ts";

interface Config extends ClassifiersConfig {
  /** Numbers of hidden layers. */
  readonly depths: readonly number[];
  /** How wide they are, so that all have about as many parameters. */
  readonly widths: Readonly<Record<TaskName, readonly number[]>>;
}

type Metrics = Readonly<Record<string, number>>;

const TASK_NAMES = ["letters", "clothes"] as const;
const DEPTHS = [1, 2, 4, 8];
const WIDTHS = { letters: [256, 85, 53, 36], clothes: [64, 59, 53, 45] } as const;

const config: Config = { tasks: FULL_TASKS, rates: RATES, depths: DEPTHS, widths: WIDTHS };

const layers = (depth: number) => `${depth} hidden layer${depth === 1 ? "" : "s"}`;
const points = (share: number) => (100 * share).toFixed(2);

/** The sign test for each data set; it depends on the data if one confirms and the other refutes. */
function decide(metrics: readonly Metrics[]): Verdict {
  const found = TASK_NAMES.map((task) => {
    const { verdict, evidence } = decidePaired(
      metrics.map((m) => 100 * (m[`${task}8`]! - m[`${task}1`]!)),
      `${task}, points of test accuracy with 8 hidden layers less those with 1`,
      { format: (value) => value.toFixed(2) },
    );
    const means = DEPTHS.map((depth) =>
      points(metrics.reduce((sum, m) => sum + m[`${task}${depth}`]!, 0) / metrics.length)
    );
    return { task, verdict, evidence: `${evidence}; means with 1, 2, 4 and 8: ${means.join(", ")}` };
  });
  const evidence = found.map(({ evidence }) => evidence).join(". ");
  const [first, second] = found;
  if (first!.verdict === second!.verdict) return { verdict: first!.verdict, evidence };
  const higher = found.find(({ verdict }) => verdict === "confirmed");
  const lower = found.find(({ verdict }) => verdict === "refuted");
  if (higher === undefined || lower === undefined) return { verdict: "inconclusive", evidence };
  return {
    verdict: "depends",
    evidence,
    condition: `the data: it holds for ${higher.task} and not for ${lower.task}`,
  };
}

export default defineExperiment<Config>({
  id: "depth-or-width",
  family: "insight",
  title: "Deep or broad: letters and clothes with as many parameters",
  question: "With as many parameters, is a deeper perceptron more accurate than a broader one?",
  notes: [{
    note: "ann-summary",
    section: "Lecture 6, expressivity",
    quote: "Generally, a deeper network is better than a broad network",
  }],
  datasets: [letterRecognition, fashionMnist],
  model: {
    name: "multi-layer perceptron, here for letters with two hidden layers of 85",
    of: [],
    layers: [
      { name: "dense and rectifier", shape: "[B, 85]", parameters: 1445 },
      { name: "dense and rectifier", shape: "[B, 85]", parameters: 7310 },
      { name: "dense", shape: "[B, 26]", parameters: 2236 },
    ],
    counts: [
      { label: "letters, 1 hidden layer of 256", count: "43 x 256 + 26 = 11,034", source: "arithmetic" },
      { label: "letters, 2 of 85", count: "85² + 44 x 85 + 26 = 10,991", source: "arithmetic" },
      { label: "letters, 4 of 53", count: "3 x 53² + 46 x 53 + 26 = 10,891", source: "arithmetic" },
      { label: "letters, 8 of 36", count: "7 x 36² + 50 x 36 + 26 = 10,898", source: "arithmetic" },
      { label: "clothes, 1 of 64", count: "795 x 64 + 10 = 50,890", source: "arithmetic" },
      { label: "clothes, 2 of 59", count: "59² + 796 x 59 + 10 = 50,455", source: "arithmetic" },
      { label: "clothes, 4 of 53", count: "3 x 53² + 798 x 53 + 10 = 50,731", source: "arithmetic" },
      { label: "clothes, 8 of 45", count: "7 x 45² + 802 x 45 + 10 = 50,275", source: "arithmetic" },
    ],
  },
  method: [
    "Perceptrons with rectifiers and 1, 2, 4 and 8 hidden layers, as wide as the parameters of the first allow (within 1.3%); no normalisation, no shortcuts, no regularisation.",
    TRAINED,
    "Letters are sixteen numbers of a printed capital, clothes the pixels of Fashion-MNIST; both have thousands of test rows.",
  ],
  profiles: {
    quick: { seeds: [1], config: { ...config, tasks: QUICK_TASKS, rates: [0.002, 0.008] } },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: TASK_NAMES.flatMap((task) =>
    DEPTHS.flatMap((depth, i) => [
      {
        name: `${task}${depth}`,
        title: `Test accuracy, ${task}, ${layers(depth)} of ${WIDTHS[task][i]}`,
        format: "percent",
        better: "higher",
      } as const,
      {
        name: `${task}Rate${depth}`,
        title: `Rate chosen, ${task}, ${layers(depth)}`,
        format: "number",
        better: "neither",
      } as const,
    ])
  ),
  comparisons: [{
    kind: "baseline",
    label: "softmax regression, 60,000 images, 5 epochs",
    metric: "clothes1",
    value: 0.8344,
    source: "baselines/softmax-fashion-mnist",
  }],
  claims: [{
    id: "deep-over-broad",
    measured:
      "Letters and clothes, each of them a condition; test accuracy with 8 hidden layers less that with 1, each at its best rate; sign test at 5%; 2 and 4 stand beside it.",
    revised:
      `The first results (insight/depth, open) were of UCI digits, whose 359 test rows cannot tell half a point, with one rate for every depth. More than ten times the test rows, a second data set, and a rate for each network were decided after them, and before the first of this experiment. ${RATES_ENCLOSED} Shallow networks of letters choose even that; a larger one could only widen their lead.`,
    decide,
  }],
  differences: [
    "The baseline has seen six times as many images.",
    "Deeper networks than eight layers, and any with normalisation or shortcuts, are other questions.",
  ],
  async run(context) {
    const { config } = context;
    const key = Key.from(context.seed);
    const found: { readonly task: TaskName; readonly depth: number; readonly accuracy: number }[] = [];
    for (const task of TASK_NAMES) {
      for (const [i, depth] of config.depths.entries()) {
        const hidden = Array.from({ length: depth }, () => config.widths[task][i]!);
        const name = task === "letters" && i === 0 ? "main" : `${task}${depth}`;
        const { accuracy, rate } = await bestOfRates(
          context,
          name,
          task,
          { hidden, unit: "relu" },
          crossEntropy,
          key.fold(task),
        );
        context.metric(`${task}${depth}`, accuracy);
        context.metric(`${task}Rate${depth}`, rate);
        found.push({ task, depth, accuracy });
      }
    }
    context.exhibit({
      kind: "plot",
      name: "depth",
      title: "Test accuracy by the number of hidden layers, with as many parameters",
      caption: "Each network at its best rate of those tried.",
      x: { title: "hidden layers", scale: "logarithmic" },
      y: { title: "test accuracy", scale: "linear", format: "percent" },
      series: TASK_NAMES.map((task) => ({
        label: task,
        mark: "line",
        points: found.filter((point) => point.task === task).map(({ depth, accuracy }) => ({
          x: depth,
          y: accuracy,
        })),
      })),
    });
  },
});
