import {
  createDevice,
  grad,
  Key,
  linalg,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
} from "@verbatim/core";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import {
  gaussianLogLikelihood,
  linearRegression,
  linearRegressionModel,
  normalEquations,
  withOnes,
} from "./linear_regression.ts";

testModel(linearRegressionModel);

/** Numbers in (-1, 1), the same in every process. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

/** The sum of squares |x theta - y|^2. */
function sumOfSquares(x: linalg.Matrix, y: linalg.Matrix, theta: linalg.Matrix): number {
  return linalg.multiply(x, theta).values.reduce((sum, value, i) => {
    const residual = value - y.values[i]!;
    return sum + residual * residual;
  }, 0);
}

Deno.test("normal equations: the gradient 2 x^T x theta - 2 x^T y is zero there, and QR agrees", () => {
  const x = withOnes(linalg.matrixOf(60, 5, numbers(300, 1)));
  const y = linalg.matrixOf(60, 2, numbers(120, 2));
  const theta = normalEquations(x, y);
  const across = linalg.transpose(x);
  const left = linalg.multiply(linalg.multiply(across, x), theta);
  const right = linalg.multiply(across, y);
  // Some ulp of products that are about 20.
  left.values.forEach((value, i) => assertAlmostEquals(value, right.values[i]!, 1e-12));
  const orthogonal = linalg.leastSquares(x, y);
  theta.values.forEach((value, i) => assertAlmostEquals(value, orthogonal.values[i]!, 1e-12));
  // And away from it the gradient is that of the sum of squares, by central differences, exact for a quadratic.
  const away = linalg.matrixOf(6, 2, numbers(12, 3));
  const gradient = linalg.multiply(linalg.multiply(across, x), away).values.map((value, i) =>
    2 * value - 2 * right.values[i]!
  );
  for (let i = 0; i < 12; i++) {
    const at = (shift: number) => {
      const moved = Float64Array.from(away.values);
      moved[i]! += shift;
      return sumOfSquares(x, y, linalg.matrixOf(6, 2, moved));
    };
    assertAlmostEquals((at(0.5) - at(-0.5)) / 1, gradient[i]!, 1e-11);
  }
});

Deno.test("normal equations: a column twice has no unique solution, and is refused", () => {
  const twice = linalg.matrix([[1, 1], [2, 2], [4, 4]]);
  assertThrows(() => normalEquations(twice, linalg.column([1, 2, 3])), RangeError, "positive definite");
  assertThrows(
    () => normalEquations(twice, linalg.column([1, 2])),
    RangeError,
    "expected as many targets as samples, got 2 and 3",
  );
});

Deno.test("the log-likelihood is the sum of the logs of normal densities, with the gradients of mathematics", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const truth = [0.5, -1, 2, 3.25];
  const guess = [0.25, -1.5, 2, 4];
  const sigma = 0.75;
  using y = tensor(truth.map((value) => [value]));
  using predictions = tensor(guess.map((value) => [value]));
  using logDeviation = tensor(Math.log(sigma));
  const densities = truth.map((value, i) =>
    Math.exp(-(((value - guess[i]!) / sigma) ** 2) / 2) / (sigma * Math.sqrt(2 * Math.PI))
  );
  using found = scope(() => gaussianLogLikelihood(predictions, y, logDeviation));
  assertAlmostEquals(await found.item(), densities.reduce((sum, p) => sum + Math.log(p), 0) / 4, 1e-6);
  const gradient = grad((p: { predictions: Tensor; logDeviation: Tensor }) =>
    gaussianLogLikelihood(p.predictions, y, p.logDeviation)
  )({ predictions, logDeviation });
  // d/d prediction = (y - prediction) / (n sigma^2); d/d log sigma = mean squared error / sigma^2 - 1.
  const residuals = truth.map((value, i) => value - guess[i]!);
  (await gradient.predictions.read()).forEach((value, i) =>
    assertAlmostEquals(value, residuals[i]! / (4 * sigma * sigma), 1e-6)
  );
  const meanSquare = residuals.reduce((sum, r) => sum + r * r, 0) / 4;
  assertAlmostEquals(await gradient.logDeviation.item(), meanSquare / (sigma * sigma) - 1, 1e-6);
  gradient.predictions.dispose();
  gradient.logDeviation.dispose();
});

Deno.test("linear regression applies the solution of the normal equations", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const x = linalg.matrix([[1, 0], [0, 1], [1, 1], [2, -1]]);
  const y = linalg.column([4, 2, 3, 7]);
  const theta = normalEquations(withOnes(x), y);
  using inputs = linalg.matrixTensor(x);
  using w = tensor([[theta.values[0]!], [theta.values[1]!]]);
  using b = tensor([theta.values[2]!]);
  const model = linearRegression({ inputs: 2, outputs: 1 });
  using predictions = scope(() => model.apply({ w, b }, {}, inputs, { key: Key.from(1), train: false }).y);
  const residuals = Array.from(await predictions.read(), (value, i) => value - y.values[i]!);
  for (let column = 0; column < 3; column++) {
    const products = residuals.map((r, row) => r * withOnes(x).values[3 * row + column]!);
    assert(Math.abs(products.reduce((sum, value) => sum + value, 0)) < 1e-5, `column ${column}`);
  }
});
