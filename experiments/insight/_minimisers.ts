/**
 * Minimisers in binary64 on the host that count their work.
 *
 * @module
 */
import { linalg } from "@verbatim/core";
import type { Evaluated, Fit } from "./_fits.ts";

/** Where a minimiser ended. */
export interface Minimised {
  readonly theta: Float64Array;
  /** Evaluations of loss and gradient; a Hessian counts as one for each parameter. */
  readonly units: number;
  readonly gradientNorm: number;
}

/** When to end, and which rows each step sees. */
export interface MinimiseOptions {
  readonly steps: number;
  readonly tolerance: number;
  /** Rows of a step; default all in every step. */
  readonly rowsAt?: (step: number) => Uint32Array;
}

const dot = (a: Float64Array, b: Float64Array) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
/** The Euclidean length. */
export const lengthOf = (a: Float64Array) => Math.sqrt(dot(a, a));
/** a + factor b. */
export const moved = (a: Float64Array, b: Float64Array, factor: number) =>
  a.map((value, i) => value + factor * b[i]!);

/** Gradient descent with a constant rate over all rows. */
export function descend(fit: Fit, start: Float64Array, rate: number, options: MinimiseOptions): Minimised {
  let theta = start;
  let units = 0;
  while (true) {
    const { gradient } = fit.evaluate(theta);
    units++;
    const gradientNorm = lengthOf(gradient);
    const over = gradientNorm <= options.tolerance || !(gradientNorm < 1e12);
    if (over || units > options.steps) return { theta, units, gradientNorm };
    theta = moved(theta, gradient, -rate);
  }
}

/** A search direction at a point, and what was learned of a step. */
interface Direction {
  at(theta: Float64Array, gradient: Float64Array, rows: Uint32Array | undefined): Float64Array;
  learn?(step: Float64Array, change: Float64Array): void;
  /** Units that a direction costs. */
  readonly units: number;
}

/** Share of the decrease that the slope promises which a step must give (Armijo's rule). */
const SUFFICIENT = 1e-4;
const HALVINGS = 30;
/** How far two equal losses may be apart by rounding. */
const ROUNDING = 1e-14;

/** Steps along a direction, halved until the loss of the step's rows falls. */
function search(fit: Fit, start: Float64Array, direction: Direction, options: MinimiseOptions): Minimised {
  let theta = start;
  let units = 0;
  let known: Evaluated | undefined;
  for (let step = 0;; step++) {
    const rows = options.rowsAt?.(step);
    if (known === undefined || rows !== undefined) {
      known = fit.evaluate(theta, rows);
      units++;
    }
    const here = known;
    const gradientNorm = lengthOf(here.gradient);
    if (gradientNorm <= options.tolerance || step === options.steps) return { theta, units, gradientNorm };
    const d = direction.at(theta, here.gradient, rows);
    units += direction.units;
    const slope = dot(d, here.gradient);
    let next: Evaluated | undefined;
    let rate = 1;
    for (let halvings = 0; halvings < HALVINGS; halvings++, rate /= 2) {
      const there = fit.evaluate(moved(theta, d, rate), rows);
      units++;
      if (there.loss <= here.loss + SUFFICIENT * rate * slope + ROUNDING * Math.abs(here.loss)) {
        next = there;
        break;
      }
    }
    if (next === undefined) {
      if (rows === undefined) return { theta, units, gradientNorm };
      continue;
    }
    direction.learn?.(d.map((value) => rate * value), moved(next.gradient, here.gradient, -1));
    theta = moved(theta, d, rate);
    known = next;
  }
}

/** Newton's method: H d = -g by Cholesky. */
export function newton(fit: Required<Fit>, start: Float64Array, options: MinimiseOptions): Minimised {
  return search(fit, start, {
    units: fit.parameters,
    at: (theta, gradient, rows) =>
      linalg.choleskySolve(
        linalg.cholesky(fit.hessian(theta, rows)),
        linalg.column(gradient.map((value) => -value)),
      ).values,
  }, options);
}

/**
 * L-BFGS with the last pairs of steps and changes of the gradient, both over the same rows, by the two-loop recursion.
 *
 * *Source* J. Nocedal (1980). Updating quasi-Newton matrices with limited storage.
 */
export function limitedBfgs(fit: Fit, start: Float64Array, options: MinimiseOptions, memory = 10): Minimised {
  const pairs: { s: Float64Array; y: Float64Array; product: number }[] = [];
  return search(fit, start, {
    units: 0,
    at(_theta, gradient) {
      let q = gradient;
      const weights = pairs.toReversed().map(({ s, y, product }) => {
        const weight = dot(s, q) / product;
        q = moved(q, y, -weight);
        return weight;
      }).toReversed();
      const last = pairs.at(-1);
      const scale = last ? last.product / dot(last.y, last.y) : Math.min(1, 1 / lengthOf(gradient));
      q = q.map((value) => value * scale);
      pairs.forEach(({ s, y, product }, i) => q = moved(q, s, weights[i]! - dot(y, q) / product));
      return q.map((value) => -value);
    },
    learn(s, y) {
      const product = dot(s, y);
      if (!(product > 1e-10 * lengthOf(s) * lengthOf(y))) return;
      pairs.push({ s, y, product });
      if (pairs.length > memory) pairs.shift();
    },
  }, options);
}

/**
 * The rate that minimises the loss along -gradient: doubled until the loss rises, then golden sections.
 */
export function exactRate(fit: Fit, start: Float64Array): number {
  const { gradient } = fit.evaluate(start);
  const lossAt = (rate: number) => fit.evaluate(moved(start, gradient, -rate)).loss;
  let high = 0.0009765625;
  let [last, next] = [lossAt(0), lossAt(high)];
  while (next < last && high < 1e6) {
    high *= 2;
    [last, next] = [next, lossAt(high)];
  }
  let low = 0;
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [left, right] = [high - ratio * high, ratio * high];
  let [below, above] = [lossAt(left), lossAt(right)];
  while (high - low > 1e-9 * high) {
    if (below < above) {
      [high, right, above] = [right, left, below];
      left = high - ratio * (high - low);
      below = lossAt(left);
    } else {
      [low, left, below] = [left, right, above];
      right = low + ratio * (high - low);
      above = lossAt(right);
    }
  }
  return (low + high) / 2;
}
