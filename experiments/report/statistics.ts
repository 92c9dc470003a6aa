/**
 * Statistics of metrics, in float64 with `+ - * /` and `sqrt` only, so that reports have the same digits everywhere.
 *
 * @module
 */
import type { ConfusionMatrix } from "../record.ts";

/**
 * Arithmetic mean, `sum(x) / n`, summed in the given order.
 *
 * @throws {RangeError} if there are no values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mean } from "./statistics.ts";
 *
 * assertEquals(mean([1, 2, 6]), 3);
 * ```
 */
export function mean(values: readonly number[]): number {
  if (values.length === 0) {
    throw new RangeError("Cannot take the mean: expected at least one value, got none");
  }
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Sample standard deviation, `sqrt(sum((x - mean)^2) / (n - 1))`; 0 where all values are equal, though their mean may be
 * rounded to another number.
 *
 * @returns undefined for a single value, which has no deviation.
 * @throws {RangeError} if there are no values.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sampleDeviation } from "./statistics.ts";
 *
 * assertEquals(sampleDeviation([1, 3, 5]), 2);
 * assertEquals(sampleDeviation([7]), undefined);
 * ```
 */
export function sampleDeviation(values: readonly number[]): number | undefined {
  const centre = mean(values);
  if (values.length === 1) return undefined;
  if (values.every((value) => value === values[0])) return 0;
  let sum = 0;
  for (const value of values) sum += (value - centre) * (value - centre);
  return Math.sqrt(sum / (values.length - 1));
}

/** What a confusion matrix says of one class. A ratio without a denominator is undefined. */
export interface ClassScore {
  readonly name: string;
  /** Samples of the class. */
  readonly support: number;
  /** Share of the samples predicted as this class that are of it: `tp / (tp + fp)`. */
  readonly precision: number | undefined;
  /** Share of the samples of this class that were predicted as it: `tp / (tp + fn)`. */
  readonly recall: number | undefined;
  /** Harmonic mean of both, `2 tp / (2 tp + fp + fn)`. */
  readonly f1: number | undefined;
}

/** Precision, recall and F1 of each class, in the order of the classes. */
export function classScores(matrix: ConfusionMatrix): ClassScore[] {
  return matrix.classes.map((name, c) => {
    const hits = matrix.counts[c]?.[c] ?? 0;
    let support = 0;
    let predicted = 0;
    for (let other = 0; other < matrix.classes.length; other++) {
      support += matrix.counts[c]?.[other] ?? 0;
      predicted += matrix.counts[other]?.[c] ?? 0;
    }
    return {
      name,
      support,
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
    };
  });
}

/**
 * Unweighted mean of the classes' F1, over the classes that occur or were predicted.
 *
 * @returns undefined for a matrix without samples.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { macroF1 } from "./statistics.ts";
 *
 * assertEquals(macroF1({ classes: ["a", "b"], counts: [[1, 1], [0, 0]] }), (2 / 3 + 0) / 2);
 * ```
 */
export function macroF1(matrix: ConfusionMatrix): number | undefined {
  const known = classScores(matrix).map((score) => score.f1).filter((f1) => f1 !== undefined);
  return known.length === 0 ? undefined : mean(known);
}

/** Share of the samples on the diagonal; undefined for a matrix without samples. */
export function accuracy(matrix: ConfusionMatrix): number | undefined {
  const scores = classScores(matrix);
  let hits = 0;
  let total = 0;
  for (const [c, score] of scores.entries()) {
    hits += matrix.counts[c]?.[c] ?? 0;
    total += score.support;
  }
  return ratio(hits, total);
}

/**
 * Adds confusion matrices of the same classes, cell by cell.
 *
 * @throws {RangeError} if there are none, or their classes differ.
 */
export function addConfusions(matrices: readonly ConfusionMatrix[]): ConfusionMatrix {
  const first = matrices[0];
  if (first === undefined) {
    throw new RangeError("Cannot add confusion matrices: expected at least one, got none");
  }
  for (const { classes } of matrices) {
    if (classes.length !== first.classes.length || classes.some((name, c) => name !== first.classes[c])) {
      throw new RangeError(
        `Cannot add confusion matrices: expected the classes ${first.classes.join(", ")}, got ${
          classes.join(", ")
        }`,
      );
    }
  }
  return {
    classes: first.classes,
    counts: first.classes.map((_, row) =>
      first.classes.map((_, column) =>
        matrices.reduce((sum, { counts }) => sum + (counts[row]?.[column] ?? 0), 0)
      )
    ),
  };
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
