/**
 * How iterations come to their end: damped steps, descent for linear systems, line search, sums of gradients.
 *
 * @module
 */
import { Key, linalg, normal, sigmoid, softplus, tensor } from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { add, dampedStep, saturation, solve, TIMES, times, type Vector } from "./_least_squares.ts";
import { dot, farthest, holds, holdsIf, length, show, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("iterations");
const SEEDS = [1, 2, 3, 4, 5];

const draw = (name: string, seed: number, count: number) =>
  valuesOf(() => normal(KEY.fold(name).fold(seed), [count]));

const squares = (residuals: Vector) => dot(residuals, residuals);

/** Fits a saturating curve with damping that falls after a good step and rises after a bad one. */
function levenberg(
  targets: Vector,
  start: readonly [number, number],
  goal: number,
  scaled: boolean,
  unit = 1,
) {
  // The second parameter is counted in other units: its column of the Jacobian is scaled with it.
  let p: readonly [number, number] = start;
  let lambda = 1;
  const accepted: number[] = [];
  let solved = 0;
  for (let step = 0; step < 500; step++) {
    const { residuals, jacobian, gradient } = saturation(targets, p);
    const f = squares(residuals);
    if (accepted.length === 0) accepted.push(f);
    if (f <= goal || length(gradient) < 1e-12) break;
    const columns = linalg.matrixOf(
      jacobian.rows,
      2,
      jacobian.values.map((value, k) => k % 2 === 1 ? value * unit : value),
    );
    const [g0 = 0, g1 = 0] = gradient;
    solved++;
    const [s0 = 0, s1 = 0] = dampedStep(columns, [g0, g1 * unit], { lambda, divisor: 2, scaled });
    const next: readonly [number, number] = [p[0] - s0, p[1] - s1 * unit];
    const after = next[1] > -TIMES[0]! ? squares(saturation(targets, next).residuals) : Infinity;
    if (after < f) {
      [p, lambda] = [next, lambda / 4];
      accepted.push(after);
    } else lambda *= 4;
  }
  return { accepted, solved };
}

/** Targets of the curve 2 t / (1 + t) with noise, and twenty starts. */
async function curveFits() {
  const noise = await draw("noise", 1, TIMES.length);
  const targets = TIMES.map((t, i) => 2 * t / (1 + t) + 0.05 * noise[i]!);
  const draws = await draw("starts", 1, 40);
  const starts = Array.from(
    { length: 20 },
    (_, i) => [1 + Math.abs(draws[2 * i]!) * 3, 0.2 + Math.abs(draws[2 * i + 1]!) * 5] as const,
  );
  return { targets, starts };
}

async function levenbergMonotone() {
  const { targets, starts } = await curveFits();
  const runs = starts.map((start) => levenberg(targets, start, 0, false));
  const lower = runs.every(({ accepted }) => accepted.every((f, i) => i === 0 || f < accepted[i - 1]!));
  const ends = runs.map(({ accepted }) => accepted.at(-1)!);
  const met = Math.max(...ends) - Math.min(...ends);
  const count = runs.reduce((sum, { accepted }) => sum + accepted.length - 1, 0);
  return holds(
    lower && met <= 1e-9 && count > 40,
    `From 20 starts on a curve fit all of ${count} accepted steps lower f, and the ends are ${
      show(met, 2)
    } apart.`,
  );
}

async function marquardtScale() {
  const { targets, starts } = await curveFits();
  const goal = 1.001 *
    Math.min(...starts.map((start) => levenberg(targets, start, 0, true).accepted.at(-1)!));
  const compare = (unit: number) => {
    const steps = (scaled: boolean) =>
      starts.map((start) => levenberg(targets, start, goal, scaled, unit).solved);
    const [plain, scaled] = [steps(false), steps(true)];
    const total = (list: readonly number[]) => list.reduce((sum, count) => sum + count, 0);
    return {
      fewer: plain.filter((count, i) => scaled[i]! < count).length,
      more: plain.filter((count, i) => scaled[i]! > count).length,
      totals: `${total(scaled)} against ${total(plain)}`,
    };
  };
  const [small, large] = [compare(1e-3), compare(1e3)];
  // 15 of 20 have p = 0.021 in the sign test.
  return holds(
    small.fewer >= 15,
    `Steps to one f over 20 starts, lambda by the diagonal against lambda I: with one component of the gradient made ` +
      `1,000 times smaller ${small.totals} (fewer from ${small.fewer}, more from ${small.more}), made 1,000 times larger ` +
      `${large.totals} (fewer from ${large.fewer}, more from ${large.more}).`,
  );
}

/** A symmetric matrix with a spectrum from 1 to 1 / condition, evenly spaced in its powers, and a solution. */
async function system(condition: number) {
  const n = 40;
  const { q } = linalg.qr(linalg.matrixOf(n, n, Float64Array.from(await draw("system", 1, n * n))));
  // n - 1 equal factors make up the condition; the root of a power is found by bisection.
  let [low, high] = [0, 1];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    let power = 1;
    for (let k = 1; k < n; k++) power *= middle;
    if (power < 1 / condition) low = middle;
    else high = middle;
  }
  const diagonal = linalg.matrixOf(n, n);
  for (let i = 0, value = 1; i < n; i++, value *= high) diagonal.values[i * n + i] = value;
  const a = linalg.multiply(linalg.multiply(q, diagonal), linalg.transpose(q));
  const x = await draw("solution", 1, n);
  return { a, x, b: times(a, x) };
}

