/**
 * Newton's method, its relatives for sums of squares, and line search: in float64 on the host.
 *
 * @module
 */
import { Key, linalg, normal } from "@verbatim/core";
import type { Checks, Finding } from "../finding.ts";
import { add, dampedStep, saturation, solve, TIMES, times, type Vector, vector } from "./_least_squares.ts";
import { dot, farthest, grid, holds, holdsIf, length, printedOrRight, show, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("second order");

async function draw(name: string, rows: number, columns: number): Promise<linalg.Matrix> {
  const values = await valuesOf(() => normal(KEY.fold(name), [rows, columns]));
  return linalg.matrixOf(rows, columns, Float64Array.from(values));
}

/** The quadratic 1/2 x^T A x - b^T x with a positive definite A. */
async function quadratic(name: string, n: number) {
  const root = await draw(name, n + 3, n);
  const a = linalg.multiply(linalg.transpose(root), root);
  const b = vector(await draw(`${name} b`, n, 1));
  return { a, minimum: solve(a, b), gradient: (x: Vector) => add(times(a, x), b, -1) };
}

async function newtonQuadratic() {
  const { a, minimum, gradient } = await quadratic("newton", 6);
  const starts = await draw("starts", 20, 6);
  let worst = 0;
  for (let i = 0; i < 20; i++) {
    const start = [...starts.values.slice(6 * i, 6 * i + 6)].map((value) => 100 * value);
    const end = add(start, solve(a, gradient(start)), -1);
    worst = Math.max(worst, farthest(end, minimum) / length(add(start, minimum, -1)));
  }
  return holds(
    worst <= 1e-9,
    `From 20 random starts in 6 dimensions one step leaves ${show(worst, 2)} of the distance at most.`,
  );
}

function newtonSaddle() {
  const run = (quartic: number, next: (x: number, slope: number, curve: number, rate: number) => number) => {
    let [x, y] = [1, 0.1];
    for (let step = 0; step < 60; step++) {
      const [slope, curve] = [-2 * y + 4 * quartic * y * y * y, -2 + 12 * quartic * y * y];
      [x, y] = [next(x, 2 * x, 2, 0.05), next(y, slope, curve, 0.05)];
    }
    return Math.sqrt(x * x + y * y);
  };
  const newton = [0, 1].map((quartic) => run(quartic, (x, slope, curve) => x - slope / curve));
  const descent = [0, 1].map((quartic) => run(quartic, (x, slope, _, rate) => x - rate * slope));
  return holds(
    newton.every((distance) => distance <= 1e-6) && descent.every((distance) => distance > 0.5),
    `After 60 steps from (1, 0.1) on x^2 - y^2 and x^2 - y^2 + y^4 Newton's method is ${
      newton.map((value) => show(value, 2)).join(" and ")
    } from the saddle, gradient descent ${descent.map((value) => show(value, 3)).join(" and ")}.`,
  );
}

/** Multiplications and divisions that Gauss-Jordan elimination takes to invert a k x k matrix, counted while it does. */
function countInversion(source: linalg.Matrix): { count: number; error: number } {
  const k = source.rows;
  const rows = Array.from({ length: k }, (_, i) => [...source.values.slice(k * i, k * i + k)]);
  const inverse = Array.from({ length: k }, (_, i) => Array.from({ length: k }, (_, j) => i === j ? 1 : 0));
  let count = 0;
  for (let p = 0; p < k; p++) {
    const pivot = rows[p]![p]!;
    for (const matrix of [rows, inverse]) {
      matrix[p] = matrix[p]!.map((value) => (count++, value / pivot));
    }
    for (let i = 0; i < k; i++) {
      if (i === p) continue;
      const factor = rows[i]![p]!;
      for (const matrix of [rows, inverse]) {
        const top = matrix[p]!;
        matrix[i] = matrix[i]!.map((value, j) => (count++, value - factor * top[j]!));
      }
    }
  }
  const product = linalg.multiply(source, linalg.matrix(inverse));
  return { count, error: farthest(product.values, linalg.identity(k).values) };
}

async function hessianSize() {
  const sizes = [16, 32, 64];
  const counts: number[] = [];
  let [error, elements] = [0, true];
  for (const k of sizes) {
    const { a } = await quadratic(`hessian ${k}`, k);
    elements &&= a.values.length === k * k;
    const inversion = countInversion(a);
    error = Math.max(error, inversion.error);
    counts.push(inversion.count);
  }
  const ratios = counts.slice(1).map((count, i) => count / counts[i]!);
  // 2^2.9 and 2^3.1.
  const cubic = ratios.every((ratio) => ratio >= 7.464264 && ratio <= 8.574188);
  return holds(
    elements && cubic && error < 1e-6,
    `For k = ${sizes.join(", ")} the Hessian has ${
      sizes.map((k) => k * k).join(", ")
    } elements and its inversion takes ` +
      `${counts.join(", ")} multiplications: ${
        ratios.map((ratio) => show(ratio)).join(" and ")
      } times as many for twice k.`,
  );
}

async function expansionPoint() {
  const { a, minimum, gradient } = await quadratic("expansion", 4);
  const [start, other] = [[3, -2, 1, 5], [-1, 4, 0, 2]];
  const miss = (at: Vector) => farthest(add(start, solve(a, gradient(at)), -1), minimum);
  const [printed, right] = [miss(other), miss(start)];
  return printedOrRight(
    printed <= 1e-9,
    right <= 1e-9,
    `With the gradient at another point theta the step ends ${
      show(printed)
    } from the minimum of the quadratic, with that ` +
      `at theta_0 ${show(right, 2)}.`,
  );
}

/** The state that each method keeps from step to step; both minimise the quadratic with exact line searches. */
async function quasiNewtonState(n: number) {
  const { a, minimum, gradient } = await quadratic(`bfgs ${n}`, n);
  const start = Array.from({ length: n }, () => 1);
  const stepLength = (g: Vector, d: Vector) => -dot(g, d) / dot(d, times(a, d));
  const far = farthest(start, minimum);

  let x: number[] = start;
  let h = linalg.identity(n);
  for (let step = 0; step < 2 * n && length(gradient(x)) > 1e-9; step++) {
    const g = gradient(x);
    const d = times(h, g).map((value) => -value);
    const s = d.map((value) => stepLength(g, d) * value);
    x = add(x, s);
    const y = add(gradient(x), g, -1);
    const rho = 1 / dot(y, s);
    const hy = times(h, y);
    const scale = (1 + rho * dot(y, hy)) * rho;
    h = linalg.matrixOf(
      n,
      n,
      h.values.map((value, k) => {
        const [i, j] = [Math.floor(k / n), k % n];
        return value + scale * s[i]! * s[j]! - rho * (hy[i]! * s[j]! + s[i]! * hy[j]!);
      }),
    );
  }
  const bfgs = { numbers: h.values.length + x.length, left: farthest(x, minimum) / far };

  x = start;
  const pairs: { s: number[]; y: number[] }[] = [];
  for (let step = 0; step < 40 * n && length(gradient(x)) > 1e-9; step++) {
    const g = gradient(x);
    let q: number[] = [...g];
    const alphas = pairs.toReversed().map(({ s, y }) => {
      const alpha = dot(s, q) / dot(y, s);
      q = add(q, y, -alpha);
      return alpha;
    });
    pairs.forEach(({ s, y }, i) => {
      q = add(q, s, alphas[pairs.length - 1 - i]! - dot(y, q) / dot(y, s));
    });
    const d = q.map((value) => -value);
    const s = d.map((value) => stepLength(g, d) * value);
    x = add(x, s);
    pairs.push({ s, y: add(gradient(x), g, -1) });
    if (pairs.length > 5) pairs.shift();
  }
  const kept = pairs.reduce((sum, { s, y }) => sum + s.length + y.length, 0);
  return { bfgs, limited: { numbers: kept + x.length, left: farthest(x, minimum) / far } };
}

async function bfgsCost() {
  const [small, large] = [await quasiNewtonState(24), await quasiNewtonState(48)];
  const [bfgs, limited] = [
    large.bfgs.numbers / small.bfgs.numbers,
    large.limited.numbers / small.limited.numbers,
  ];
  const left = Math.max(small.bfgs.left, large.bfgs.left, small.limited.left, large.limited.left);
  return holds(
    Math.abs(bfgs - 4) <= 0.1 && Math.abs(limited - 2) <= 0.1 && left < 1e-3,
    `From n = 24 to 48 the numbers kept grow from ${small.bfgs.numbers} to ${large.bfgs.numbers} under BFGS (factor ` +
      `${
        show(bfgs, 3)
      }) and from ${small.limited.numbers} to ${large.limited.numbers} under L-BFGS with 5 pairs (factor ` +
      `${show(limited, 3)}); both come within ${show(left, 2)} of the way to the minimum.`,
  );
}

function gaussNewtonHessian(): Finding {
  const exact = TIMES.map((t) => 2 * t / (1 + t));
  const offsets = [0, 0.01, 0.1, 1];
  const errors = offsets.map((offset) => {
    const { gauss, hessian } = saturation(exact.map((value) => value - offset), [2, 1]);
    return length(add(gauss, hessian, -1)) / length(hessian);
  });
  // Linear residuals have no second derivatives: the Hessian by differences of the gradient is 2 J^T J.
  const j = linalg.matrix(TIMES.map((t) => [1, t]));
  const gram = linalg.multiply(linalg.transpose(j), j);
  const gradient = (x: Vector) =>
    times(linalg.transpose(j), add(times(j, x), exact, -1)).map((value) => 2 * value);
  const differences = [[1, 0], [0, 1]].flatMap((step) => add(gradient(step), gradient([0, 0]), -1));
  const linear = farthest(differences, gram.values.map((value) => 2 * value));
  return holdsIf(
    "small or nearly linear residuals",
    linear <= 1e-9 && errors[0]! <= 1e-12 && errors[1]! <= 0.1,
    errors.every((error) => error <= 0.1),
    `For linear residuals both are ${
      show(linear, 2)
    } apart. On the curve 2 t / (1 + t) at ${TIMES.length} points the ` +
      `difference is ${errors.map((error) => `${show(100 * error, 2)}%`).join(", ")} for residuals of ` +
      `${offsets.join(", ")}.`,
  );
}

function lostFactor(scaled: boolean): Finding {
  // Linear residuals J x - y: the sum of squares has its minimum where Gauss-Newton ends in one step.
  const jacobian = linalg.matrix(TIMES.map((t) => [1, t]));
  const targets = TIMES.map((t) => 3 - t * t / 5);
  const start = [4, -3];
  const squares = (x: Vector) => {
    const residuals = add(times(jacobian, x), targets, -1);
    return dot(residuals, residuals);
  };
  const residuals = add(times(jacobian, start), targets, -1);
  const gradient = times(linalg.transpose(jacobian), residuals).map((value) => 2 * value);
  const minimum = squares(vector(linalg.leastSquares(jacobian, linalg.column(targets))));
  const after = (divisor: number) =>
    squares(add(start, dampedStep(jacobian, gradient, { lambda: 0, divisor, scaled }), -1));
  const [printed, right, before] = [after(1), after(2), squares(start)];
  const near = (value: number) => Math.abs(value - minimum) <= 1e-9 * before;
  const unchanged = Math.abs(printed - before) <= 1e-9 * before;
  return printedOrRight(
    near(printed),
    near(right),
    `With lambda = 0 the printed step leads from f = ${show(before)} to ${show(printed)}${
      unchanged ? ", the same" : ""
    }; with the factor 2 on the left it leads to ${show(right)}, the minimum being ${show(minimum)}.`,
  );
}

function levenbergInterpolates() {
  const targets = TIMES.map((t) => 2 * t / (1 + t) + (t % 1 === 0 ? 0.1 : -0.1));
  const { jacobian, gradient } = saturation(targets, [1, 3]);
  const newton = dampedStep(jacobian, gradient, { lambda: 0, divisor: 2, scaled: false });
  // Sines, which are the angles where they are small.
  const sine = (a: Vector, b: Vector) => {
    const cosine = dot(a, b) / (length(a) * length(b));
    return Math.sqrt(Math.max(0, 1 - cosine * cosine));
  };
  const lambdas = [1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6];
  const steps = lambdas.map((lambda) =>
    dampedStep(jacobian, gradient, { lambda, divisor: 2, scaled: false })
  );
  const [toNewton, toGradient] = [newton, gradient].map((end) => steps.map((step) => sine(step, end)));
  const rising = (list: readonly number[]) =>
    list.every((value, i) => i === 0 || value >= list[i - 1]! - 1e-7);
  const tenthOfDegree = 0.0017453;
  return holds(
    toNewton![0]! <= tenthOfDegree && toGradient!.at(-1)! <= tenthOfDegree && rising(toNewton!) &&
      rising(toGradient!.toReversed()) && toNewton!.at(-1)! > 0.1,
    `For lambda from 1e-6 to 1e6 the sine of the angle to the Gauss-Newton step rises from ${
      show(toNewton![0]!, 2)
    } to ` +
      `${show(toNewton!.at(-1)!, 2)} and that to the gradient falls from ${show(toGradient![0]!, 2)} to ` +
      `${show(toGradient!.at(-1)!, 2)}.`,
  );
}

async function lineSearchCost() {
  const { a, minimum, gradient } = await quadratic("line", 8);
  const counts = { losses: 0, systems: 0 };
  const loss = (x: Vector) => {
    counts.losses++;
    const error = add(x, minimum, -1);
    return dot(error, times(a, error)) / 2;
  };
  const start = minimum.map((_, i) => i % 2 === 0 ? 1 : -1);
  const g = gradient(start);
  // Golden section: the ratio that keeps one of two inner points.
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, 1];
  const at = (rate: number) => loss(add(start, g, -rate));
  let [left, right] = [high - ratio, low + ratio];
  let [below, above] = [at(left), at(right)];
  while (high - low > 1e-6) {
    if (below < above) {
      [high, right, above] = [right, left, below];
      left = high - ratio * (high - low);
      below = at(left);
    } else {
      [low, left, below] = [left, right, above];
      right = low + ratio * (high - low);
      above = at(right);
    }
  }
  const search = { ...counts };
  const best = dot(g, g) / dot(g, times(a, g));
  const found = (low + high) / 2;
  Object.assign(counts, { losses: 0, systems: 0 });
  const newton = add(start, (counts.systems++, solve(a, g)), -1);
  const solved = farthest(newton, minimum) <= 1e-9;
  return printedOrRight(
    search.systems > 0,
    search.systems === 0 && counts.systems === 1 && solved && Math.abs(found - best) <= 1e-5 && grid(0, 1, 11)
      .every((rate) => at(found) <= at(rate)),
    `Along the gradient of a quadratic in 8 dimensions a golden section finds the best rate ${
      show(found)
    } (in closed form ` +
      `${
        show(best)
      }) with ${search.losses} losses and ${search.systems} linear systems; a Newton step solves ` +
      `${counts.systems}.`,
  );
}

/** The checks of second-order methods. */
export const SECOND_ORDER_CHECKS: Checks = {
  "newton-quadratic": newtonQuadratic,
  "newton-saddle": newtonSaddle,
  "hessian-size": hessianSize,
  "newton-expansion-point": expansionPoint,
  "bfgs-cost": bfgsCost,
  "gauss-newton-hessian": gaussNewtonHessian,
  "levenberg-factor": () => lostFactor(false),
  "marquardt-factor": () => lostFactor(true),
  "levenberg-interpolates": levenbergInterpolates,
  "line-search-cost": lineSearchCost,
};
