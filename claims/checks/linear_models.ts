/**
 * Least squares, maximum likelihood and linear decision functions.
 *
 * @module
 */
import {
  crossEntropy,
  exp,
  grad,
  Key,
  linalg,
  log,
  log1p,
  matmul,
  normal,
  ones,
  relu,
  sigmoid,
  softplus,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import type { Checks } from "../finding.ts";
import {
  dot,
  farthest,
  grid,
  holds,
  holdsIf,
  length,
  printedOrRight,
  show,
  valueOf,
  valuesOf,
} from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("linear models");

async function linearWorked() {
  const got = await valuesOf(() =>
    matmul(tensor([[1, 25, 50, 2, 50], [1, -10, 50, 0, 10]]), tensor([[0.2], [0.64], [0], [1], [0.14]]))
  );
  return holds(
    farthest(got, [25.2, -4.8]) <= 1e-5,
    `The product is ${got.map((value) => show(value, 7)).join(" and ")}.`,
  );
}

/** Rows of standard normal numbers with targets of a line and noise. */
async function regression(rows: number, columns: number) {
  const x = linalg.matrixOf(
    rows,
    columns,
    Float64Array.from(await valuesOf(() => normal(KEY.fold("x"), [rows, columns]))),
  );
  const y = linalg.column(await valuesOf(() => normal(KEY.fold("y"), [rows], 1, 2)));
  return { x, y };
}

function squaredError(x: linalg.Matrix, theta: linalg.Matrix, y: linalg.Matrix): number {
  const predicted = linalg.multiply(x, theta).values;
  return predicted.reduce((sum, value, i) => sum + (value - y.values[i]!) * (value - y.values[i]!), 0);
}

async function closedFormUnique() {
  const { x, y } = await regression(20, 3);
  const best = linalg.leastSquares(x, y);
  const fullRank = linalg.pivotedQr(x).rank;
  const least = squaredError(x, best, y);
  const moved = Math.min(
    ...[0, 1, 2].flatMap((j) =>
      [-0.1, 0.1].map((step) => {
        const theta = linalg.column(best.values.map((value, i) => i === j ? value + step : value));
        return squaredError(x, theta, y);
      })
    ),
  );
  const twice = linalg.matrix(
    Array.from({ length: 20 }, (_, i) => [...x.values.slice(3 * i, 3 * i + 3), x.values[3 * i + 2]!]),
  );
  const [a, b, c] = best.values;
  const errors = [[a!, b!, c!, 0], [a!, b!, 0, c!]].map((theta) =>
    squaredError(twice, linalg.column(theta), y)
  );
  const same = Math.abs(errors[0]! - errors[1]!) <= 1e-12 * least &&
    Math.abs(errors[0]! - least) <= 1e-9 * least;
  return holdsIf(
    "the columns of X being independent",
    fullRank === 3 && moved > least,
    !same,
    `With 3 independent columns every move of 0.1 raises the loss ${show(least, 5)} (to ${
      show(moved, 5)
    } at least); with ` +
      `the third column twice (rank ${
        linalg.pivotedQr(twice).rank
      } of 4) two different vectors have the losses ` +
      `${show(errors[0]!, 5)} and ${show(errors[1]!, 5)}.`,
  );
}

async function leastSquaresGradient() {
  using x = normal(KEY.fold("gradient x"), [30, 4]);
  using y = normal(KEY.fold("gradient y"), [30, 1]);
  using theta = normal(KEY.fold("gradient theta"), [4, 1]);
  const automatic = await valuesOf(() =>
    grad((theta: Tensor) => {
      const error = matmul(x, theta).sub(y);
      return error.mul(error).sum();
    })(theta)
  );
  const printed = await valuesOf(() => {
    const xt = x.transpose();
    return matmul(xt, matmul(x, theta)).mul(2).sub(matmul(xt, y).mul(2));
  });
  const apart = farthest(automatic, printed) / length(automatic);
  return holds(
    apart <= 1e-5,
    `Printed and automatic gradient of 4 parameters are ${show(apart, 2)} of its length apart.`,
  );
}

async function normalEquations() {
  const { x, y } = await regression(40, 5);
  const xt = linalg.transpose(x);
  const [gram, moments] = [linalg.multiply(xt, x), linalg.multiply(xt, y)];
  const theta = linalg.choleskySolve(linalg.cholesky(gram), moments);
  const gradient = linalg.multiply(gram, theta).values.map((value, i) => 2 * (value - moments.values[i]!));
  const relative = length(gradient) / (2 * length(moments.values));
  const apart = farthest(theta.values, linalg.leastSquares(x, y).values);
  return holds(
    relative <= 1e-10 && apart <= 1e-10,
    `The gradient there is ${show(relative, 2)} of that at 0, and the solution by QR is ${
      show(apart, 2)
    } away.`,
  );
}

async function logarithmSame() {
  const points = grid(-1, 3, 81);
  const likelihoods = async (n: number) => {
    const samples = await valuesOf(() => normal(KEY.fold("likelihood").fold(n), [n], 1, 1));
    const densities = (center: number) =>
      valuesOf(() => {
        const error = tensor(Float32Array.from(samples)).sub(center);
        return exp(error.mul(error).mul(-0.5)).mul(0.3989423);
      });
    const products: number[] = [];
    const sums: number[] = [];
    for (const point of points) {
      const values = await densities(point);
      products.push(values.reduce((product, value) => Math.fround(product * value), 1));
      sums.push(await valueOf(() => log(tensor(Float32Array.from(values))).sum()));
    }
    const best = (list: readonly number[]) => points[list.indexOf(Math.max(...list))]!;
    return { product: best(products), sum: best(sums), largest: Math.max(...products) };
  };
  const [few, many] = [await likelihoods(20), await likelihoods(200)];
  return holds(
    few.product === few.sum,
    `Of 81 means from -1 to 3, product and sum over 20 samples are largest at ${show(few.product)} and ` +
      `${show(few.sum)}. Over 200 samples the product is ${
        show(many.largest)
      } everywhere in binary32, and the sum is ` +
      `largest at ${show(many.sum)}.`,
  );
}

async function noiseName() {
  const [n, sigma] = [2000, 0.5];
  const mean = await valuesOf(() => normal(KEY.fold("noise x"), [n]));
  const noise = await valuesOf(() => normal(KEY.fold("noise"), [n], 0, sigma));
  const deviation = (targets: readonly number[]) => {
    const errors = targets.map((target, i) => target - mean[i]!);
    const center = errors.reduce((sum, error) => sum + error, 0) / n;
    return Math.sqrt(errors.reduce((sum, error) => sum + (error - center) * (error - center), 0) / n);
  };
  const printed = deviation(mean.map((value) => value + sigma));
  const right = deviation(mean.map((value, i) => value + noise[i]!));
  const near = (value: number) => Math.abs(value / sigma - 1) <= 0.1;
  return printedOrRight(
    near(printed),
    near(right),
    `With sigma = 0.5 for both letters ${n} residuals have a deviation of ${
      show(printed, 2)
    }, with noise eps_i ` +
      `drawn for each sample one of ${show(right)}.`,
  );
}

function likelihoodIsPrediction() {
  const likelihood = (predictions: readonly number[], labels: readonly number[]) =>
    predictions.reduce((product, p, i) => product * (labels[i] === 1 ? p : 1 - p), 1);
  const predictions = [0.9, 0.6];
  const one = likelihood([0.9], [1]);
  const two = likelihood(predictions, [1, 0]);
  return printedOrRight(
    predictions.every((p) => p === two),
    one === 0.9 && Math.abs(two - 0.9 * 0.4) <= 1e-12,
    `Predictions 0.9 and 0.6 of labels 1 and 0 have the likelihood ${
      show(two)
    }, which is neither prediction; only for ` +
      `one label of 1 are both the same (${show(one)}).`,
  );
}

async function logisticCostSign() {
  using x = normal(KEY.fold("cost x"), [50, 3]);
  using y = normal(KEY.fold("cost y"), [50, 1]);
  using labels = tensor(Float32Array.from(await y.read(), (value) => value > 0 ? 1 : 0), [50, 1]);
  using start = normal(KEY.fold("cost theta"), [3, 1]);
  const logLikelihood = (theta: Tensor) => {
    const p = sigmoid(matmul(x, theta));
    return log(p).mul(labels).add(log1p(p.neg()).mul(labels.neg().add(1))).sum();
  };
  // L is the negative log likelihood of a sample; the printed cost has another minus before its mean.
  const step = (sign: number) =>
    valueOf(() => {
      const slope = grad((theta: Tensor) => logLikelihood(theta).neg().div(50).mul(sign))(start);
      return logLikelihood(start.sub(slope.mul(0.1)));
    });
  const before = await valueOf(() => logLikelihood(start));
  const [printed, right] = [await step(-1), await step(1)];
  return printedOrRight(
    printed > before,
    right > before,
    `From log likelihood ${show(before)} one descent step on the printed cost leads to ${
      show(printed)
    }, on +1/n sum L ` +
      `to ${show(right)}.`,
  );
}

async function crossEntropyOfOnes() {
  const predictions = grid(0.01, 0.99, 99);
  const apart = await valueOf(() => {
    const [p, y] = [tensor(Float32Array.from(predictions)), ones([99])];
    const loss = y.mul(log(p)).add(y.neg().add(1).mul(log(p.neg().add(1)))).neg();
    const difference = loss.sub(log(p).neg());
    return difference.mul(difference).max();
  });
  return holds(
    Math.sqrt(apart) <= 1e-6,
    `Over 99 predictions both are ${show(Math.sqrt(apart), 2)} apart at most.`,
  );
}

async function hyperplaneOffset() {
  const draws = await valuesOf(() => normal(KEY.fold("planes"), [100, 5]));
  let [worst, moved] = [0, 0];
  for (let i = 0; i < 100; i++) {
    const [b = 0, ...w] = draws.slice(5 * i, 5 * i + 5);
    // The point of the plane next to the origin: the shortest solution of w x = -b.
    const nearest = linalg.minimumNormSolution(linalg.matrix([w]), linalg.column([-b])).values;
    const signed = dot(nearest, w) >= 0 ? length(nearest) : -length(nearest);
    worst = Math.max(worst, Math.abs(signed + b / length(w)));
    moved = Math.max(moved, Math.abs(signed));
  }
  return holds(
    worst <= 1e-6 && moved > 0.1,
    `For 100 random planes in 4 dimensions, up to ${
      show(moved)
    } from the origin, the signed distance is -b / |w| within ` +
      `${show(worst, 2)}.`,
  );
}

async function hingeSaturates() {
  const margins = [-1, 0, 0.5, 0.999, 1, 1.5, 4, 100];
  using m = tensor(margins);
  const hinge = (m: Tensor) => relu(m.neg().add(1));
  const losses = await valuesOf(() => hinge(m));
  const slopes = await valuesOf(() => grad((m: Tensor) => hinge(m).sum())(m));
  const saturated = margins.every((margin, i) =>
    (margin >= 1) === (losses[i] === 0 && Math.abs(slopes[i]!) === 0)
  );
  return holds(
    saturated,
    `At margins ${margins.join(", ")} the loss is ${
      losses.map((value) => show(value)).join(", ")
    } and its slope ` +
      `${slopes.map((value) => show(value)).join(", ")}.`,
  );
}

async function crossEntropyNeverZero() {
  const gaps = grid(0, 200, 201);
  const stable: number[] = [];
  for (const gap of gaps) {
    stable.push(await valueOf(() => crossEntropy(tensor([[gap, 0]]), tensor(Uint8Array.of(0)))));
  }
  const fine = await valuesOf(() => softplus(tensor(Float32Array.from(gaps)).neg()));
  const firstZero = (list: readonly number[]) => gaps[list.indexOf(0)] ?? Infinity;
  const until = Math.min(firstZero(stable), firstZero(fine));
  const falling = fine.slice(0, until).every((loss, i) => loss > 0 && (i === 0 || loss < fine[i - 1]!));
  return holdsIf(
    "real arithmetic, where e^-gap is never 0",
    falling,
    until === Infinity,
    `The loss of two classes falls with the gap of the logits and is above 0 up to a gap of ${
      until - 1
    }; in binary32 it ` +
      `is exactly 0 from ${firstZero(stable)} on as log-sum-exp less the logit, from ${
        firstZero(fine)
      } on as ` +
      `log(1 + e^-gap) by softplus.`,
  );
}

async function biasRow() {
  using x = normal(KEY.fold("row x"), [6, 4]);
  using w = normal(KEY.fold("row w"), [4, 3]);
  using b = normal(KEY.fold("row b"), [3]);
  const apart = await valuesOf(() => matmul(x, w).add(b));
  const [xs, ws, bs] = [await x.read(), await w.read(), await b.read()];
  const longer = Float32Array.from(
    { length: 30 },
    (_, i) => i % 5 === 4 ? 1 : xs[Math.floor(i / 5) * 4 + i % 5]!,
  );
  const taller = Float32Array.from([...ws, ...bs]);
  const together = await valuesOf(() => matmul(tensor(longer, [6, 5]), tensor(taller, [5, 3])));
  const far = farthest(apart, together);
  return holds(far <= 1e-6, `For 6 samples, 4 inputs and 3 neurons both are ${show(far, 2)} apart at most.`);
}

async function lsaNetwork() {
  const [terms, documents, k] = [12, 8, 2];
  const counts = (await valuesOf(() => uniform(KEY.fold("lsa"), [terms * documents], 0, 1)))
    .map((value, i) => Math.floor(value * 2) + (i % documents < 4 === i < 48 ? 3 : 0));
  const a = linalg.matrixOf(terms, documents, Float64Array.from(counts));
  const { s, u } = linalg.svd(a);
  const basis = linalg.matrix(
    Array.from({ length: terms }, (_, i) => [...u.values.slice(i * u.columns, i * u.columns + k)]),
  );
  const project = (q: linalg.Matrix) => linalg.multiply(q, linalg.multiply(linalg.transpose(q), a));
  const error = length(project(basis).values.map((value, i) => value - a.values[i]!));
  const optimum = length(s.slice(k));
  // Decoder d and encoder e, trained on |d e a - a|^2.
  let d = linalg.matrixOf(
    terms,
    k,
    Float64Array.from(await valuesOf(() => normal(KEY.fold("d"), [terms * k], 0, 0.3))),
  );
  let e = linalg.matrixOf(
    k,
    terms,
    Float64Array.from(await valuesOf(() => normal(KEY.fold("e"), [terms * k], 0, 0.3))),
  );
  const angle = () => sineToSubspace(linalg.qr(d).q, basis);
  const before = angle();
  const minus = (m: linalg.Matrix, gradient: linalg.Matrix) =>
    linalg.matrixOf(m.rows, m.columns, m.values.map((value, i) => value - 2e-3 * gradient.values[i]!));
  for (let step = 0; step < 3000; step++) {
    const code = linalg.multiply(e, a);
    const output = linalg.multiply(d, code);
    const residual = linalg.matrixOf(terms, documents, output.values.map((value, i) => value - a.values[i]!));
    const gradientD = linalg.multiply(residual, linalg.transpose(code));
    const gradientE = linalg.multiply(linalg.multiply(linalg.transpose(d), residual), linalg.transpose(a));
    [d, e] = [minus(d, gradientD), minus(e, gradientE)];
  }
  const after = angle();
  return printedOrRight(
    Math.abs(error - optimum) > 1e-9 * optimum,
    after <= 0.01 && before > 0.1,
    `The truncated decomposition of ${terms} terms x ${documents} documents has the least error of rank ${k}, ` +
      `${show(error)}, without any training; a linear autoencoder's subspace comes from a sine of ${
        show(before, 2)
      } to ` +
      `one of ${show(after, 2)} in 3,000 steps.`,
  );
}

/** Sine of the largest principal angle between the spans of two matrices with orthonormal columns. */
function sineToSubspace(q: linalg.Matrix, basis: linalg.Matrix): number {
  const inside = linalg.multiply(basis, linalg.multiply(linalg.transpose(basis), q));
  const outside = linalg.matrixOf(q.rows, q.columns, q.values.map((value, i) => value - inside.values[i]!));
  return linalg.singularValues(outside)[0]!;
}

/** The checks of linear models. */
export const LINEAR_MODEL_CHECKS: Checks = {
  "linear-worked": linearWorked,
  "ls-closed-unique": closedFormUnique,
  "ls-gradient": leastSquaresGradient,
  "ls-normal-equations": normalEquations,
  "mle-log-same": logarithmSame,
  "mle-noise-name": noiseName,
  "logistic-likelihood": likelihoodIsPrediction,
  "logistic-cost-sign": logisticCostSign,
  "logistic-bce-positive": crossEntropyOfOnes,
  "hyperplane-offset": hyperplaneOffset,
  "hinge-saturates": hingeSaturates,
  "ce-never-zero": crossEntropyNeverZero,
  "perceptron-bias-row": biasRow,
  "lsa-network": lsaNetwork,
};
