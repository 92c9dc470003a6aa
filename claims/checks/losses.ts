/**
 * Softmax and loss functions.
 *
 * @module
 */
import {
  crossEntropy,
  divide,
  exp,
  grad,
  Key,
  log,
  log1p,
  normal,
  oneHot,
  sigmoid,
  softmax,
  type Tensor,
  tensor,
} from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { farthest, grid, holds, holdsIf, printedOrRight, show, valueOf, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("losses");

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** ln p of a number, by the project's logarithm. */
const ln = (p: number) => valueOf(() => log(tensor(p)));

async function softmaxSum() {
  const rows = await valuesOf(() => softmax(normal(KEY.fold("sum"), [1000, 10], 0, 10)));
  let worst = 0;
  for (let i = 0; i < 1000; i++) worst = Math.max(worst, Math.abs(sum(rows.slice(10 * i, 10 * i + 10)) - 1));
  return holds(
    worst <= 1e-6 && rows.every((p) => p >= 0 && p <= 1),
    `Over 1,000 random rows of ten scores the sums are ${
      show(worst, 2)
    } from 1 at most, and every element is in [0, 1].`,
  );
}

/** e^s / sum e^s, as it is written. */
const plainSoftmax = (scores: Tensor): Tensor => {
  const powers = exp(scores);
  return divide(powers, powers.sum());
};

async function softmaxStable() {
  const small = await valuesOf(() => normal(KEY.fold("stable"), [10], 0, 3));
  const apart = farthest(
    await valuesOf(() => plainSoftmax(tensor(small))),
    await valuesOf(() => softmax(tensor(small))),
  );
  const large = [1000, 0, -1000];
  const [plain, stable] = [
    await valuesOf(() => plainSoftmax(tensor(large))),
    await valuesOf(() => softmax(tensor(large))),
  ];
  return holds(
    apart <= 1e-6 && plain.some(Number.isNaN) && farthest(stable, [1, 0, 0]) === 0,
    `For ten scores of deviation 3 both forms are ${show(apart, 2)} apart; for ${
      large.join(", ")
    } the first gives ` +
      `${plain.join(", ")}, the second ${stable.join(", ")}.`,
  );
}

async function softmaxPositive() {
  const gaps = grid(0, 150, 151);
  const smallest: number[] = [];
  for (const gap of gaps) smallest.push((await valuesOf(() => softmax(tensor([0, -gap]))))[1]!);
  const zero = smallest.indexOf(0);
  return holdsIf(
    "real arithmetic, or scores that are near to each other",
    zero > 0 && smallest.slice(0, zero).every((p, i) => p > 0 && (i === 0 || p < smallest[i - 1]!)),
    zero < 0,
    `Of two scores the smaller probability falls with the gap, to ${
      show(smallest[zero - 1] ?? NaN, 2)
    } at a gap of ` +
      `${zero - 1}, and is exactly 0 in binary32 from ${zero} on.`,
  );
}

async function doubleSoftmax() {
  const [classes, label] = [10, tensor(Uint8Array.of(3))];
  try {
    const loss = (scores: () => Tensor) => valueOf(() => crossEntropy(softmax(scores()), label));
    const best = await loss(() => oneHot(label, classes).mul(1000));
    let least = Infinity;
    for (let i = 0; i < 200; i++) {
      least = Math.min(least, await loss(() => normal(KEY.fold("double").fold(i), [1, classes], 0, 30)));
    }
    const once = await valueOf(() => crossEntropy(oneHot(label, classes).mul(1000), label));
    const bound = await valueOf(() => log1p(tensor(9 / Math.E)));
    return holds(
      Math.abs(best - bound) <= 1e-5 && least >= bound - 1e-5 && once < 1e-5,
      `With the right class far ahead the loss is ${show(best, 5)} (ln(1 + 9/e) = ${show(bound, 5)}), and ` +
        `${show(least, 5)} at least over 200 random rows of scores; with one softmax it falls to ${
          show(once)
        }.`,
    );
  } finally {
    label.dispose();
  }
}

/** The constant of a grid at which a loss of samples is least. */
function bestConstant(samples: readonly number[], loss: (error: number) => number): number {
  const points = grid(-2, 6, 1601);
  const losses = points.map((point) => sum(samples.map((sample) => loss(sample - point))));
  return points[losses.indexOf(Math.min(...losses))]!;
}

async function lossOptimum() {
  const samples = (await valuesOf(() => exp(normal(KEY.fold("skewed"), [101], 0, 0.8)))).toSorted((a, b) =>
    a - b
  );
  return {
    mean: sum(samples) / samples.length,
    median: samples[50]!,
    square: bestConstant(samples, (error) => error * error),
    absolute: bestConstant(samples, Math.abs),
  };
}

async function meanOptimum() {
  const { mean, median, square } = await lossOptimum();
  return holds(
    Math.abs(square - mean) <= 0.005,
    `For 101 skewed samples with mean ${show(mean)} and median ${
      show(median)
    } the squared error is least at ` +
      `${show(square)} (steps of 0.005).`,
  );
}

async function medianOptimum() {
  const { mean, median, absolute } = await lossOptimum();
  return holds(
    Math.abs(absolute - median) <= 0.005,
    `For 101 skewed samples with mean ${show(mean)} and median ${
      show(median)
    } the absolute error is least at ` +
      `${show(absolute)} (steps of 0.005).`,
  );
}

async function printedTables() {
  const f = [12, 24, 42, 23, 34, 32, 5, 2, 12, 31, 12, 31, 31, 64, 5, 13];
  const y = [15, 20, 40, 25, 34, 32, 5, 2, 12, 31, 12, 31, 31, 64, 5, 13];
  const error = () => tensor(f).sub(tensor(y));
  const square = await valueOf(() => error().mul(error()).sum());
  const absolute = sum((await valuesOf(error)).map(Math.abs));
  return holds(square === 33 && absolute === 11, `The tables give ${show(square)} and ${show(absolute)}.`);
}

async function binaryIndex() {
  const n = 4;
  const term = -await ln(0.8);
  // Samples 0 to N, all with the label 1 and the prediction 0.8.
  const terms = Array.from({ length: n + 1 }, () => term);
  const [printed, right] = [sum(terms) / n, sum(terms.slice(1)) / n];
  const near = (value: number) => Math.abs(value / term - 1) <= 1e-6;
  return printedOrRight(
    near(printed),
    near(right),
    `With N = ${n} and every term ${show(term)} the sum from 0 over N is ${show(printed)}, that from 1 ${
      show(right)
    }.`,
  );
}

async function categoricalIndex() {
  const labels = [[1, 0, 0], [0, 0, 1]];
  const loss = async (predictions: readonly (readonly number[])[], indexed: boolean) => {
    let total = 0;
    for (let i = 0; i < labels.length; i++) {
      // Without the sample's index there is one t and one y: those of the first sample.
      const [t, y] = indexed ? [labels[i]!, predictions[i]!] : [labels[0]!, predictions[0]!];
      for (let j = 0; j < 3; j++) if (t[j] !== 0) total -= t[j]! * await ln(y[j]!);
    }
    return total / labels.length;
  };
  const good = [[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]];
  const bad = [[0.7, 0.2, 0.1], [0.7, 0.2, 0.1]];
  const expected = await valueOf(() => {
    const scores = log(tensor(bad.flat()).reshape([2, 3]));
    return crossEntropy(scores, tensor(Uint8Array.of(0, 2)));
  });
  const printed = [await loss(good, false), await loss(bad, false)];
  const right = [await loss(good, true), await loss(bad, true)];
  return printedOrRight(
    printed[0] !== printed[1] && Math.abs(printed[1]! - expected) <= 1e-5,
    right[0] !== right[1] && Math.abs(right[1]! - expected) <= 1e-5,
    `When the second of two samples goes from right to wrong the printed sum is ${
      show(printed[0]!)
    } before ` +
      `and ${show(printed[1]!)} after, that with t_ij and y_ij goes from ${show(right[0]!)} to ${
        show(right[1]!)
      }, the ` +
      `cross-entropy being ${show(expected)}.`,
  );
}

async function sumLimit() {
  const y = [0, 0, 1, 0];
  const predictions = [0.1, 0.2, 0.6, 0.1];
  const expected = await valueOf(() => crossEntropy(log(tensor([predictions])), tensor(Uint8Array.of(2))));
  const upTo: number[] = [];
  let total = 0;
  for (const [k, label] of y.entries()) {
    total -= label * await ln(predictions[k]!);
    upTo.push(total);
  }
  return printedOrRight(
    upTo.every((value) => Math.abs(value - expected) <= 1e-5),
    Math.abs(upTo.at(-1)! - expected) <= 1e-5,
    `The sum from 1 to k has the values ${
      upTo.map((value) => show(Math.abs(value))).join(", ")
    } for k = 1 to 4; up to ` +
      `K = 4, the number of classes, it is the cross-entropy ${show(expected)}.`,
  );
}

/** -(y log p + (1 - y) log(1 - p)). */
function binaryCrossEntropy(y: number, p: Tensor): Tensor {
  return log(p).mul(y).add(log(p.neg().add(1)).mul(1 - y)).neg();
}

async function binaryDerivative() {
  const cases = [0, 1].flatMap((y) => [0.1, 0.3, 0.5, 0.9].map((p) => [y, p] as const));
  const automatic = await Promise.all(
    cases.map(([y, p]) => valueOf(() => grad((p: Tensor) => binaryCrossEntropy(y, p))(tensor(p)))),
  );
  const form = (first: (y: number, p: number) => number) =>
    cases.map(([y, p]) => first(y, p) + (1 - y) / (1 - p));
  const [printed, right] = [form((y) => -y), form((y, p) => -y / p)];
  const relative = (list: readonly number[]) =>
    Math.max(...list.map((value, i) => Math.abs(value / automatic[i]! - 1)));
  const example = cases.findIndex(([y, p]) => y === 1 && p === 0.3);
  return printedOrRight(
    relative(printed) <= 1e-4,
    relative(right) <= 1e-4,
    `At y = 1 and prediction 0.3 the printed form is ${show(printed[example]!)}, that with -y / y-hat ` +
      `${show(right[example]!)}, automatic differentiation ${
        show(automatic[example]!)
      }; over ${cases.length} pairs the ` +
      `second is right within ${show(relative(right), 2)}.`,
  );
}

async function logitGradient() {
  const logits = await valuesOf(() => normal(KEY.fold("logits"), [50], 0, 2));
  let worst = 0;
  for (const [i, s] of logits.entries()) {
    const y = i % 2;
    const automatic = await valueOf(() => grad((s: Tensor) => binaryCrossEntropy(y, sigmoid(s)))(tensor(s)));
    const printed = await valueOf(() => sigmoid(tensor(s)).sub(y));
    worst = Math.max(worst, Math.abs(automatic - printed));
  }
  return holds(worst <= 1e-6, `Over 50 pairs of logit and label both are ${show(worst, 2)} apart at most.`);
}

function halfSquare() {
  const pairs = [[1, 1], [0.5, 0.5], [1, 0.8], [0.2, 0.9]] as const;
  const printed = pairs.map(([t, y]) => t * y * t * y / 2);
  const right = pairs.map(([t, y]) => (t - y) * (t - y) / 2);
  const vanishes = (list: readonly number[]) => pairs.every(([t, y], i) => (t === y) === (list[i] === 0));
  return printedOrRight(
    vanishes(printed),
    vanishes(right),
    `For a prediction equal to the target of 1 the printed loss is ${show(printed[0]!)}, with the minus ` +
      `${show(right[0]!)}; for target 1 and prediction 0.8 they are ${show(printed[2]!)} and ${
        show(right[2]!)
      }.`,
  );
}

/** The checks of losses. */
export const LOSS_CHECKS: Checks = {
  "softmax-sum": softmaxSum,
  "softmax-stable": softmaxStable,
  "softmax-positive": softmaxPositive,
  "double-softmax": doubleSoftmax,
  "loss-mean-optimum": meanOptimum,
  "loss-median-optimum": medianOptimum,
  "l1-l2-worked": printedTables,
  "bce-index": binaryIndex,
  "cce-index": categoricalIndex,
  "ce-sum-limit": sumLimit,
  "bce-derivative": binaryDerivative,
  "bce-logit-gradient": logitGradient,
  "mse-half": halfSquare,
};
