/**
 * Steps of the project's optimisers under gradients that are given.
 *
 * @module
 */
import {
  adam,
  disposeTree,
  Key,
  momentum,
  normal,
  type Optimiser,
  scope,
  tensor,
  type Tree,
} from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { farthest, holds, holdsIf, printedOrRight, show, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("optimisers");

/** The steps that an optimiser makes of one parameter under a list of gradients, with a rate for each. */
async function stepsOf<S extends Tree>(
  optimiser: Optimiser<S>,
  gradients: readonly number[],
  rate: (step: number) => number,
): Promise<number[]> {
  let w = tensor(0);
  let state = optimiser.init(w);
  const steps: number[] = [];
  for (const [step, gradient] of gradients.entries()) {
    const before = await w.item();
    const old = [w, state];
    const next = scope(() => optimiser.update(w, tensor(gradient), state, rate(step)));
    [w, state] = [next.params, next.state];
    steps.push(await w.item() - before);
    disposeTree(old);
  }
  disposeTree([w, state]);
  return steps;
}

const always = (rate: number) => () => rate;
const constant = (gradient: number, count: number) => Array.from({ length: count }, () => gradient);

async function momentumForms() {
  const gradients = await valuesOf(() => normal(KEY.fold("forms"), [50]));
  const apart = async (rate: (step: number) => number) =>
    farthest(
      await stepsOf(momentum({ beta: 0.9, form: "velocity" }), gradients, rate),
      await stepsOf(momentum({ beta: 0.9, form: "sum" }), gradients, rate),
    );
  const [same, changing] = [await apart(always(0.01)), await apart((step) => step < 25 ? 0.01 : 0.001)];
  return holds(
    same <= 1e-5,
    `Over 50 random gradients the steps of both forms are ${
      show(same, 2)
    } apart at a constant rate of 0.01; when the rate ` +
      `falls to 0.001 half-way, ${show(changing, 2)}.`,
  );
}

async function momentumAverage() {
  // The weight of a gradient is what it alone leaves behind, step by step.
  const pulse = [1, ...constant(0, 299)];
  const weights = (await stepsOf(momentum({ beta: 0.9, form: "sum" }), pulse, always(1))).map((step) =>
    -step
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return printedOrRight(
    Math.abs(total - 1) <= 1e-3,
    Math.abs(total - 10) <= 1e-3 && Math.abs(total * (1 - 0.9) - 1) <= 1e-3,
    `With beta = 0.9 the weights of one gradient over 300 steps add up to ${
      show(total)
    } = 1 / (1 - beta); those of ` +
      `(1 - beta) times the gradient, an average, to ${show(total * (1 - 0.9))}.`,
  );
}

async function momentumLargest() {
  const rule = momentum({ beta: 0.9, form: "velocity" });
  const steady = await stepsOf(rule, constant(2, 200), always(0.01));
  const turning = await stepsOf(rule, steady.map((_, i) => i % 2 === 0 ? 2 : -2), always(0.01));
  const limit = 0.01 * 2 / (1 - 0.9);
  const swing = Math.max(...turning.slice(100).map(Math.abs));
  return holds(
    Math.abs(-steady.at(-1)! - limit) <= 1e-3 * limit && swing < 0.01 * 2,
    `Under a constant gradient of 2 at rate 0.01 the step grows from ${show(-steady[0]!)} to ${
      show(-steady.at(-1)!)
    } ` +
      `(rate g / (1 - beta) = ${show(limit)}); under gradients of alternating sign it is ${show(swing, 3)}.`,
  );
}

/** Steps are differences of places up to 0.2, which binary32 rounds by 1.5e-8. */
const ROUNDING = 1e-7;

async function momentumFlat() {
  const slope = 1e-3;
  const steps = await stepsOf(momentum({ beta: 0.9, form: "sum" }), constant(slope, 200), always(0.1));
  const ratio = steps.at(-1)! / steps[0]!;
  return holds(
    Math.abs(ratio - 10) <= 0.01 && steps.every((step, i) => i === 0 || step <= steps[i - 1]! + ROUNDING),
    `On a plane of slope 0.001 the steps grow to ${show(ratio)} times the first, 1 / (1 - gamma) = 10.`,
  );
}

async function adamEpsilon() {
  const [rate, g] = [1, 1e-6];
  const [own = NaN] = await stepsOf(adam(), [g], always(rate));
  // Corrected first moments are g and g^2.
  const printed = rate * g / Math.sqrt(g * g + 1e-8);
  const paper = rate * g / (Math.sqrt(g * g) + 1e-8);
  return printedOrRight(
    printed >= 0.9 * rate && printed <= rate,
    paper >= 0.9 * rate && paper <= rate && Math.abs(-own - paper) <= 1e-3,
    `For g = 1e-6 and epsilon = 1e-8 the first step is ${
      show(printed, 3)
    } times the rate with epsilon inside the root, ` +
      `${show(paper, 3)} times as in the paper, and ${show(-own, 3)} times in the project.`,
  );
}

/** First moments and steps of Adam under a constant gradient, uncorrected and corrected, in units of the rate. */
async function adamFirst(g: number) {
  const [b1, b2] = [0.9, 0.999];
  const [first, second] = [(1 - b1) * g, (1 - b2) * g * g];
  const [own = NaN] = await stepsOf(adam(), [g], always(1));
  return {
    first: first / g,
    second: second / (g * g),
    uncorrected: first / Math.sqrt(second),
    corrected: -own,
  };
}

async function adamBias() {
  const { first, second, uncorrected, corrected } = await adamFirst(0.5);
  const near = (value: number, goal: number) => Math.abs(value / goal - 1) <= 2e-3;
  return holds(
    near(first, 0.1) && near(second, 0.001) && near(uncorrected, 3.16228) && near(corrected, 1),
    `Under a constant gradient the first moments are ${show(first)} g and ${
      show(second)
    } g^2, the uncorrected first step ` +
      `${show(uncorrected)} times the rate, and the project's corrected one ${show(corrected)} times.`,
  );
}

async function adamDirection() {
  const { first, second, uncorrected } = await adamFirst(0.5);
  return holdsIf(
    "what is meant: the moments, not the step",
    first < 1 && second < 1,
    uncorrected < 1,
    `The first moments are ${show(first)} and ${
      show(second)
    } of their values, too small, whereas the step made of them is ` +
      `${show(uncorrected)} times the right one, too large.`,
  );
}

function decayValues() {
  const rates = [0, 1, 2, 3].map((epoch) => 0.1 / (1 + 1 * epoch));
  return holds(
    farthest(rates, [0.1, 0.05, 0.033, 0.025]) < 5e-4,
    `At epochs 0 to 3 the formula gives ${rates.map((rate) => show(rate)).join(", ")}.`,
  );
}

function decayAtZero() {
  const rate = (epoch: number) => 0.5 / Math.sqrt(epoch) * 0.1;
  const [zero, ...later] = [0, 1, 2, 3].map(rate);
  const falls = later.every((value, i) => Number.isFinite(value) && (i === 0 || value < later[i - 1]!));
  return printedOrRight(
    Number.isFinite(zero),
    falls,
    `With t = 0.5 and alpha_0 = 0.1 the rate is ${zero} at epoch 0, and ${
      later.map((value) => show(value)).join(", ")
    } at epochs 1 to 3.`,
  );
}

/** The checks of optimisers. */
export const OPTIMISER_CHECKS: Checks = {
  "decay-values": decayValues,
  "decay-sqrt-zero": decayAtZero,
  "momentum-forms": momentumForms,
  "momentum-average": momentumAverage,
  "momentum-largest": momentumLargest,
  "momentum-flat": momentumFlat,
  "adam-epsilon": adamEpsilon,
  "adam-bias": adamBias,
  "adam-uncorrected-direction": adamDirection,
};
