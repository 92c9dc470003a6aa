/**
 * Losses in binary64 on the host, with gradients and second derivatives by hand: what second-order methods are tried on.
 *
 * @module
 */
import { linalg } from "@verbatim/core";

/** A mean loss over rows, with half the penalty times the squared length of the parameters. */
export interface Fit {
  readonly parameters: number;
  readonly rows: number;
  /** Loss and gradient over the given rows; default all. */
  evaluate(theta: Float64Array, rows?: Uint32Array): Evaluated;
  /** Second derivatives over the given rows; only of convex losses. */
  hessian?(theta: Float64Array, rows?: Uint32Array): linalg.Matrix;
}

/** A loss and its gradient. */
export interface Evaluated {
  readonly loss: number;
  readonly gradient: Float64Array;
}

/** Inputs [rows, inputs], row-major, and one target for each row. */
export interface Table {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * exp(-t) for t >= 0: t is halved to 1/2 or less, then a Taylor series, then squares. Its relative error grows with t, about
 * t 2^-51; below 1e-300 it is 0.
 */
export function exponentialOfMinus(t: number): number {
  if (t > 690) return 0;
  let [small, halvings] = [t, 0];
  for (; small > 0.5; halvings++) small /= 2;
  let sum = 1;
  for (let k = 17; k >= 1; k--) sum = 1 - small / k * sum;
  for (; halvings > 0; halvings--) sum *= sum;
  return sum;
}

/** log(1 + e) for 0 <= e <= 1, by the series of the inverse hyperbolic tangent of e / (2 + e) <= 1/3. */
export function logarithmOfOneMore(e: number): number {
  const s = e / (2 + e);
  let sum = 0;
  for (let k = 35; k >= 1; k -= 2) sum = sum * s * s + 1 / k;
  return 2 * s * sum;
}

/**
 * A fit whose loss is the mean of a function of one score for each row: l(score, y) with its first two derivatives by the
 * score; `score` also writes the score's derivatives by the parameters.
 */
function fitOf(
  rows: number,
  parameters: number,
  penalty: number,
  score: (theta: Float64Array, row: number, derivatives: Float64Array) => number,
  loss: (score: number, row: number) => readonly [value: number, slope: number, curvature: number],
): Required<Fit> {
  const each = (rowsOf: Uint32Array | undefined, visit: (row: number) => void) => {
    const count = rowsOf?.length ?? rows;
    for (let i = 0; i < count; i++) visit(rowsOf ? rowsOf[i]! : i);
    return count;
  };
  const derivatives = new Float64Array(parameters);
  return {
    rows,
    parameters,
    evaluate(theta, rowsOf) {
      const gradient = new Float64Array(parameters);
      let sum = 0;
      const count = each(rowsOf, (row) => {
        const [value, slope] = loss(score(theta, row, derivatives), row);
        sum += value;
        for (let k = 0; k < parameters; k++) gradient[k]! += slope * derivatives[k]!;
      });
      let squares = 0;
      for (let k = 0; k < parameters; k++) {
        gradient[k] = gradient[k]! / count + penalty * theta[k]!;
        squares += theta[k]! * theta[k]!;
      }
      return { loss: sum / count + penalty / 2 * squares, gradient };
    },
    hessian(theta, rowsOf) {
      const result = linalg.matrixOf(parameters, parameters);
      const { values } = result;
      const count = each(rowsOf, (row) => {
        const [, , curvature] = loss(score(theta, row, derivatives), row);
        for (let j = 0; j < parameters; j++) {
          const factor = curvature * derivatives[j]!;
          for (let k = 0; k < parameters; k++) values[j * parameters + k]! += factor * derivatives[k]!;
        }
      });
      for (let k = 0; k < values.length; k++) {
        values[k] = values[k]! / count + (k % (parameters + 1) === 0 ? penalty : 0);
      }
      return result;
    },
  };
}

/** The score w x + b; theta is w, then b. */
const linearScore = (x: Float64Array, inputs: number) =>
(
  theta: Float64Array,
  row: number,
  derivatives: Float64Array,
) => {
  let score = theta[inputs]!;
  for (let k = 0; k < inputs; k++) {
    const value = x[row * inputs + k]!;
    derivatives[k] = value;
    score += theta[k]! * value;
  }
  derivatives[inputs] = 1;
  return score;
};

const halfSquare = (y: Float64Array) => (score: number, row: number) => {
  const error = score - y[row]!;
  return [error * error / 2, error, 1] as const;
};

/** Linear regression: the mean of half the squared error. */
export function linearFit({ x, y }: Table, penalty: number): Required<Fit> {
  const inputs = x.length / y.length;
  return fitOf(y.length, inputs + 1, penalty, linearScore(x, inputs), halfSquare(y));
}

/** Logistic regression: the mean cross-entropy of labels 0 and 1. */
export function logisticFit({ x, y }: Table, penalty: number): Required<Fit> {
  const inputs = x.length / y.length;
  return fitOf(y.length, inputs + 1, penalty, linearScore(x, inputs), (z, row) => {
    const small = exponentialOfMinus(Math.abs(z));
    const p = (z < 0 ? small : 1) / (1 + small);
    return [Math.max(z, 0) - y[row]! * z + logarithmOfOneMore(small), p - y[row]!, p * (1 - p)];
  });
}

/** A network with one hidden layer, sum_h v_h g(w_h x + b_h) + c with g(z) = z / sqrt(1 + z^2), fitted to half the squared error. */
export interface NetworkFit extends Fit {
  /** Its errors and their derivatives by the parameters. */
  linearise(theta: linalg.Matrix): { readonly residuals: linalg.Matrix; readonly jacobian: linalg.Matrix };
}

/** A network for a table; theta is w [hidden, inputs], b [hidden], v [hidden], c. */
export function networkFit({ x, y }: Table, hidden: number, penalty: number): NetworkFit {
  const inputs = x.length / y.length;
  const parameters = hidden * (inputs + 2) + 1;
  const [b, v] = [hidden * inputs, hidden * inputs + hidden];
  const score = (theta: Float64Array, row: number, derivatives: Float64Array) => {
    let sum = theta[parameters - 1]!;
    for (let h = 0; h < hidden; h++) {
      let z = theta[b + h]!;
      for (let k = 0; k < inputs; k++) z += theta[h * inputs + k]! * x[row * inputs + k]!;
      const cosine = 1 / Math.sqrt(1 + z * z);
      sum += theta[v + h]! * z * cosine;
      const slope = theta[v + h]! * cosine * cosine * cosine;
      for (let k = 0; k < inputs; k++) derivatives[h * inputs + k] = slope * x[row * inputs + k]!;
      derivatives[b + h] = slope;
      derivatives[v + h] = z * cosine;
    }
    derivatives[parameters - 1] = 1;
    return sum;
  };
  const { evaluate } = fitOf(y.length, parameters, penalty, score, halfSquare(y));
  return {
    parameters,
    rows: y.length,
    evaluate,
    linearise({ values: theta }) {
      const jacobian = linalg.matrixOf(y.length, parameters);
      const residuals = y.map((target, row) =>
        score(theta, row, jacobian.values.subarray(row * parameters, (row + 1) * parameters)) - target
      );
      return { residuals: linalg.column(residuals), jacobian };
    },
  };
}
