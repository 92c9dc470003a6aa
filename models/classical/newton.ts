/**
 * Newton's method for logistic and softmax regression: iteratively re-weighted least squares.
 *
 * Axes: N samples, D features, C columns of scores (1: the sigmoid of one score; more: softmax).
 *
 * @module
 */
import {
  concatenate,
  crossEntropy,
  type DenseParams,
  disposeTree,
  linalg,
  matmul,
  type Matrix,
  oneHot,
  ones,
  scope,
  sigmoid,
  softmax,
  square,
  type Tensor,
  tensor,
  uniform,
  zeros,
} from "@verbatim/core";
import { defineMethod, type RegisteredMethod } from "../define_model.ts";
import { binaryCrossEntropy } from "./logistic_regression.ts";

/** What is minimised, and how. */
export interface NewtonOptions {
  /** Weight of |theta|^2 / 2, over weights and biases; above zero, the minimum is one and the Hessian can be factored. */
  readonly penalty: number;
  /** At most so many steps. */
  readonly iterations: number;
  /** Ends when the length of the gradient is not above it. */
  readonly tolerance: number;
  /** Whether a step that does not lower the loss enough is halved; default true. */
  readonly lineSearch?: boolean;
}

/** Where the method stands after a step. */
export interface NewtonPoint {
  /** Mean cross-entropy with the penalty. */
  readonly loss: number;
  /** Length of its gradient. */
  readonly gradientNorm: number;
  /** Share of the Newton step that led here; 0 at the start. */
  readonly rate: number;
}

/** What the method found. */
export interface NewtonResult {
  /** The last point: w [D, C], b [C]. */
  readonly params: DenseParams;
  /** The start, and the point after each step. */
  readonly path: readonly NewtonPoint[];
}

/** Share of the decrease that the slope promises which a step must give (Armijo's rule). */
const SUFFICIENT = 1e-4;
/** A step is halved at most so often. */
const HALVINGS = 30;
/** Losses that differ by this share of the loss are equal as far as binary32 tells. */
const ROUNDING = 2.384185791015625e-7; // 2^-22

/** The samples on the device, with ones. */
interface Problem {
  readonly x: Tensor; // [N, D + 1]
  readonly labels: Tensor;
  readonly penalty: number;
}

/**
 * The minimum of mean cross-entropy + penalty / 2 |theta|^2 over the weights and biases theta, by Newton's method: each step
 * solves H d = -g by Cholesky's factorisation, with the gradient g = X^T (p - y) / N + penalty theta and the Hessian of
 * columns c and d, H_cd = X^T diag(p_c ([c = d] - p_d) / N) X + [c = d] penalty, where X has a column of ones.
 *
 * With the line search the step is halved until the loss has fallen by 1e-4 of what the slope promises; without it every
 * step is whole, and far from the minimum it may lead further away. If 30 halvings do not help, the point cannot be
 * improved within rounding, and the method ends.
 *
 * *Shapes* x [N, D], labels [N], start w [D, C] and b [C] -> w, b. *Dtypes* f32; labels u8 or u32.
 * *Order* Probabilities, gradients and Hessians by the device, N4 over the samples; the system in binary64 by `linalg`; a
 * point is rounded to f32. *Source* i2dl, lecture 5, second-order methods; P. Green (1984). Iteratively reweighted least
 * squares.
 *
 * @throws {RangeError} if the shapes do not fit, or the Hessian is not positive definite (a penalty of zero with classes that
 * can be separated, or with softmax, whose biases may all grow together).
 *
 * @example Two coins: the log odds of 3 to 1, but for a small penalty
 * ```ts
 * import { createDevice, disposeTree, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { newtonRegression } from "@verbatim/models";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([[0], [0], [0], [0]]);
 * using labels = tensor(Uint8Array.of(1, 1, 0, 1));
 * const start = { w: zeros([1, 1]), b: zeros([1]) };
 * const { params } = await newtonRegression(x, labels, start, { penalty: 1e-6, iterations: 20, tolerance: 1e-6 });
 * assertAlmostEquals(await params.b.item(), Math.log(3), 1e-4);
 * disposeTree([start, params]);
 * ```
 */
