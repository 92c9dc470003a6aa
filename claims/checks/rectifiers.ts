/**
 * Rectifiers: ReLU, its leaky relatives and maxout.
 *
 * @module
 */
import {
  absolute,
  cast,
  concatenate,
  grad,
  greater,
  Key,
  leakyRelu,
  matmul,
  maximum,
  normal,
  ones,
  prelu,
  relu,
  scalar,
  type Tensor,
  tensor,
} from "@verbatim/core";
import type { Checks } from "../finding.ts";
import {
  everySeed,
  farthest,
  grid,
  holds,
  holdsIf,
  printedOrRight,
  show,
  valueOf,
  valuesOf,
} from "./_compute.ts";
import { type Activation, at, slopesAt } from "./_activation.ts";

const KEY = Key.from(1).fold("claims").fold("rectifiers");

async function reluDerivativeVariable() {
  const points = [-2, -0.5, 0.5, 2].flatMap((x) => [-1.5, -0.25, 0.25, 1.5].map((w1) => [x, w1] as const));
  const [y, w2] = [1, 2];
  const automatic = await Promise.all(points.map(([x, w1]) =>
    valueOf(() =>
      grad((w1: Tensor) => {
        const error = relu(w1.mul(x)).mul(w2).sub(y);
        return error.mul(error);
      })(tensor(w1))
    )
  ));
  const byRule = (condition: (x: number, z: number) => boolean) =>
    points.map(([x, w1]) => {
      const z = x * w1;
      return 2 * (w2 * Math.max(0, z) - y) * w2 * (condition(x, z) ? 1 : 0) * x;
    });
  const wrong = (list: readonly number[]) =>
    list.filter((value, i) => Math.abs(value - automatic[i]!) > 1e-5).length;
  const [printed, right] = [wrong(byRule((x) => x > 0)), wrong(byRule((_, z) => z > 0))];
  return printedOrRight(
    printed === 0,
    right === 0,
    `Over ${points.length} pairs of x and w1 the gradient of w1 is wrong in ${printed} with the condition on x, in ` +
      `${right} with that on z.`,
  );
}

async function reluAtZero() {
  const [automatic = NaN] = await slopesAt(relu, [0]);
  const [left = NaN, right = NaN] = (await at(relu, [-0.001, 0.001])).map((value, i) =>
    value / (i === 0 ? -0.001 : 0.001)
  );
  const points = grid(-3, 3, 61);
  const values = await at(relu, points);
  const subgradient = (slope: number) => points.every((point, i) => values[i]! >= slope * point - 1e-6);
  const allowed = grid(-0.5, 1.5, 41).filter(subgradient);
  return printedOrRight(
    automatic === 1,
    left === 0 && right > 0.999 && subgradient(automatic),
    `The slope is ${show(Math.abs(left))} from the left and ${
      show(right)
    } from the right, so there is no derivative at 0; ` +
      `the slopes from ${show(allowed[0]!)} to ${
        show(allowed.at(-1)!)
      } are subgradients, and automatic differentiation ` +
      `takes ${show(automatic)}.`,
  );
}

async function reluGradientZero() {
  const slopes = await slopesAt(relu, [0, -0]);
  return holds(
    slopes.every((slope) => slope === 0),
    `At +0 and -0 it is ${slopes.map((slope) => show(slope)).join(" and ")}.`,
  );
}

async function reluSaturates() {
  const sizes = [0.001, 1, 10, 1e6, 1e30];
  const positive = await slopesAt(relu, sizes);
  const negative = await slopesAt(relu, sizes.map((size) => -size));
  return holdsIf(
    "the sign of the input",
    positive.every((slope) => slope === 1),
    negative.every((slope) => slope !== 0),
    `At inputs of size 0.001 to 1e30 the slope is ${show(Math.min(...positive))} for positive and ` +
      `${show(Math.max(...negative))} for negative ones.`,
  );
}

function reluCheap() {
  const { add, f32, less, multiply, scalarProgram, select, subtract } = scalar;
  const operations = (body: Parameters<typeof scalarProgram<["f32"]>>[1]) =>
    scalar.emitTypeScript(scalarProgram(["f32"], body)).statements(["x"]).length - 1;
  const counts = {
    relu: operations((x) => [select(less(f32(0), x), f32(1), f32(0))]),
    sigmoid: operations((x) => {
      const y = scalar.sigmoid(x);
      return [multiply(y, subtract(f32(1), y))];
    }),
    tanh: operations((x) => {
      const y = scalar.tanh(x);
      return [add(f32(1), multiply(f32(-1), multiply(y, y)))];
    }),
  };
  return holds(
    counts.relu < counts.sigmoid && counts.relu < counts.tanh,
    `Scalar operations for one derivative from its input: ReLU ${counts.relu}, sigmoid ${counts.sigmoid}, tanh ` +
      `${counts.tanh}.`,
  );
}

async function leakyTable() {
  const below = [-5, -1, -0.001];
  const values = await at(leakyRelu, below);
  const slopes = await slopesAt(leakyRelu, below);
  const joins = (f: (x: number) => number) => Math.abs(f(-1e-6)) <= 1e-5;
  const [constant, line] = [() => 0.01, (x: number) => 0.01 * x];
  const right = joins(line) && farthest(values, below.map(line)) <= 1e-6 &&
    slopes.every((slope) => Math.abs(slope - 0.01) <= 1e-6);
  return printedOrRight(
    joins(constant),
    right,
    `At -0.000001 the printed constant is ${
      show(constant())
    }, a jump, with slope 0 everywhere below; 0.01 x is ` +
      `${show(line(-1e-6))} there, with slope ${show(slopes[0]!)}.`,
  );
}

