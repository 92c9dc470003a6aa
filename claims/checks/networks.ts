/**
 * Networks as functions of their input and of their weights, and steps downhill.
 *
 * @module
 */
import {
  adam,
  disposeTree,
  grad,
  Key,
  matmul,
  maximum,
  normal,
  relu,
  scope,
  sgd,
  sigmoid,
  sin,
  tanh,
  type Tensor,
  tensor,
  treeLeaves,
  uniform,
  valueAndGrad,
} from "@verbatim/core";
import { mlp } from "@verbatim/models";
import type { Checks } from "../finding.ts";
import {
  everySeed,
  farthest,
  holds,
  holdsIf,
  length,
  printedOrRight,
  show,
  valueOf,
  valuesOf,
} from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("networks");

async function linearStack() {
  const shapes = [[5, 7], [7, 4], [4, 3]] as const;
  const draw = (name: string, shape: readonly number[]) => normal(KEY.fold("stack").fold(name), shape);
  const layers = () => shapes.map((shape, i) => draw(`w${i}`, shape));
  const through = await valuesOf(() => layers().reduce((h, w) => matmul(h, w), draw("x", [20, 5])));
  const product = await valuesOf(() => matmul(draw("x", [20, 5]), layers().reduce((a, b) => matmul(a, b))));
  const apart = farthest(through, product) / Math.max(...product.map(Math.abs));
  const bent = await valuesOf(() => layers().reduce((h, w) => matmul(relu(h), w), draw("x", [20, 5])));
  const other = farthest(bent, product) / Math.max(...product.map(Math.abs));
  return holds(
    apart <= 1e-5 && other > 0.1,
    `Three layers 5-7-4-3 and the one matrix that is their product are ${
      show(apart, 2)
    } of the largest output apart, ` +
      `with ReLU between them ${show(other, 2)}.`,
  );
}

async function matrixLayer() {
  const [m, n] = [6, 4];
  using x = normal(KEY.fold("layer x"), [1, m]);
  using w = normal(KEY.fold("layer w"), [m, n]);
  using product = scope(() => matmul(x, w));
  const [inputs, weights] = [await x.read(), await w.read()];
  const neurons = Array.from({ length: n }, (_, j) => {
    let net = 0;
    for (let i = 0; i < m; i++) net += inputs[i]! * weights[n * i + j]!;
    return net;
  });
  const apart = farthest(await product.read(), neurons);
  return holds(
    product.shape[0] === 1 && product.shape[1] === n && apart <= 1e-5,
    `[1 x ${m}] times [${m} x ${n}] is [${product.shape.join(" x ")}], ${
      show(apart, 2)
    } from the sums for each neuron.`,
  );
}

function weightsCount() {
  const { params } = mlp({ widths: [3, 4, 2] }).init(KEY.fold("count"));
  const size = (name: string) => treeLeaves(params[name]!).reduce((sum, [, leaf]) => sum + leaf.size, 0);
  const [hidden, output] = [size("layer1"), size("layer2")];
  disposeTree(params);
  return holds(
    hidden === 4 * 3 + 4 && output === 2 * 4 + 2 && hidden + output === 26,
    `A 3-4-2 network of the project has ${hidden} parameters in the hidden layer and ${output} in the output layer, ` +
      `${hidden + output} in all.`,
  );
}

async function printedNetwork() {
  const weights = [[3, 4], [4, 4], [4, 4], [4, 4], [4, 1]].map((shape, i) =>
    normal(KEY.fold("comma").fold(i), shape)
  );
  const [w1, w2, w3, w4, w5] = weights;
  using x = normal(KEY.fold("comma x"), [2, 3]);
  const inner = () => maximum(matmul(maximum(matmul(x, w1!), 0), w2!), 0);
  // tanh has one argument: with the comma that is W3, and what follows is lost.
  const network = (argument: Tensor) => matmul(sigmoid(matmul(tanh(argument), w4!)), w5!);
  using printed = scope(() => network(w3!));
  using right = scope(() => network(matmul(inner(), w3!)));
  const slope = (f: (x: Tensor) => Tensor) => valuesOf(() => grad((x: Tensor) => f(x).sum())(x));
  const printedSlope = length(await slope(() => network(w3!)));
  const rightSlope = length(
    await slope((x) => network(matmul(maximum(matmul(maximum(matmul(x, w1!), 0), w2!), 0), w3!))),
  );
  const fits = (result: Tensor, gradient: number) => result.shape[0] === 2 && gradient > 1e-6;
  const finding = printedOrRight(
    fits(printed, printedSlope),
    fits(right, rightSlope),
    `For two samples the printed form, with W3 as the argument of tanh, has ${
      printed.shape[0]
    } outputs and the gradient ` +
      `${show(printedSlope)} by x; with a product ${right.shape[0]} outputs and the gradient ${
        show(rightSlope, 2)
      }.`,
  );
  disposeTree(weights);
  return finding;
}

