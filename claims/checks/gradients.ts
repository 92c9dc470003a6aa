/**
 * Gradients by hand and as the notes print them, against automatic differentiation.
 *
 * @module
 */
import {
  disposeTree,
  grad,
  Key,
  linalg,
  log,
  matmul,
  normal,
  relu,
  scope,
  sigmoid,
  tanh,
  type Tensor,
  tensor,
} from "@verbatim/core";

import type { Checks } from "../finding.ts";
import { dot, farthest, holds, length, printedOrRight, show, valueOf, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("gradients");

async function graphWorked() {
  const f = (x: Tensor, y: Tensor, z: Tensor) => x.add(y).mul(z);
  const start = () => tensor([1, -3, 4]);
  const parts = (v: Tensor) => [0, 1, 2].map((i) => v.slice([i], [i + 1]).reshape([]));
  const whole = (v: Tensor) => {
    const [x, y, z] = parts(v);
    return f(x!, y!, z!);
  };
  const value = await valueOf(() => whole(start()));
  const slopes = await valuesOf(() => grad(whole)(start()));
  return holds(
    value === -8 && farthest(slopes, [4, 4, -2]) === 0,
    `f = ${show(value)}; gradients ${slopes.map((slope) => show(slope)).join(", ")}.`,
  );
}

async function backpropWorked() {
  const [x, y] = [1, 0];
  const predict = (w: Tensor) => {
    const [w1, w2] = [0, 1].map((i) => w.slice([i], [i + 1]).reshape([]));
    return relu(w1!.mul(x)).mul(w2!);
  };
  const loss = (w: Tensor) => {
    const error = predict(w).sub(y);
    return error.mul(error);
  };
  const start = () => tensor([1 / 3, 2]);
  const got = [
    await valueOf(() => predict(start())),
    await valueOf(() => loss(start())),
    ...await valuesOf(() => grad(loss)(start())),
  ];
  return holds(
    farthest(got, [2 / 3, 4 / 9, 8 / 3, 4 / 9]) <= 1e-6,
    `Prediction, loss and the gradients of w1 and w2: ${got.map((value) => show(value, 6)).join(", ")}.`,
  );
}

/** The squared error ||W x_i - y_i||^2, averaged over samples: y - t as rows. */
async function oneLayerGradient() {
  const [n, inputs, outputs] = [12, 5, 3];
  using x = normal(KEY.fold("one x"), [n, inputs]);
  using y = normal(KEY.fold("one y"), [n, outputs]);
  using w = normal(KEY.fold("one w"), [outputs, inputs]);
  const automatic = await valuesOf(() =>
    grad((w: Tensor) => {
      const error = matmul(x, w.transpose()).sub(y);
      return error.mul(error).sum().div(n);
    })(w)
  );
  const [xs, ys, ws] = [await x.read(), await y.read(), await w.read()];
  const printed = new Array<number>(outputs * inputs).fill(0);
  for (let i = 0; i < n; i++) {
    for (let r = 0; r < outputs; r++) {
      let error = -ys[outputs * i + r]!;
      for (let c = 0; c < inputs; c++) error += ws[inputs * r + c]! * xs[inputs * i + c]!;
      for (let c = 0; c < inputs; c++) printed[inputs * r + c]! += 2 / n * error * xs[inputs * i + c]!;
    }
  }
  const apart = farthest(automatic, printed) / length(printed);
  return holds(
    apart <= 1e-5,
    `For 3 x 5 weights and 12 samples both are ${show(apart, 2)} of the norm apart.`,
  );
}

async function workedDerivative() {
  const [n, t, b] = [6, 0.3, -0.2];
  using x = normal(KEY.fold("worked x"), [n]);
  using w = normal(KEY.fold("worked w"), [n]);
  const output = (w: Tensor) => sigmoid(w.mul(x).sum().add(b));
  const automatic = await valuesOf(() =>
    grad((w: Tensor) => {
      const error = output(w).sub(t);
      return error.mul(error);
    })(w)
  );
  const y = await valueOf(() => output(w));
  const printed = [...await x.read()].map((x) => 2 * x * (y - t) * (1 - y) * y);
  const apart = farthest(automatic, printed);
  return holds(
    apart <= 1e-5 && length(printed) > 0.01,
    `For six weights, y = ${show(y)} and t = 0.3 both are ${show(apart, 2)} apart; the gradient's norm is ` +
      `${show(length(printed), 3)}.`,
  );
}

/** A network with sigmoid units in both layers, weights as the notes index them: w[from][to]. */
interface SmallNetwork {
  readonly x: number[];
  readonly w1: number[][];
  readonly b1: number[];
  readonly w2: number[][];
  readonly b2: number[];
  readonly t: number[];
}

async function drawNetwork(name: string, [inputs, hidden, outputs]: readonly [number, number, number]) {
  const draw = (part: string, count: number) => valuesOf(() => normal(KEY.fold(name).fold(part), [count]));
  const rows = (values: number[], width: number) =>
    Array.from({ length: values.length / width }, (_, i) => values.slice(width * i, width * i + width));
  return {
    x: await draw("x", inputs),
    w1: rows(await draw("w1", inputs * hidden), hidden),
    b1: await draw("b1", hidden),
    w2: rows(await draw("w2", hidden * outputs), outputs),
    b2: await draw("b2", outputs),
    t: Array.from({ length: outputs }, (_, i) => i % 2),
  };
}

/** Hidden and output activations, by the project's sigmoid. */
async function activate({ x, w1, b1, w2, b2 }: SmallNetwork) {
  const layer = (inputs: readonly number[], w: readonly (readonly number[])[], b: readonly number[]) =>
    valuesOf(() =>
      sigmoid(tensor(b.map((bias, j) => bias + inputs.reduce((sum, a, i) => sum + a * w[i]![j]!, 0))))
    );
  const h = await layer(x, w1, b1);
  return { h, y: await layer(h, w2, b2) };
}

/** Gradients of every parameter by automatic differentiation, of a loss of outputs and targets. */
async function automaticGradients(network: SmallNetwork, loss: (y: Tensor, t: Tensor) => Tensor) {
  const [t, x] = [tensor([network.t]), tensor([network.x])];
  const params = {
    w1: tensor(network.w1),
    b1: tensor(network.b1),
    w2: tensor(network.w2),
    b2: tensor(network.b2),
  };
  const slopes = scope(() =>
    grad(({ w1, b1, w2, b2 }: typeof params) => {
      const h = sigmoid(matmul(x, w1).add(b1));
      return loss(sigmoid(matmul(h, w2).add(b2)), t);
    })(params)
  );
  const read = async (of: Tensor) => [...await of.read()];
  const result = {
    w1: await read(slopes.w1),
    b1: await read(slopes.b1),
    w2: await read(slopes.w2),
    b2: await read(slopes.b2),
  };
  disposeTree([t, x, params, slopes]);
  return result;
}

const squares = (y: Tensor, t: Tensor) => {
  const error = y.sub(t);
  return error.mul(error).sum();
};

async function firstLayerGradient() {
  const network = await drawNetwork("first layer", [3, 4, 2]);
  const { h, y } = await activate(network);
  // The sum of binary cross-entropies, whose derivative by the logit is y-hat - y.
  const automatic = await automaticGradients(network, (p, t) => {
    const one = (p: Tensor, t: Tensor) => t.mul(log(p)).sum();
    return one(p, t).add(one(p.neg().add(1), t.neg().add(1))).neg();
  });
  const perOutput = (j: number) =>
    y.map((p, i) => (p - network.t[i]!) * network.w2[j]![i]! * h[j]! * (1 - h[j]!));
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const gradient = (slope: (j: number) => number) => network.x.flatMap((x) => h.map((_, j) => slope(j) * x));
  const last = gradient((j) => total(perOutput(j)));
  // dL/ds_j is the sum already, and is added up once more for each output.
  const middle = gradient((j) => total(y.map(() => total(perOutput(j)))));
  const ratio = dot(middle, automatic.w1) / dot(automatic.w1, automatic.w1);
  return printedOrRight(
    farthest(middle, automatic.w1) <= 1e-5,
    farthest(last, automatic.w1) <= 1e-5,
    `With two outputs the middle expression is ${
      show(ratio)
    } times the gradient by automatic differentiation; the last ` +
      `one is ${show(farthest(last, automatic.w1), 2)} from it.`,
  );
}

async function deltaFactor() {
  const rows: string[] = [];
  let [printed, mean, one] = [true, true, true];
  for (const m of [1, 2, 3, 5]) {
    const network = await drawNetwork(`delta ${m}`, [2, 3, m]);
    const { y } = await activate(network);
    const slope = y.map((p, i) => (p - network.t[i]!) * p * (1 - p));
    const half = (await automaticGradients(network, (y, t) => squares(y, t).div(2))).b2;
    const average = (await automaticGradients(network, (y, t) => squares(y, t).div(m))).b2;
    const times = (factor: number) => slope.map((value) => factor * value);
    printed &&= farthest(times(2 / m), half) <= 1e-6;
    one &&= farthest(times(1), half) <= 1e-6;
    mean &&= farthest(times(2 / m), average) <= 1e-6;
    rows.push(`${show(dot(half, slope) / dot(slope, slope))} (2/m = ${show(2 / m)}) for m = ${m}`);
  }
  return printedOrRight(
    printed,
    one && mean,
    `For the loss of line 100 the factor is ${
      rows.join(", ")
    }; for the mean over m outputs it is 2/m within 1e-6.`,
  );
}

async function deltaRule() {
  const network = await drawNetwork("delta rule", [4, 5, 3]);
  const { h, y } = await activate(network);
  const m = y.length;
  const automatic = await automaticGradients(network, (y, t) => squares(y, t).div(m));
  const last = y.map((p, i) => 2 / m * (p - network.t[i]!) * p * (1 - p));
  const hidden = h.map((a, j) => network.w2[j]!.reduce((sum, w, k) => sum + last[k]! * w, 0) * a * (1 - a));
  const byHand = {
    w1: network.x.flatMap((a) => hidden.map((delta) => delta * a)),
    b1: hidden,
    w2: h.flatMap((a) => last.map((delta) => delta * a)),
    b2: last,
  };
  const apart = (["w1", "b1", "w2", "b2"] as const).map((name) => farthest(byHand[name], automatic[name]));
  return holds(
    Math.max(...apart) <= 1e-5 && length(byHand.w1) > 1e-3,
    `In a 4-5-3 network weights and biases of both layers are ${
      apart.map((value) => show(value, 2)).join(", ")
    } from ` +
      `automatic differentiation.`,
  );
}

/** The Jacobian of f at x, a row for each output, by automatic differentiation. */
async function jacobian(f: (x: Tensor) => Tensor, x: Tensor, outputs: number): Promise<linalg.Matrix> {
  const rows: number[][] = [];
  for (let i = 0; i < outputs; i++) {
    rows.push(await valuesOf(() => grad((x: Tensor) => f(x).slice([i], [i + 1]).sum())(x)));
  }
  return linalg.matrix(rows);
}

async function jacobianChain() {
  using w1 = normal(KEY.fold("chain w1"), [3, 4]);
  using w2 = normal(KEY.fold("chain w2"), [4, 2]);
  using x = normal(KEY.fold("chain x"), [3]);
  const f = (x: Tensor) => tanh(matmul(x.reshape([1, 3]), w1)).reshape([4]);
  const g = (h: Tensor) => sigmoid(matmul(h.mul(h).reshape([1, 4]), w2)).reshape([2]);
  using h = scope(() => f(x));
  const product = linalg.multiply(await jacobian(g, h, 2), await jacobian(f, x, 4));
  const whole = await jacobian((x) => g(f(x)), x, 2);
  const apart = farthest(product.values, whole.values);
  return holds(
    apart <= 1e-5 && length(whole.values) > 0.01,
    `A 2 x 4 times a 4 x 3 Jacobian is ${show(apart, 2)} from that of the composition.`,
  );
}

/** The checks of gradients. */
export const GRADIENT_CHECKS: Checks = {
  "graph-worked": graphWorked,
  "backprop-worked": backpropWorked,
  "one-layer-gradient": oneLayerGradient,
  "worked-derivative": workedDerivative,
  "first-layer-gradient": firstLayerGradient,
  "delta-rule-factor": deltaFactor,
  "delta-rule": deltaRule,
  "jacobian-chain": jacobianChain,
};