async function preluMax() {
  const points = grid(-3, 3, 61);
  const apart = async (alpha: number) => {
    const printed = await at((x) => maximum(x.mul(alpha), x), points);
    return farthest(printed, await at((x) => prelu(x, tensor(alpha)), points));
  };
  const alphas = [0, 0.25, 0.5, 1, 1.5, 2];
  const distances = await Promise.all(alphas.map(apart));
  const [upTo, above] = [distances.slice(0, 4), distances.slice(4)];
  const [value = NaN] = await at((x) => maximum(x.mul(2), x), [-1]);
  return holdsIf(
    "alpha being at most 1",
    Math.max(...upTo) === 0,
    Math.max(...above) === 0,
    `For alpha ${alphas.join(", ")} the largest distance on [-3, 3] is ${
      distances.map((distance) => show(distance)).join(", ")
    }: with alpha = 2, max(alpha x, x) is ${show(value)} at -1 instead of -2.`,
  );
}

async function preluParameter() {
  const points = await valuesOf(() => normal(KEY.fold("prelu"), [50]));
  const loss = (slope: number) =>
    valueOf(() => prelu(tensor(Float32Array.from(points)), tensor(slope)).sum());
  const automatic = await valueOf(() =>
    grad((slope: Tensor) => prelu(tensor(Float32Array.from(points)), slope).sum())(tensor(0.25))
  );
  const difference = await loss(0.75) - await loss(-0.25); // linear in the slope: exact but for rounding
  using parameter = tensor(0.25);
  return holds(
    parameter.size === 1 && Math.abs(automatic) > 1 &&
      Math.abs(automatic - difference) <= 1e-3 * Math.abs(difference),
    `The slope is ${parameter.size} parameter; over 50 inputs its gradient is ${
      show(automatic, 6)
    } by automatic differentiation and ` +
      `${show(difference, 6)} by differences.`,
  );
}

async function maxoutGeneral() {
  const points = grid(-3, 3, 60);
  const maxout = (w1: number, w2: number): Activation => (x) => maximum(x.mul(w1).add(0), x.mul(w2).add(0));
  const cases: readonly [string, Activation, Activation][] = [
    ["ReLU", maxout(1, 0), relu],
    ["leaky ReLU", maxout(1, 0.01), (x) => leakyRelu(x, 0.01)],
    ["absolute value", maxout(1, -1), absolute],
  ];
  const distances = await Promise.all(
    cases.map(async ([, a, b]) => farthest(await at(a, points), await at(b, points))),
  );
  const [inputs, outputs] = [5, 3];
  const count = (pieces: number) => {
    const layer = Array.from({ length: pieces }, () => [ones([inputs, outputs]), ones([outputs])]).flat();
    const total = layer.reduce((sum, leaf) => sum + leaf.size, 0);
    for (const leaf of layer) leaf.dispose();
    return total;
  };
  return holds(
    distances.every((distance) => distance === 0) && count(2) === 2 * count(1),
    `${
      cases.map(([name], i) => `${name} ${show(distances[i]!)}`).join(", ")
    } apart at 60 points; a layer of 5 inputs and ` +
      `3 outputs has ${count(2)} parameters, a plain one ${count(1)}.`,
  );
}

async function reluBias() {
  const [width, layers, batch] = [64, 3, 200];
  const biases = [0, 0.01, 0.1, 1];
  const shares: number[][] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    const key = KEY.fold("bias").fold(seed);
    const row: number[] = [];
    for (const bias of biases) {
      const outputs = await valuesOf(() => {
        let h = normal(key.fold("x"), [batch, width]);
        const active: Tensor[] = [];
        for (let layer = 0; layer < layers; layer++) {
          // Kaiming: variance 2 / n.
          const w = normal(key.fold("w").fold(layer), [width, width], 0, Math.sqrt(2 / width));
          h = relu(matmul(h, w).add(bias));
          active.push(greater(h, 0));
        }
        return cast(concatenate(active, 0), "f32");
      });
      row.push(100 * outputs.reduce((sum, value) => sum + value, 0) / outputs.length);
    }
    shares.push(row);
  }
  const mean = biases.map((_, i) => shares.reduce((sum, row) => sum + row[i]!, 0) / shares.length);
  return everySeed(
    shares.map(([none, little]) => little! - none! >= 1),
    `Active outputs over three layers of ${width} units with Kaiming weights, mean of five seeds: ${
      mean.map((share, i) => `${show(share, 4)}% at bias ${biases[i]}`).join(", ")
    }; 0.01 adds ${shares.map(([none, little]) => show(little! - none!, 2)).join(", ")} points.`,
  );
}

/** The checks of rectifiers. */
export const RECTIFIER_CHECKS: Checks = {
  "relu-derivative-variable": reluDerivativeVariable,
  "relu-at-zero": reluAtZero,
  "relu-gradient-zero": reluGradientZero,
  "relu-saturate": reluSaturates,
  "relu-cheap": reluCheap,
  "leaky-table": leakyTable,
  "prelu-max": preluMax,
  "prelu-parameter": preluParameter,
  "relu-bias": reluBias,
  "maxout-general": maxoutGeneral,
};