/** A bowl in four dimensions with different curvatures, its gradient, and a start. */
const CURVATURES = [1, 2, 5, 10];
const CENTER = [3, -1, 2, 4];
const START = [1, -2, 0.5, -1];
const bowl = (w: readonly number[]) =>
  w.reduce((sum, value, i) => sum + CURVATURES[i]! * (value - CENTER[i]!) * (value - CENTER[i]!) / 2, 0);
const bowlGradient = (w: readonly number[]) => w.map((value, i) => CURVATURES[i]! * (value - CENTER[i]!));

function updateSignLost() {
  const end = (update: (w: number, slope: number) => number) => {
    let w: readonly number[] = START;
    for (let step = 0; step < 2000; step++) {
      const slope = bowlGradient(w);
      w = w.map((value, i) => update(value, slope[i]!));
    }
    return farthest(w, CENTER);
  };
  const [printed, right] = [end((w, slope) => w * 0.01 * slope), end((w, slope) => w - 0.01 * slope)];
  return printedOrRight(
    printed <= 1e-3,
    right <= 1e-3,
    `After 2,000 steps with alpha = 0.01 on a quadratic the printed product w alpha dL/dw is ${
      show(printed)
    } from the ` +
      `minimum, w - alpha dL/dw ${show(right, 2)}.`,
  );
}

function gradientDirection() {
  const slope = bowlGradient(START);
  const after = (rate: number) => bowl(START.map((w, i) => w + rate * slope[i]!));
  const [before, printed, right] = [bowl(START), after(0.01), after(-0.01)];
  return printedOrRight(
    printed < before,
    right < before,
    `From loss ${show(before)} a step of 0.01 times the gradient in its direction leads to ${
      show(printed)
    }, against it to ` +
      `${show(right)}.`,
  );
}

async function steepestIncrease() {
  const draws = await valuesOf(() => normal(KEY.fold("directions"), [1000, 4]));
  const step = 1e-4;
  const rise = (direction: readonly number[]) => {
    const scale = step / length(direction);
    return (bowl(START.map((w, i) => w + scale * direction[i]!)) - bowl(START)) / step;
  };
  const steepest = rise(bowlGradient(START));
  const others = Array.from({ length: 1000 }, (_, i) => rise(draws.slice(4 * i, 4 * i + 4)));
  return holds(
    others.every((value) => value < steepest),
    `For steps of ${show(step)} the gradient's direction rises by ${
      show(steepest)
    } for each unit, the best of 1,000 random ` +
      `ones by ${show(Math.max(...others), 6)}.`,
  );
}

async function nonConvex() {
  using x = normal(KEY.fold("hills x"), [40, 2]);
  const draw = (name: string, shape: readonly number[]) => normal(KEY.fold("hills").fold(name), shape);
  using w1 = draw("w1", [2, 3]);
  using w2 = draw("w2", [3, 1]);
  const output = (a: Tensor, b: Tensor) => matmul(tanh(matmul(x, a)), b);
  using target = scope(() => output(w1, w2));
  const [first, second] = [await w1.read(), await w2.read()];
  const turned = [1, 2, 0];
  using p1 = tensor(
    Float32Array.from({ length: 6 }, (_, k) => first[3 * Math.floor(k / 3) + turned[k % 3]!]!),
    [2, 3],
  );
  using p2 = tensor(Float32Array.from(turned, (unit) => second[unit]!), [3, 1]);
  const loss = (a: Tensor, b: Tensor) => {
    const error = output(a, b).sub(target);
    return error.mul(error).mean();
  };
  const ends = [await valueOf(() => loss(w1, w2)), await valueOf(() => loss(p1, p2))];
  const middle = await valueOf(() => loss(w1.add(p1).div(2), w2.add(p2).div(2)));
  return holds(
    middle > Math.max(...ends) + 1e-3,
    `Weights and the same with hidden units permuted have the losses ${
      ends.map((value) => show(value, 2)).join(" and ")
    }, ` +
      `their midpoint ${show(middle)}.`,
  );
}