async function linearSystem() {
  const products = 1000;
  const rows: string[] = [];
  const reached: boolean[] = [];
  for (const condition of [10, 100, 1e4, 1e6]) {
    const { a, x, b } = await system(condition);
    const error = (guess: Vector) => length(add(guess, x, -1)) / length(x);
    // The best constant rate, 2 / (largest + smallest eigenvalue).
    const rate = 2 / (1 + 1 / condition);
    const right = linalg.column(b);
    const descent = [...linalg.gradientDescent(a, right, { products, rate }).x.values];
    const conjugate = [...linalg.conjugateGradients(a, right, { products, tolerance: 1e-13 }).x.values];
    const direct = [...linalg.choleskySolve(linalg.cholesky(a), right).values];
    reached.push(error(descent) <= 1e-6);
    rows.push(
      `${show(condition)}: ${show(error(descent), 2)}, ${show(error(conjugate), 2)}, ${
        show(error(direct), 2)
      }`,
    );
  }
  return holdsIf(
    "a condition number that is not small",
    reached.at(-1) === false,
    reached.every((one) => !one),
    `Relative errors of gradient descent and conjugate gradients after ${products} products at most, and of Cholesky's ` +
      `solution, by condition number: ${rows.join("; ")}.`,
  );
}

async function lineSearchOptimal() {
  const [n, columns] = [30, 5];
  const rows: string[] = [];
  let [beats, heldOut] = [0, 0];
  for (const seed of SEEDS) {
    const x = await draw("line x", seed, 2 * n * columns);
    const noise = await draw("line y", seed, 2 * n);
    const half = (which: number) => {
      const at = which * n * columns;
      const a = linalg.matrixOf(n, columns, Float64Array.from(x.slice(at, at + n * columns)));
      const y = times(a, [1, -2, 3, 0, 1]).map((value, i) => value + 2 * noise[which * n + i]!);
      return (w: Vector) => ({ residuals: add(times(a, w), y, -1), a });
    };
    const [train, test] = [half(0), half(1)];
    const start = Array.from({ length: columns }, () => 0);
    const { residuals, a } = train(start);
    const g = times(linalg.transpose(a), residuals).map((value) => 2 * value);
    const image = times(a, g);
    const best = dot(residuals, image) / dot(image, image);
    const loss = (set: typeof train, rate: number) => squares(set(add(start, g, -rate)).residuals) / n;
    const rates = Array.from({ length: 400 }, (_, i) => (i + 1) * best / 160);
    if (rates.every((rate) => rate === best || loss(train, best) <= loss(train, rate))) beats++;
    const better = rates.find((rate) => loss(test, rate) < loss(test, best) * (1 - 1e-6));
    if (better !== undefined) heldOut++;
    rows.push(show(loss(train, best), 3));
  }
  return holds(
    beats === SEEDS.length,
    `The step of the exact line search has the least loss on its set of 400 rates and itself for ${beats} of ` +
      `${SEEDS.length} seeds (${rows.join(", ")}); on held-out data another rate is better for ${heldOut}.`,
  );
}

async function convexLocalGlobal() {
  const [n, columns] = [60, 3];
  const x = linalg.matrixOf(n, columns, Float64Array.from(await draw("convex x", 1, n * columns)));
  const noise = await draw("convex y", 1, n);
  const y = times(x, [1, -1, 0.5]).map((value, i) => value + 1.5 * noise[i]! > 0 ? 1 : 0);
  const draws = await draw("convex starts", 1, 20 * columns);
  const ends: number[][] = [];
  const losses: number[] = [];
  let farStart = 0;
  for (let s = 0; s < 20; s++) {
    let w: number[] = draws.slice(columns * s, columns * s + columns).map((value) => 3 * value);
    farStart = Math.max(farStart, length(w));
    for (let step = 0; step < 60; step++) {
      const p = await valuesOf(() => sigmoid(tensor(Float32Array.from(times(x, w)))));
      const gradient = times(linalg.transpose(x), add(p, y, -1));
      // The quarter of X^T X is never below the Hessian: such steps cannot overshoot.
      const gram = linalg.multiply(linalg.transpose(x), x);
      w = add(
        w,
        solve(linalg.matrixOf(columns, columns, gram.values.map((value) => value / 4)), gradient),
        -1,
      );
    }
    ends.push(w);
    // The loss of a row with label 1 is softplus(-x w), with label 0 softplus(x w).
    const scores = times(x, w).map((value, i) => y[i] === 1 ? -value : value);
    const parts = await valuesOf(() => softplus(tensor(Float32Array.from(scores))));
    losses.push(parts.reduce((sum, part) => sum + part, 0) / n);
  }
  const apart = Math.max(...ends.map((end) => farthest(end, ends[0]!)));
  const range = Math.max(...losses) - Math.min(...losses);
  return holds(
    range <= 1e-5,
    `Logistic regression from 20 starts up to ${show(farStart, 2)} from 0 ends at losses ${
      show(range, 2)
    } apart at most, and weights ${show(apart, 2)}.`,
  );
}

/** The checks of iterations. */
export const ITERATION_CHECKS: Checks = {
  "levenberg-monotone": levenbergMonotone,
  "marquardt-scale": marquardtScale,
  "gd-linear-system": linearSystem,
  "line-search-optimal": lineSearchOptimal,
  "convex-local-global": convexLocalGlobal,
};
