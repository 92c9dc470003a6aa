/**
 * Sigmoid, tanh, Swish and softplus: values, slopes, ranges and limits.
 *
 * @module
 */
import {
  divide,
  exp,
  full,
  grad,
  Key,
  less,
  normal,
  relu,
  select,
  sigmoid,
  silu,
  softplus,
  tanh,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { farthest, grid, holds, holdsIf, printedOrRight, show, valueOf, valuesOf } from "./_compute.ts";
import { type Activation, at, slopesAt } from "./_activation.ts";

const KEY = Key.from(1).fold("claims").fold("activations");

async function sigmoidDerivative() {
  const points = grid(-8, 8, 161);
  // From the definition, so that the rule under test is not what differentiates it.
  const slopes = await slopesAt((z) => divide(1, exp(z.neg()).add(1)), points);
  const printed = await at((z) => {
    const s = sigmoid(z);
    return s.mul(s.neg().add(1));
  }, points);
  const [most, apart] = [Math.max(...slopes), farthest(slopes, printed)];
  return holds(
    apart <= 1e-6 && points[slopes.indexOf(most)] === 0 && Math.abs(most - 0.25) <= 1e-6,
    `Over 161 points in [-8, 8] both are ${show(apart, 2)} apart at most; the largest is ${
      show(most)
    }, at 0.`,
  );
}

async function sigmoidRangeTanh() {
  const points = grid(-8, 8, 161);
  const [s, t] = [await at(sigmoid, points), await at(tanh, points)];
  const within = (values: readonly number[], low: number) =>
    values.every((value) => value >= low && value <= 1);
  return printedOrRight(
    within(s, 0) && within(t, 0),
    within(s, 0) && within(t, -1) && Math.min(...t) < -0.99,
    `On [-8, 8] 1/(1 + e^-x) runs from ${show(Math.min(...s), 2)} to ${show(Math.max(...s))}, tanh from ` +
      `${show(Math.min(...t))} to ${show(Math.max(...t))}; tanh(-1) = ${show((await at(tanh, [-1]))[0]!)}.`,
  );
}

/** Below the logarithm of 2^-150, half the smallest number above 0, e^z rounds to 0 in binary32. */
const SMALLEST = -103.972;

async function sigmoidPositive() {
  const points = grid(-200, 20, 2201);
  const values = await at(sigmoid, points);
  const composed = await at((z) => divide(1, exp(z.neg()).add(1)), points);
  const lastZero = (list: readonly number[]) => points[list.findLastIndex((value) => value === 0)]!;
  return holds(
    values.every((value, i) => points[i]! < SMALLEST || value > 0) && values.every((value) => value >= 0),
    `Never negative, and positive at every point above ${show(SMALLEST, 5)}. In binary32 it is +0 from ${
      show(lastZero(values))
    } downwards, written as ` +
      `1/(1 + e^-z) from ${show(lastZero(composed))} downwards.`,
  );
}

/** The share of samples whose gradients of one neuron's weights have one sign; each sample has weights of its own. */
async function oneSignShare(low: number): Promise<number> {
  const [samples, inputs] = [200, 6];
  const gradient = await valuesOf(() => {
    const x = uniform(KEY.fold("zigzag x"), [samples, inputs], low, 1);
    const t = uniform(KEY.fold("zigzag t"), [samples]);
    const w = normal(KEY.fold("zigzag w"), [samples, inputs]);
    return grad((w: Tensor) => {
      const error = sigmoid(w.mul(x).sum(1)).sub(t);
      return error.mul(error).sum();
    })(w);
  });
  const same = Array.from({ length: samples }, (_, i) => {
    const row = gradient.slice(inputs * i, inputs * i + inputs);
    return row.every((value) => value > 0) || row.every((value) => value < 0);
  });
  return same.filter(Boolean).length / samples;
}

async function sigmoidZigzag() {
  const [positive, centred] = [await oneSignShare(0.01), await oneSignShare(-1)];
  return holds(
    positive === 1 && centred < 0.5,
    `With inputs in (0, 1) all 6 weight gradients have one sign in ${
      show(100 * positive)
    }% of 200 samples, with inputs in ` +
      `(-1, 1) in ${show(100 * centred)}%.`,
  );
}

async function sigmoidQuadrant() {
  const draws = 20000;
  const rows: string[] = [];
  let right = true;
  for (const n of [2, 4, 8]) {
    const directions = await valuesOf(() => normal(KEY.fold("quadrant").fold(n), [draws, n]));
    let count = 0;
    for (let i = 0; i < draws; i++) {
      const row = directions.slice(n * i, n * i + n);
      if (row.every((value) => value > 0) || row.every((value) => value < 0)) count++;
    }
    let expected = 2;
    for (let k = 0; k < n; k++) expected /= 2;
    const [share, error] = [count / draws, Math.sqrt(expected * (1 - expected) / draws)];
    right &&= Math.abs(share - expected) <= 3 * error;
    rows.push(`${show(100 * share, 3)}% (${show(100 * expected, 3)}%) in ${n}`);
  }
  return holds(
    right,
    `Of ${draws} random directions the share in the two quadrants of equal signs, and 2 times 2^-n: ${
      rows.join(", ")
    } dimensions.`,
  );
}

async function sigmoidSaturates() {
  const points = [0, 1, 2, 5, 10, 15];
  const slopes = await slopesAt(sigmoid, points);
  const mirrored = await slopesAt(sigmoid, points.map((point) => -point));
  const falls = (list: readonly number[]) => list.every((slope, i) => i === 0 || slope < list[i - 1]!);
  return holds(
    slopes[4]! < 1e-4 && mirrored[4]! < 1e-4 && falls(slopes) && falls(mirrored),
    `At ${points.join(", ")} the slope is ${
      slopes.map((slope) => show(slope, 2)).join(", ")
    }, and falls alike to the left.`,
  );
}

async function tanhSaturatesCentred() {
  const outputs = await valuesOf(() => tanh(normal(KEY.fold("tanh"), [10000])));
  const mean = outputs.reduce((sum, value) => sum + value, 0) / outputs.length;
  const square = outputs.reduce((sum, value) => sum + value * value, 0) / outputs.length;
  const error = Math.sqrt((square - mean * mean) / outputs.length);
  // 1 - tanh^2 = 4 / (e^x + e^-x)^2, which binary32 can still tell from 0.
  const slope = await valueOf(() => {
    const e = exp(tensor(10)).add(exp(tensor(-10)));
    return divide(4, e.mul(e));
  });
  const positive = await valuesOf(() => sigmoid(normal(KEY.fold("tanh"), [10000])));
  const other = positive.reduce((sum, value) => sum + value, 0) / positive.length;
  return holds(
    Math.abs(mean) <= 3 * error && slope < 1e-7,
    `Over 10,000 standard normal inputs the mean output is ${show(mean, 2)} with standard error ${
      show(error, 2)
    } ` +
      `(sigmoid: ${show(other, 3)}); the slope at 10 is ${show(slope, 2)}.`,
  );
}

async function activationRanges() {
  const inner = grid(-8, 8, 321);
  const rows: readonly [name: string, f: Activation, low: number, high: number][] = [
    ["linear", (x) => x.mul(1), -Infinity, Infinity],
    ["step", (x) => select(less(x, 0), 0, full(x.shape, 1)), 0, 1],
    ["sigmoid", sigmoid, 0, 1],
    ["tanh", tanh, -1, 1],
    ["ReLU", relu, 0, Infinity],
    ["leaky ReLU", (x) => select(less(x, 0), 0.01, x), -Infinity, Infinity],
    ["Swish", (x) => sigmoid(x).mul(x).mul(2), -Infinity, Infinity],
  ];
  const wrong: string[] = [];
  for (const [name, f, low, high] of rows) {
    const values = await at(f, inner);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const ends = await at(f, [-1e4, 1e4]);
    const lowFits = low === -Infinity ? ends[0]! < -1e3 : least >= low && least <= low + 0.01;
    const highFits = high === Infinity ? ends[1]! > 1e3 : most <= high && most >= high - 0.01;
    if (!lowFits || !highFits) wrong.push(`${name} (from ${show(Math.min(least, ends[0]!), 3)})`);
  }
  return holdsIf(
    "the row of the table",
    wrong.length < rows.length,
    wrong.length === 0,
    `${rows.length - wrong.length} of ${rows.length} rows have the printed range; not so, as printed: ${
      wrong.join(", ")
    }.`,
  );
}

async function swishFactor() {
  const points = grid(-6, 6, 121);
  const form = (factor: number, beta: number) => at((x) => sigmoid(x.mul(beta)).mul(x).mul(factor), points);
  const published = await at(silu, points);
  const [printed, right] = [farthest(await form(2, 1), published), farthest(await form(1, 1), published)];
  const rectified = await at(relu, points);
  const limits = {
    half: farthest(await form(1, 0), points.map((point) => point / 2)),
    relu: farthest(await form(1, 1000), rectified),
    twice: farthest(await form(2, 1000), rectified.map((value) => 2 * value)),
  };
  return printedOrRight(
    printed <= 1e-5,
    right <= 1e-5 && limits.half <= 1e-5 && limits.relu <= 1e-5,
    `Against x sigma(x) of the paper (SiLU) on [-6, 6] the printed form is ${
      show(printed)
    } away at most, that without ` +
      `the factor 2 is ${show(right, 2)} away. The latter is x/2 for beta = 0 within ${
        show(limits.half, 2)
      } and ReLU for beta = 1000 ` +
      `within ${show(limits.relu, 2)}; the printed one tends to 2 max(0, x) (${show(limits.twice, 2)}).`,
  );
}

async function swishRange() {
  const points = grid(-20, 5, 5001);
  const values = await at(silu, points);
  const least = Math.min(...values);
  const where = points[values.indexOf(least)]!;
  const printed = Math.min(...await at((x) => sigmoid(x).mul(x).mul(2), points));
  return printedOrRight(
    printed < -1,
    Math.abs(least + 0.27846) <= 1e-4 && Math.abs(where + 1.2785) <= 0.01,
    `x sigma(x) is never below ${show(least)}, at ${show(where)}; the printed 2 x sigma(x) never below ${
      show(printed)
    }.`,
  );
}

async function softplusLimit() {
  const points = grid(-5, 5, 201);
  const rectified = await at(relu, points);
  const gaps: number[] = [];
  let right = true;
  for (const beta of [1, 2, 10, 100]) {
    const values = await at((x) => softplus(x.mul(beta)).div(beta), points);
    const distances = values.map((value, i) => value - rectified[i]!);
    const most = Math.max(...distances);
    right &&= points[distances.indexOf(most)] === 0 && Math.abs(most - Math.LN2 / beta) <= 1e-5;
    gaps.push(most);
  }
  return holds(
    right && gaps.every((gap, i) => i === 0 || gap < gaps[i - 1]!),
    `For beta 1, 2, 10, 100 the largest distance from ReLU on [-5, 5] is ${
      gaps.map((gap) => show(gap)).join(", ")
    }, ` +
      `each at 0 and ln 2 / beta within 1e-5.`,
  );
}

/** The checks of activation functions but rectifiers. */
export const ACTIVATION_CHECKS: Checks = {
  "sigmoid-derivative": sigmoidDerivative,
  "sigmoid-range-tanh": sigmoidRangeTanh,
  "sigmoid-positive": sigmoidPositive,
  "sigmoid-zigzag": sigmoidZigzag,
  "sigmoid-quadrant": sigmoidQuadrant,
  "sigmoid-saturates": sigmoidSaturates,
  "tanh-saturates-centred": tanhSaturatesCentred,
  "activation-ranges": activationRanges,
  "swish-factor": swishFactor,
  "swish-range": swishRange,
  "softplus-limit": softplusLimit,
};
