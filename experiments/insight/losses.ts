import { concatenate, Key, tensor } from "@verbatim/core";
import { autoMpg, columnOf, uciDigits } from "@verbatim/data";
import { prepareCars } from "../auto_mpg.ts";
import { decideBySeeds } from "../classification_words.ts";
import { defineExperiment, type Verdict } from "../define_experiment.ts";
import { errorsOf } from "../errors_of.ts";
import { decidePaired } from "../paired_tests.ts";
import { readAll } from "../read_all.ts";
import { classifyDigits, type DigitsConfig, wrongGradient } from "./_digit_losses.ts";
import { fitLines, type LossName, stepsToLoss } from "./_lines.ts";

interface Config extends DigitsConfig {
  readonly features: readonly string[];
  readonly grossShare: number;
  readonly grossFactor: number;
  readonly fitSteps: number;
  readonly fitRate: number;
  readonly searchSteps: number;
  /** How many times the least loss count as near to it, and as there. */
  readonly nearMinimum: number;
  readonly atMinimum: number;
  readonly descentRatesL1: readonly number[];
  readonly descentRatesL2: readonly number[];
  readonly adamRates: readonly number[];
}

type Metrics = readonly Readonly<Record<string, number>>[];

const INPUTS = 8;
const METHODS = ["descent", "adam"] as const;
const NAMES = { descent: "gradient descent", adam: "Adam" } as const;
/** How near to the least loss, as metrics and as words have it. */
const NEARNESS = [
  { name: "Steps", words: "1% above the minimum" },
  { name: "There", words: "0.01% above the minimum" },
] as const;
const columnOfPairs = (pairs: Float32Array, column: number) => pairs.filter((_, i) => i % 2 === column);

/** By the rule for each method and nearness: confirmed in all, refuted in all, or depending on which. */
function decideCostly(metrics: Metrics): Verdict {
  const by = METHODS.flatMap((method) =>
    NEARNESS.map(({ name, words }) => {
      const differences = metrics.map((m) => m[`${method}${name}L1`]! - m[`${method}${name}L2`]!);
      const { verdict, evidence } = decidePaired(
        differences,
        `${NAMES[method]}, steps of L1 less those of L2 to ${words}`,
        { format: (value) => `${value}` },
      );
      // As many steps or fewer in every seed refute, ties too.
      const refuted = differences.every((d) => d <= 0);
      return {
        method,
        name,
        evidence,
        verdict: refuted ? "refuted" as const : verdict,
      };
    })
  );
  const evidence = by.map(({ evidence }) => evidence).join("; ");
  const asked = by.filter(({ name }) => name === "Steps");
  const those = (verdict: Verdict["verdict"]) =>
    asked.filter((one) => one.verdict === verdict).map(({ method }) => NAMES[method]);
  const [confirmed, refuted] = [those("confirmed"), those("refuted")];
  if (confirmed.length === asked.length) return { verdict: "confirmed", evidence };
  if (refuted.length === asked.length) return { verdict: "refuted", evidence };
  if (confirmed.length === 0 || refuted.length === 0) return { verdict: "inconclusive", evidence };
  return {
    verdict: "depends",
    evidence,
    condition: `the method: it holds for ${confirmed.join(", ")} and not for ${refuted.join(", ")}`,
  };
}

const config: Config = {
  features: ["cylinders", "displacement", "horsepower", "weight", "acceleration", "year"],
  grossShare: 0.05,
  grossFactor: 10,
  fitSteps: 3000,
  fitRate: 0.1,
  searchSteps: 3000,
  nearMinimum: 1.01,
  atMinimum: 1.0001,
  descentRatesL1: [0.05, 0.1, 0.2, 0.5, 1, 2],
  descentRatesL2: [0.01, 0.02, 0.05, 0.1, 0.15, 0.2],
  adamRates: [0.1, 0.2, 0.5, 1, 2, 5],
  hidden: 32,
  batchSize: 64,
  digitSteps: 1000,
  digitRate: 0.005,
  bins: 10,
  confident: 0.01,
};

const number = (name: string, title: string, better: "higher" | "lower" | "neither") =>
  ({ name, title, format: "number", better }) as const;
const count = (name: string, title: string) => ({ name, title, format: "count", better: "lower" }) as const;
const percent = (name: string, title: string, better: "higher" | "lower") =>
  ({ name, title, format: "percent", better }) as const;

