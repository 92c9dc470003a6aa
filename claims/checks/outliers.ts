/**
 * Lines fitted by squared and by absolute errors, without and with gross errors among the targets.
 *
 * @module
 */
import { Key, linalg, normal, uniform } from "@verbatim/core";
import type { Checks } from "../finding.ts";
import { add, times, type Vector } from "./_least_squares.ts";
import { everySeed, show, valuesOf } from "./_compute.ts";

const KEY = Key.from(1).fold("claims").fold("outliers");
const SEEDS = [1, 2, 3, 4, 5];
const SAMPLES = 100;
const TRUE_LINE = [1, 2];

/** Samples of the line 1 + 2 x with small noise; every twentieth target is 10 too high if there are gross errors. */
async function samples(seed: number, gross: boolean) {
  const x = await valuesOf(() => uniform(KEY.fold("x").fold(seed), [SAMPLES], -1, 1));
  const noise = await valuesOf(() => normal(KEY.fold("noise").fold(seed), [SAMPLES], 0, 0.2));
  const a = linalg.matrix(x.map((value) => [1, value]));
  const y = times(a, TRUE_LINE).map((value, i) => value + noise[i]! + (gross && i % 20 === 0 ? 10 : 0));
  return { a, y };
}

type Samples = Awaited<ReturnType<typeof samples>>;

/** The line of least squares, with a weight for each sample. */
function weighted({ a, y }: Samples, weights: Vector): number[] {
  const roots = weights.map(Math.sqrt);
  const rows = linalg.matrix(
    y.map((_, i) => [a.values[2 * i]! * roots[i]!, a.values[2 * i + 1]! * roots[i]!]),
  );
  return [...linalg.leastSquares(rows, linalg.column(y.map((value, i) => value * roots[i]!))).values];
}

const residuals = ({ a, y }: Samples, line: Vector) => add(times(a, line), y, -1);
const mean = (values: Vector) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Fits by squares and, weighting by the inverse errors again and again, by absolute errors. */
function fits(data: Samples) {
  const square = weighted(data, data.y.map(() => 1));
  let absolute = square;
  for (let i = 0; i < 200; i++) {
    absolute = weighted(data, residuals(data, absolute).map((error) => 1 / Math.max(Math.abs(error), 1e-7)));
  }
  return { square, absolute };
}

const fromTruth = (line: Vector) => Math.max(...add(line, TRUE_LINE, -1).map(Math.abs));

async function squaresProneToOutliers() {
  const rows = await Promise.all(SEEDS.map(async (seed) => {
    const { square, absolute } = fits(await samples(seed, true));
    return [fromTruth(square), fromTruth(absolute)] as const;
  }));
  return everySeed(
    rows.map(([square, absolute]) => square > absolute),
    `With 5% of ${SAMPLES} targets 10 too high, coefficients are off by (L2, L1) ${
      rows.map(([square, absolute]) => `${show(square, 2)}, ${show(absolute, 2)}`).join("; ")
    }.`,
  );
}

async function absoluteRobust() {
  const rows = await Promise.all(SEEDS.map(async (seed) => {
    const [clean, dirty, fresh] = [
      await samples(seed, false),
      await samples(seed, true),
      await samples(seed + 100, false),
    ];
    const error = (line: Vector) => Math.sqrt(mean(residuals(fresh, line).map((value) => value * value)));
    const ratio = (kind: "square" | "absolute") => error(fits(dirty)[kind]) / error(fits(clean)[kind]);
    return [ratio("absolute"), ratio("square")] as const;
  }));
  return everySeed(
    rows.map(([absolute]) => absolute <= 1.1),
    `5% gross errors multiply the error on fresh clean data by (L1, L2) ${
      rows.map(([absolute, square]) => `${show(absolute, 3)}, ${show(square, 3)}`).join("; ")
    }.`,
  );
}

/** The checks of losses under gross errors. */
export const OUTLIER_CHECKS: Checks = {
  "l2-outliers": squaresProneToOutliers,
  "l1-robust": absoluteRobust,
};