export async function newtonRegression(
  x: Tensor,
  labels: Tensor,
  start: DenseParams,
  { penalty, iterations, tolerance, lineSearch = true }: NewtonOptions,
): Promise<NewtonResult> {
  const [samples, features] = x.shape;
  const columns = start.b.size;
  if (x.rank !== 2 || labels.size !== samples || start.w.size !== features! * columns) {
    throw new RangeError(
      `Cannot fit by Newton's method: expected x [N, D], labels [N], w [D, C] and b [C], got ` +
        `[${x.shape}], [${labels.shape}], [${start.w.shape}] and [${start.b.shape}]`,
    );
  }
  const rows = features! + 1;
  const problem: Problem = { x: scope(() => concatenate([x, ones([samples!, 1])], 1)), labels, penalty };
  let theta = Float32Array.of(...await start.w.read(), ...await start.b.read());
  let here = await evaluate(problem, theta, columns);
  const path: NewtonPoint[] = [{ loss: here.loss, gradientNorm: lengthOf(here.gradient), rate: 0 }];
  while (path.length <= iterations && path.at(-1)!.gradientNorm > tolerance) {
    const hessian = await hessianAt(problem, theta, columns, rows);
    const right = linalg.column(here.gradient.map((value) => -value));
    const { values: direction } = linalg.choleskySolve(
      linalg.cholesky(hessian),
      transposed(right, rows, columns),
    );
    const step = transposed(linalg.column(direction), columns, rows).values;
    const slope = step.reduce((sum, value, i) => sum + value * here.gradient[i]!, 0);
    let rate = 1;
    let next: { theta: Float32Array<ArrayBuffer>; point: Evaluated } | undefined;
    for (let halvings = 0; halvings <= (lineSearch ? HALVINGS : 0); halvings++, rate /= 2) {
      const moved = theta.map((value, i) => value + rate * step[i]!);
      const point = await evaluate(problem, moved, columns);
      const enough = here.loss + SUFFICIENT * rate * slope + ROUNDING * Math.abs(here.loss);
      if (!lineSearch || point.loss <= enough) {
        next = { theta: moved, point };
        break;
      }
    }
    if (next === undefined) break;
    theta = next.theta;
    here = next.point;
    path.push({ loss: here.loss, gradientNorm: lengthOf(here.gradient), rate });
    if (!here.gradient.every(Number.isFinite)) break;
  }
  problem.x.dispose();
  const weights = features! * columns;
  return {
    params: {
      w: tensor(theta.slice(0, weights), [features!, columns]),
      b: tensor(theta.slice(weights), [columns]),
    },
    path,
  };
}

interface Evaluated {
  readonly loss: number;
  /** As theta: by row, then by column. */
  readonly gradient: Float64Array;
}

/** The order of theta is row by row, that of the Hessian column by column. */
function transposed({ values }: Matrix, rows: number, columns: number): Matrix {
  const result = linalg.transpose(linalg.matrixOf(rows, columns, values));
  return linalg.matrixOf(values.length, 1, result.values);
}

function lengthOf(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

const probabilities = (scores: Tensor) => scores.shape[1] === 1 ? sigmoid(scores) : softmax(scores);

async function evaluate(
  { x, labels, penalty }: Problem,
  at: Float32Array<ArrayBuffer>,
  columns: number,
): Promise<Evaluated> {
  const [samples, rows] = x.shape;
  const found = scope(() => {
    const theta = tensor(at, [rows!, columns]);
    const scores = matmul(x, theta); // [N, C]
    const truth = columns === 1 ? oneHot(labels, 2).slice([0, 1], [samples!, 2]) : oneHot(labels, columns);
    const fit = columns === 1 ? binaryCrossEntropy(scores, labels) : crossEntropy(scores, labels);
    const errors = probabilities(scores).sub(truth).div(samples!);
    return {
      loss: fit.add(square(theta).sum().mul(penalty / 2)),
      gradient: matmul(x, errors, { transposeA: true }).add(theta.mul(penalty)),
    };
  });
  const result = { loss: await found.loss.item(), gradient: Float64Array.from(await found.gradient.read()) };
  disposeTree(found);
  return result;
}

/** The Hessian, its rows and columns by column of scores, then by row of theta. */
async function hessianAt(
  { x, penalty }: Problem,
  at: Float32Array<ArrayBuffer>,
  columns: number,
  rows: number,
): Promise<Matrix> {
  const samples = x.shape[0]!;
  const size = rows * columns;
  const hessian = linalg.matrixOf(size, size);
  using p = scope(() => probabilities(matmul(x, tensor(at, [rows, columns])))); // [N, C]
  for (let c = 0; c < columns; c++) {
    for (let d = 0; d <= c; d++) {
      using block = scope(() => {
        const first = p.slice([0, c], [samples, c + 1]);
        const second = p.slice([0, d], [samples, d + 1]);
        const weights = (c === d ? first.mul(second.neg().add(1)) : first.mul(second).neg()).div(samples);
        return matmul(x, x.mul(weights), { transposeA: true }); // [D + 1, D + 1]
      });
      const values = await block.read();
      for (let i = 0; i < rows; i++) {
        const place = (c * rows + i) * size + d * rows;
        for (let j = 0; j < rows; j++) hessian.values[place + j] = values[i * rows + j]!;
      }
    }
  }
  for (let i = 0; i < size; i++) hessian.values[i * (size + 1)]! += penalty;
  return hessian;
}

/** Newton's method for logistic regression in the registry. */
export const newtonMethod: RegisteredMethod = defineMethod({
  id: "newton-regression",
  family: "classical",
  title: "Newton's method for logistic and softmax regression",
  notes: [{ note: "i2dl", section: "lecture 5" }],
  paper: "P. J. Green (1984). Iteratively reweighted least squares for maximum likelihood estimation.",
  trial: {
    async fit(key) {
      using x = uniform(key, [60, 4], -1, 1);
      using labels = tensor(Uint8Array.from({ length: 60 }, (_, i) => i % 3));
      const start = scope(() => ({ w: zeros([4, 3]), b: zeros([3]) }));
      const { params } = await newtonRegression(x, labels, start, {
        penalty: 0.01,
        iterations: 20,
        tolerance: 1e-6,
      });
      disposeTree(start);
      return params;
    },
  },
});