export default defineExperiment<Config>({
  id: "losses",
  family: "insight",
  title: "Absolute, squared and cross-entropy loss on cars and digits",
  question: "What does the choice of the loss change: under gross errors, in steps, and for classes?",
  notes: [
    { note: "i2dl", section: "Lecture 7, losses", quote: "Robust (cost of outliers is linear)" },
  ],
  datasets: [autoMpg, uciDigits],
  model: {
    name: "a linear regression of cars, and a network of one hidden layer for digits",
    of: [],
    layers: [
      { name: "linear model of eight inputs", shape: "[B, 1]", parameters: 9 },
      { name: "digits: dense and rectifier", shape: "[B, 32]", parameters: 2080, from: [] },
      { name: "digits: dense", shape: "[B, 10]", parameters: 330 },
    ],
    counts: [
      { label: "cars, with and without gross errors", count: "2 x (8 + 1) = 18", source: "arithmetic" },
      { label: "digits", count: "64 x 32 + 32 + 32 x 10 + 10 = 2,410", source: "arithmetic" },
    ],
  },
  method: [
    "Cars: miles per gallon by six features with mean 0 and deviation 1 and two indicators of the origin. One linear model for each loss is fitted to the training split, and one to the same split with gross errors: in 5% of the rows, drawn by the seed, the decimal point of the target is lost, so that it is ten times as large.",
    "Each fit is the minimum of its mean loss, by Adam on all rows with a rate that falls in a straight line to zero, from zero. How far a fit moves is the root mean square, over the test cars, of the difference between its forecasts with and without gross errors; test errors are on the clean test split.",
    "Steps: from standard normal weights, drawn by the seed, and a bias of zero, all rows at each step and a constant rate, until the mean loss on the clean training split is at most 1%, and at most 0.01%, above its own minimum; of six rates, the one that needs fewest steps counts, for each loss, method and accuracy (for descent on L2 they end just below the rate at which it diverges). All steps allowed count where none arrives.",
    "Digits: 64-32-10 with a rectifier, softmax at the end, trained by cross-entropy and by squared error (the sum over classes of the squared distance of probabilities and one-hot labels), from the same weights, on the same batches, by Adam with one rate that falls to zero. Calibration error: mean distance of accuracy and confidence over ten bins of equal width, weighted by their rows.",
    "Confidently wrong: each test digit is said to be the next one; where the network trained by cross-entropy gives that less than 1%, the lengths of both losses' gradients with respect to its scores are averaged.",
    "Which loss suits classes better, 359 test digits cannot tell: insight/class-losses asks it of more.",
    "The test splits are read once for each fit; nothing was selected on them.",
  ],
  profiles: {
    quick: {
      seeds: [1],
      config: { ...config, fitSteps: 300, fitRate: 0.5, searchSteps: 300, digitSteps: 100 },
    },
    full: { seeds: [1, 2, 3, 4, 5], config },
  },
  metrics: [
    number("grossRmseL1", "Test RMSE, L1, gross errors (miles per gallon)", "lower"),
    number("cleanRmseL1", "Test RMSE, L1, clean", "lower"),
    number("cleanRmseL2", "Test RMSE, L2, clean", "lower"),
    number("grossRmseL2", "Test RMSE, L2, gross errors", "lower"),
    number("movedL1", "Distance of the fit with gross errors from that without, L1", "lower"),
    number("movedL2", "Distance of the fit with gross errors from that without, L2", "lower"),
    number("minimumL1", "Least mean loss on clean training rows, L1", "neither"),
    number("minimumL2", "Least mean loss on clean training rows, L2", "neither"),
    ...NEARNESS.flatMap(({ name, words }) =>
      METHODS.flatMap((method) =>
        ["L1", "L2"].map((loss) =>
          count(`${method}${name}${loss}`, `Steps to ${words}, ${NAMES[method]}, ${loss}`)
        )
      )
    ),
    percent("crossEntropyAccuracy", "Test accuracy on digits, cross-entropy", "higher"),
    percent("squaredAccuracy", "Test accuracy on digits, squared error", "higher"),
    percent("crossEntropyCalibration", "Calibration error, cross-entropy", "lower"),
    percent("squaredCalibration", "Calibration error, squared error", "lower"),
    number("crossEntropyGradient", "Gradient where confidently wrong, cross-entropy", "neither"),
    number("squaredGradient", "Gradient where confidently wrong, squared error", "neither"),
  ],
  comparisons: [
    {
      kind: "baseline",
      label: "least squares without gross errors",
      metric: "grossRmseL1",
      value: 3.453,
      source: "baselines/least-squares-auto-mpg",
    },
    {
      kind: "baseline",
      label: "3 nearest neighbours",
      metric: "crossEntropyAccuracy",
      value: 0.9861,
      source: "baselines/knn-uci-digits",
    },
    {
      kind: "independent",
      label: "the least absolute deviations",
      metric: "minimumL1",
      value: 2.4091305,
      tolerance: 0.0005,
      source: "the linear programme, by SciPy's linprog on the same columns",
    },
    {
      kind: "independent",
      label: "the least squares",
      metric: "minimumL2",
      value: 10.4822179,
      tolerance: 0.001,
      source: "NumPy's lstsq on the same columns",
    },
    {
      kind: "independent",
      label: "the same regression in float64",
      metric: "cleanRmseL2",
      value: 3.453,
      tolerance: 0.005,
      source: "NumPy's lstsq on the same columns",
    },
  ],
  claims: [
    {
      id: "l2-outliers",
      measured:
        "The true line is the fit without the errors; a fit moves by the root mean square of the difference of its forecasts for the test cars; sign test at 5%.",
      decide: (metrics) =>
        decidePaired(metrics.map((m) => m.movedL2! - m.movedL1!), "Distance moved by L2 less that by L1"),
    },
    {
      id: "l1-robust",
      measured: "In every seed, the root mean squared error on the test cars.",
      decide: (metrics) =>
        decideBySeeds(
          metrics,
          (m) => m.grossRmseL1! <= 1.1 * m.cleanRmseL1!,
          (m) => `from ${m.cleanRmseL1!.toFixed(3)} to ${m.grossRmseL1!.toFixed(3)}`,
        ),
    },
    {
      id: "l1-costly",
      measured:
        "By gradient descent and by Adam, each of them a condition, at the best of six rates; sign test at 5%. The steps to 0.01% stand beside it and decide nothing.",
      revised:
        "Adam's rates ended at 1 in a first run, which was the best of them for both losses; they were moved up to enclose the best. After the first results the steps to 0.01% joined the rule of this experiment, since the answer of Adam changes there (6be8e5c); the ledger's rule, which is older, asks for 1% alone and decides again.",
      decide: decideCostly,
    },
  ],
  differences: [
    "Neither model beats its baseline, nor is it meant to: absolute loss does not minimise the root mean square, and the network for digits is small and its hyper-parameters are round.",
    "The notes name no data. The gross errors are drawn; the cars, their true targets and the test split are real.",
  ],
  async run(context) {
    const { config, seed } = context;
    const key = Key.from(seed);
    const cars = context.data(autoMpg);
    const training = await prepareCars(cars.split("train"), cars.split("train"), config.features);
    const test = await prepareCars(cars.split("test"), cars.split("test"), config.features);
    const rows = training.mpg.length;
    const gross = Float32Array.from(training.mpg);
    for (const row of key.fold("gross").permutation(rows).subarray(0, Math.round(config.grossShare * rows))) {
      gross[row]! *= config.grossFactor;
    }
    const both = () => {
      const { x, y } = training.make();
      return { x, y: concatenate([y, tensor(gross, [rows, 1])], 1) };
    };
    for (const [loss, suffix] of [["l1", "L1"], ["l2", "L2"]] as const satisfies [LossName, string][]) {
      const fit = await fitLines(
        context,
        loss === "l1" ? "main" : loss,
        loss,
        { make: both, inputs: INPUTS, columns: 2 },
        test,
      );
      const [clean, moved] = [columnOfPairs(fit.forecasts, 0), columnOfPairs(fit.forecasts, 1)];
      context.metric(`cleanRmse${suffix}`, errorsOf(clean, test.mpg).rmse);
      context.metric(`grossRmse${suffix}`, errorsOf(moved, test.mpg).rmse);
      context.metric(`moved${suffix}`, errorsOf(moved, clean).rmse);
      context.metric(`minimum${suffix}`, fit.losses[0]!);
      for (const method of METHODS) {
        const [near, there] = await stepsToLoss(
          context,
          `${method}-${loss}`,
          { ...training, inputs: INPUTS },
          {
            loss,
            method,
            rates: method === "adam" ? config.adamRates : config[`descentRates${suffix}`],
            steps: config.searchSteps,
            targets: [config.nearMinimum, config.atMinimum].map((share) => share * fit.losses[0]!),
            key: key.fold("start"),
          },
        );
        context.metric(`${method}Steps${suffix}`, near!);
        context.metric(`${method}There${suffix}`, there!);
      }
    }

    const digits = context.data(uciDigits);
    const [seen, unseen] = [digits.split("train"), digits.split("test")];
    const labels = columnOf(await readAll(unseen), "label");
    const crossEntropy = await classifyDigits(context, "crossEntropy", seen, unseen, key.fold("digits"));
    const squared = await classifyDigits(context, "squared", seen, unseen, key.fold("digits"));
    context.metric("crossEntropyAccuracy", crossEntropy.accuracy);
    context.metric("squaredAccuracy", squared.accuracy);
    context.metric("crossEntropyCalibration", crossEntropy.calibration);
    context.metric("squaredCalibration", squared.calibration);
    for (const loss of ["crossEntropy", "squared"] as const) {
      context.metric(
        `${loss}Gradient`,
        await wrongGradient(loss, crossEntropy.scores, labels, config.confident),
      );
    }
  },
});
