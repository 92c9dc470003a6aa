/**
 * Means and variances: of products, of initial weights, under dropout, of ensembles.
 *
 * @module
 */
import { glorotNormal, glorotUniform, Key, normal, type Tensor, uniform } from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { holds, printedOrRight, show, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("moments");

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const product = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value * b[i]!);
const variance = (values: readonly number[]) => {
  const center = mean(values);
  return mean(values.map((value) => (value - center) * (value - center)));
};

/** A discrete pair of variables, each value as often as it stands here: its moments are exact. */
const X = [1, 2, 2, 5, -3, 0];
const Y = [4, -1, 2, 2, 0, 1];

function varianceBySquares() {
  const [left, right] = [mean(product(X, X)), variance(X) + mean(X) * mean(X)];
  return holds(
    Math.abs(left - right) <= 1e-12,
    `For the values ${X.join(", ")} E[X^2] = ${show(left, 6)} and Var[X] + E[X]^2 = ${show(right, 6)}.`,
  );
}

function varianceOfProduct() {
  const xy = product(X, Y);
  const [left, right] = [variance(xy), mean(product(xy, xy)) - mean(xy) * mean(xy)];
  return holds(
    Math.abs(left - right) <= 1e-12,
    `For six dependent pairs Var[XY] = ${show(left, 6)} and E[X^2 Y^2] - E[XY]^2 = ${show(right, 6)}.`,
  );
}

/** All pairs of a value of one list and a value of the other: independent variables, with exact moments. */
function independent() {
  const [x, w] = [X.flatMap((value) => Y.map(() => value)), X.flatMap(() => Y)];
  return { x, w, actual: variance(product(x, w)) };
}

function varianceIndependent() {
  const { x, w, actual } = independent();
  const [ex, ew] = [mean(x), mean(w)];
  const printed = ew * ew * variance(x) + ex * ex * variance(w) + variance(x) * variance(w);
  return holds(
    Math.abs(printed - actual) <= 1e-9,
    `For 36 independent pairs the variance of the product is ${show(actual, 6)} and the printed sum ${
      show(printed, 6)
    }.`,
  );
}

function varianceSlip() {
  // Line 1666 stands after the weights' mean was set to 0.
  const w = Y.flatMap((value) => [value, -value]);
  const pairs = { x: X.flatMap((value) => w.map(() => value)), w: X.flatMap(() => w) };
  const actual = variance(product(pairs.x, pairs.w));
  const form = (factor: number) => factor * variance(w) + variance(X) * variance(w);
  const [printed, right] = [form(mean(product(X, X))), form(mean(X) * mean(X))];
  const near = (value: number) => Math.abs(value - actual) <= 1e-9;
  return printedOrRight(
    near(printed),
    near(right),
    `For weights of mean 0 the variance of the product is ${show(actual, 5)}; with E[x^2] the sum is ${
      show(printed, 5)
    }, ` +
      `with (E[x])^2 ${show(right, 5)}.`,
  );
}

const [INPUTS, OUTPUTS] = [784, 256];
const GLOROT = 2 / (INPUTS + OUTPUTS);

/** Variance of initial weights of a layer from 784 to 256. */
const varianceOf = async (draw: () => Tensor) => variance(await valuesOf(draw));
const fits = (value: number) => Math.abs(value / GLOROT - 1) <= 0.05;

async function normalWeights() {
  const own = await varianceOf(() => glorotNormal(KEY.fold("normal"), [INPUTS, OUTPUTS], INPUTS, OUTPUTS));
  return holds(
    fits(own),
    `The project's weights from ${INPUTS} to ${OUTPUTS} have variance ${show(own)}, 2 / (n_in + n_out) is ${
      show(GLOROT)
    }.`,
  );
}

async function uniformWeights() {
  const bound = 6 / (INPUTS + OUTPUTS);
  const within = (limit: number) =>
    varianceOf(() => uniform(KEY.fold("uniform"), [INPUTS, OUTPUTS], -limit, limit));
  const [printed, right] = [await within(bound), await within(Math.sqrt(bound))];
  const own = await varianceOf(() => glorotUniform(KEY.fold("own"), [INPUTS, OUTPUTS], INPUTS, OUTPUTS));
  return printedOrRight(
    fits(printed),
    fits(right) && fits(own),
    `Weights within ${show(bound)} have variance ${show(printed)}, within its root ${
      show(Math.sqrt(bound))
    } they have ` +
      `${show(right)}, the project's ${show(own)}; 2 / (n_in + n_out) is ${show(GLOROT)}.`,
  );
}

function dropoutQuarter() {
  const [a, b] = [0.7, -1.9];
  const masks = [[0, 0], [0, 1], [1, 0], [1, 1]] as const;
  const left = mean(masks.map(([first, second]) => first * a + second * b));
  return holds(
    Math.abs(left - (a + b) / 2) <= 1e-15,
    `For terms ${a} and ${b} the mean over the four masks is ${show(left)}, half their sum ${
      show((a + b) / 2)
    }.`,
  );
}

async function dropoutScale() {
  const activations = await valuesOf(() => uniform(KEY.fold("activations"), [200]));
  const rows: string[] = [];
  let [printed, right] = [true, true];
  for (const p of [0.2, 0.5, 0.8]) {
    const draws = await valuesOf(() => uniform(KEY.fold("masks"), [500, 200]));
    const training = mean(draws.map((draw, i) => draw < p ? 0 : activations[i % 200]!));
    const [byP, byKeep] = [p * mean(activations), (1 - p) * mean(activations)];
    printed &&= Math.abs(byP / training - 1) <= 0.02;
    right &&= Math.abs(byKeep / training - 1) <= 0.02;
    rows.push(`${show(training, 3)}, ${show(byP, 3)}, ${show(byKeep, 3)} for p = ${p}`);
  }
  return printedOrRight(
    printed,
    right,
    `Mean activation in training with drop probability p, scaled by p, scaled by 1 - p: ${rows.join("; ")}.`,
  );
}

async function ensembleError() {
  const sizes = [1, 2, 4, 8];
  const errors = await valuesOf(() => normal(KEY.fold("ensemble"), [20000, 8]));
  const squares = sizes.map((k) =>
    mean(Array.from({ length: 20000 }, (_, i) => {
      const combined = mean(errors.slice(8 * i, 8 * i + k));
      return combined * combined;
    }))
  );
  const near = (goals: readonly number[]) => goals.every((goal, i) => Math.abs(squares[i]! - goal) <= 0.03);
  // The straight line through the first two sizes.
  const slope = squares[1]! - squares[0]!;
  return printedOrRight(
    near(sizes.map((k) => squares[0]! + (k - 1) * slope)),
    near(sizes.map((k) => 1 / k)),
    `The mean square of k combined errors, drawn independently with variance 1, is ${
      squares.map((value) => show(value, 3)).join(", ")
    } for k = ${sizes.join(", ")}; 1/k is ${sizes.map((k) => show(1 / k)).join(", ")}.`,
  );
}

/** The checks of means and variances. */
export const MOMENT_CHECKS: Checks = {
  "var-square": varianceBySquares,
  "var-product": varianceOfProduct,
  "var-product-independent": varianceIndependent,
  "var-product-slip": varianceSlip,
  "glorot-normal": normalWeights,
  "glorot-uniform": uniformWeights,
  "dropout-quarter": dropoutQuarter,
  "dropout-scale": dropoutScale,
  "ensemble-linear": ensembleError,
};
