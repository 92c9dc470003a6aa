/**
 * Linear regression: one dense layer, the normal equations for its weights, and the likelihood that they maximise.
 *
 * Axes: N samples, B batch, D features, K targets.
 *
 * @module
 */
import {
  dense,
  type DenseParams,
  divide,
  exp,
  initDense,
  linalg,
  type Model,
  square,
  type Tensor,
  zeros,
} from "@verbatim/core";
import { defineModel, type RegisteredModel } from "../define_model.ts";
import { regress } from "../trial.ts";

/** The shape of a linear regression. */
export interface LinearRegressionConfig {
  /** Values of one input. */
  readonly inputs: number;
  /** Values of one target. */
  readonly outputs: number;
}

/** For the eight inputs of Auto MPG and one target: 9 parameters. */
export const LINEAR_REGRESSION_AUTO_MPG: LinearRegressionConfig = { inputs: 8, outputs: 1 };

/**
 * Predictions y = x w + b. Weights and biases start at zero: the squared error is convex, so the start does not matter.
 *
 * *Shapes* [B, D] -> [B, K]. *Source* i2dl, lecture 2.
 *
 * @example A line before it is fitted
 * ```ts
 * import { createDevice, disposeTree, Key, ones, scope, setDefaultDevice } from "@verbatim/core";
 * import { linearRegression } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const model = linearRegression({ inputs: 3, outputs: 1 });
 * const key = Key.from(1);
 * const { params, state } = model.init(key);
 * using x = ones([2, 3]);
 * using y = scope(() => model.apply(params, state, x, { key, train: false }).y);
 * assertEquals(await y.read(), Float32Array.of(0, 0));
 * disposeTree(params);
 * ```
 */
export function linearRegression({ inputs, outputs }: LinearRegressionConfig): Model<DenseParams> {
  return {
    init: (key) => ({ params: initDense(key, inputs, outputs, (_, shape) => zeros(shape)), state: {} }),
    apply: (params, state, x) => ({ y: dense(params, x), state }),
  };
}

/**
 * The samples with a 1 at the end of each row, so that the last row of the weights is the bias.
 *
 * *Shapes* N x D -> N x (D + 1). *Source* ann-summary, multi-layer perceptron.
 *
 * @example
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { withOnes } from "@verbatim/models";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(withOnes(linalg.matrix([[2, 3]])), linalg.matrix([[2, 3, 1]]));
 * ```
 */
export function withOnes(x: linalg.Matrix): linalg.Matrix {
  const width = x.columns + 1;
  const result = linalg.matrixOf(x.rows, width);
  result.values.fill(1);
  for (let row = 0; row < x.rows; row++) {
    result.values.set(x.values.subarray(row * x.columns, (row + 1) * x.columns), row * width);
  }
  return result;
}

/**
 * The weights with the smallest sum of squares |x theta - y|^2, from theta = (x^T x)^-1 x^T y by Cholesky's factorisation.
 *
 * The condition number of x enters squared: `linalg.leastSquares`, which takes an orthogonal factorisation, stands where
 * this fails.
 *
 * *Shapes* N x D and N x K -> D x K. *Order* `linalg.multiply` for the products; binary64. *Source* i2dl, lecture 2.
 *
 * @throws {RangeError} if x and y differ in rows, or x has dependent columns, within rounding.
 *
 * @example The line through (0, 1), (1, 3) and (2, 5)
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { normalEquations, withOnes } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const theta = normalEquations(withOnes(linalg.column([0, 1, 2])), linalg.column([1, 3, 5]));
 * assertAlmostEquals(theta.values[0]!, 2, 1e-14);
 * assertAlmostEquals(theta.values[1]!, 1, 1e-14);
 * ```
 */
export function normalEquations(x: linalg.Matrix, y: linalg.Matrix): linalg.Matrix {
  if (x.rows !== y.rows) {
    throw new RangeError(
      `Cannot solve the normal equations: expected as many targets as samples, got ${y.rows} and ${x.rows}`,
    );
  }
  const across = linalg.transpose(x);
  return linalg.choleskySolve(linalg.cholesky(linalg.multiply(across, x)), linalg.multiply(across, y));
}

/** log(2 pi) / 2. */
const HALF_LOG_TWO_PI = 0.9189385332046727;

/**
 * The mean log-likelihood of targets whose noise is normal: log p(y) = -log sigma - ((y - prediction) / sigma)^2 / 2 -
 * log(2 pi) / 2, given log sigma, which keeps sigma positive wherever an ascent leads.
 *
 * Its maximum over the predictions is where the squared error is least, whatever sigma is; its maximum over sigma is the
 * root of the mean squared error.
 *
 * *Shapes* [N, K], [N, K] and log sigma [] -> []. *Order* N5 over the targets. *Source* i2dl, lecture 2.
 *
 * @example Three right predictions with sigma 1: the density at the mean is 1 / sqrt(2 pi)
 * ```ts
 * import { createDevice, scope, setDefaultDevice, tensor } from "@verbatim/core";
 * import { gaussianLogLikelihood } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using y = tensor([[1], [2], [3]]);
 * using logDeviation = tensor(0);
 * using likelihood = scope(() => gaussianLogLikelihood(y, y, logDeviation));
 * assertAlmostEquals(await likelihood.item(), Math.log(1 / Math.sqrt(2 * Math.PI)), 1e-6);
 * ```
 */
export function gaussianLogLikelihood(predictions: Tensor, y: Tensor, logDeviation: Tensor): Tensor {
  const squares = square(y.sub(predictions).mul(exp(logDeviation.neg()))).mean();
  return divide(squares, -2).sub(logDeviation).sub(HALF_LOG_TWO_PI);
}

/** Linear regression in the registry. */
export const linearRegressionModel: RegisteredModel = defineModel({
  id: "linear-regression",
  family: "classical",
  title: "Linear regression",
  notes: [
    { note: "i2dl", section: "lecture 2" },
    { note: "ann-summary", section: "multi-layer perceptron" },
  ],
  build: linearRegression,
  configurations: {
    LINEAR_REGRESSION_AUTO_MPG: { config: LINEAR_REGRESSION_AUTO_MPG, input: [8], parameters: 8 + 1 },
  },
  // More inputs than examples: a line through them all.
  trial: regress({ config: { inputs: 40, outputs: 2 }, input: [40], output: [2], rate: 0.03 }),
});