/** Parameters after 60 steps on the sum or the mean of squared errors, with a regulariser of the squared weights. */
async function fitted(
  { total, rate, decay, optimiser }: {
    total: boolean;
    rate: number;
    decay: number;
    optimiser: "sgd" | "adam";
  },
): Promise<number[]> {
  const n = 32;
  using x = normal(KEY.fold("residual x"), [n, 3]);
  using y = normal(KEY.fold("residual y"), [n, 1], 1, 1);
  const loss = (w: Tensor) => {
    const error = matmul(x, w).sub(y);
    return error.mul(error).sum().div(total ? 1 : n).add(w.mul(w).sum().mul(decay));
  };
  let w = scope(() => normal(KEY.fold("residual w"), [3, 1]));
  const rule = adam();
  let state = rule.init(w);
  for (let step = 0; step < 60; step++) {
    const before = [w, state];
    [w, state] = scope(() => {
      const slope = grad(loss)(w);
      if (optimiser === "sgd") return [sgd.update(w, slope, {}, rate).params, rule.init(w)];
      const next = rule.update(w, slope, state, rate);
      return [next.params, next.state];
    });
    disposeTree(before);
  }
  const values = [...await w.read()];
  disposeTree([w, state]);
  return values;
}

async function divideResiduals() {
  const n = 32;
  const apart = async (optimiser: "sgd" | "adam", decay: number, factor: number) =>
    farthest(
      await fitted({ total: false, rate: 0.05, decay, optimiser }),
      await fitted({ total: true, rate: 0.05 / factor, decay, optimiser }),
    );
  const plain = await apart("sgd", 0, n);
  const regularised = await apart("sgd", 0.3, n);
  const adaptive = await apart("adam", 0, n);
  const adaptiveSame = await apart("adam", 0, 1);
  return holdsIf(
    "gradient descent without a regulariser",
    plain <= 1e-5,
    regularised <= 1e-5 && adaptive <= 1e-5,
    `After 60 steps on the mean, and on the sum with the rate over n = ${n}, the weights are ${
      show(plain, 2)
    } apart; with ` +
      `an L2 term ${show(regularised, 2)}, under Adam ${show(adaptive, 2)} (with the same rate ${
        show(adaptiveSame, 2)
      }).`,
  );
}

/** Mean training loss of a small network over the last 50 of 150 steps, with the gradients of all steps added up or not. */
async function lossAtTheEnd(seed: number, addUp: boolean): Promise<number> {
  const key = KEY.fold("zero grad").fold(seed);
  using x = uniform(key.fold("x"), [64, 1], -1, 1);
  using y = scope(() => sin(x.mul(3)));
  const loss = ({ w1, b1, w2 }: { w1: Tensor; b1: Tensor; w2: Tensor }) => {
    const error = matmul(tanh(matmul(x, w1).add(b1)), w2).sub(y);
    return error.mul(error).mean();
  };
  let params = scope(() => ({
    w1: normal(key.fold("w1"), [1, 16], 0, 1),
    b1: normal(key.fold("b1"), [16], 0, 1),
    w2: normal(key.fold("w2"), [16, 1], 0, 0.25),
  }));
  let total = scope(() => grad(loss)(params));
  let [sum, count] = [0, 0];
  for (let step = 0; step < 150; step++) {
    const before = [params, total];
    const [next, slopes, value] = scope(() => {
      const next = sgd.update(params, total, {}, 0.05).params;
      const [value, { w1, b1, w2 }] = valueAndGrad(loss)(next);
      const slopes = addUp
        ? { w1: w1.add(total.w1), b1: b1.add(total.b1), w2: w2.add(total.w2) }
        : { w1, b1, w2 };
      return [next, slopes, value] as const;
    });
    [params, total] = [next, slopes];
    disposeTree(before);
    if (step >= 100) [sum, count] = [sum + await value.item(), count + 1];
    value.dispose();
  }
  disposeTree([params, total]);
  return sum / count;
}

async function zeroGrad() {
  const rows: (readonly [number, number])[] = [];
  for (const seed of [1, 2, 3, 4, 5]) {
    rows.push([await lossAtTheEnd(seed, false), await lossAtTheEnd(seed, true)]);
  }
  return everySeed(
    rows.map(([right, added]) => !(added <= right)),
    `Mean loss of a 1-16-1 network over the last 50 of 150 steps at rate 0.05, with fresh gradients and with all added up: ${
      rows.map(([right, added]) => `${show(right, 2)} and ${show(added, 2)}`).join("; ")
    }.`,
  );
}

/** The checks of networks and their training steps. */
export const NETWORK_CHECKS: Checks = {
  "linear-stack": linearStack,
  "matrix-layer": matrixLayer,
  "weights-count-mlp": weightsCount,
  "printed-network-comma": printedNetwork,
  "update-sign-lost": updateSignLost,
  "gradient-direction": gradientDirection,
  "steepest-increase": steepestIncrease,
  "nn-non-convex": nonConvex,
  "divide-residuals": divideResiduals,
  "zero-grad": zeroGrad,
};
