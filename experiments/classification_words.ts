import type { Claim, MetricDescription, Verdict } from "./define_experiment.ts";

/** The metrics that `classifyImages` records. */
export const CLASSIFIER_METRICS: readonly MetricDescription[] = [
  { name: "testAccuracy", title: "Test accuracy", format: "percent", better: "higher" },
  { name: "testLoss", title: "Test loss (nats)", format: "number", better: "lower" },
  { name: "testMacroF1", title: "Test macro-F1", format: "percent", better: "higher" },
  { name: "testTop5", title: "Test top-5 accuracy", format: "percent", better: "higher" },
  { name: "validationAccuracy", title: "Validation accuracy", format: "percent", better: "higher" },
  { name: "initialLoss", title: "Loss of the fresh network (nats)", format: "number", better: "neither" },
  {
    name: "softmaxSumError",
    title: "Largest distance of a sum of class probabilities from 1",
    format: "number",
    better: "neither",
  },
  {
    name: "overfitAccuracy",
    title: "Accuracy on one batch learned by heart",
    format: "percent",
    better: "higher",
  },
];

type Metrics = Readonly<Record<string, number>>;

/**
 * Confirmed if a condition holds for every seed, refuted if the opposite does, otherwise inconclusive. The opposite is that
 * the condition does not hold, unless the rule that refutes asks for more.
 */
export function decideBySeeds(
  metrics: readonly Metrics[],
  holds: (metrics: Metrics) => boolean,
  describe: (metrics: Metrics) => string,
  fails: (metrics: Metrics) => boolean = (one) => !holds(one),
): Verdict {
  const count = metrics.filter(holds).length;
  const verdict = count === metrics.length ? "confirmed" : metrics.every(fails) ? "refuted" : "inconclusive";
  return { verdict, evidence: `${metrics.map(describe).join("; ")} (${count} of ${metrics.length} seeds)` };
}

/** The natural logarithm of 10, the loss of equal scores for ten classes. */
const LOG_10 = 2.302585092994046;

/** A fresh network's loss is near log C. */
export const INITIAL_LOSS: Claim = {
  id: "initial-loss",
  measured: "The mean loss on the validation rows, for 10 classes: log 10 = 2.3026.",
  decide: (metrics) =>
    decideBySeeds(
      metrics,
      ({ initialLoss }) => Math.abs(initialLoss! / LOG_10 - 1) <= 0.05,
      ({ initialLoss }) => initialLoss!.toFixed(4),
    ),
};

/** One batch can be learned by heart. */
export const OVERFIT_ONE: Claim = {
  id: "overfit-one",
  measured: "The first batch alone, for the stated number of steps.",
  decide: (metrics) =>
    decideBySeeds(
      metrics,
      ({ overfitAccuracy }) => overfitAccuracy === 1,
      ({ overfitAccuracy }) => `${(100 * overfitAccuracy!).toFixed(2)}%`,
    ),
};

/** The error among the five best classes is never the larger one. */
export const TOP_FIVE: Claim = {
  id: "top5",
  measured: "On the test split, in every seed.",
  decide: (metrics) =>
    decideBySeeds(
      metrics,
      ({ testAccuracy, testTop5 }) => 1 - testAccuracy! >= 1 - testTop5!,
      ({ testAccuracy, testTop5 }) =>
        `top-1 ${(100 * (1 - testAccuracy!)).toFixed(2)}%, top-5 ${(100 * (1 - testTop5!)).toFixed(2)}%`,
    ),
};

/** Rounding moves the sum of ten probabilities by a few units in the last place of 1. */
const SUM_TOLERANCE = 1e-6;

/** Class probabilities add up to 1. */
export const SOFTMAX_SUM: Claim = {
  id: "softmax-sum",
  measured:
    "The sums over ten classes for every test image, in every seed; that each probability lies in [0, 1] is checked exactly elsewhere.",
  decide: (metrics) =>
    decideBySeeds(
      metrics,
      ({ softmaxSumError }) => softmaxSumError! <= SUM_TOLERANCE,
      ({ softmaxSumError }) => `largest distance ${softmaxSumError!.toExponential(1)}`,
    ),
};
