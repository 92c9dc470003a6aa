import type { HostArray } from "@verbatim/core";
import { columnOf, isNumberColumn } from "../columns.ts";
import type { Split } from "../dataset.ts";

/** Numbers that describe the features of a column, as plain numbers that JSON keeps. */
export interface FeatureStatistics {
  /** Number of values behind each of the others. */
  readonly count: number;
  /** The mean of each feature. */
  readonly mean: readonly number[];
  /** The standard deviation of each feature, of all values, not of a sample: divided by the count. */
  readonly deviation: readonly number[];
  /** The least value of each feature. */
  readonly minimum: readonly number[];
  /** The greatest value of each feature. */
  readonly maximum: readonly number[];
}

/** Which values are one feature. */
export interface StatisticsOptions {
  /**
   * "value": each place of a row's value; "channel": each place of the last axis; "column": all values together.
   * Default "value".
   */
  readonly per?: "value" | "channel" | "column";
}

/** Rows that are read at a time; no result depends on it. */
const ROWS_AT_ONCE = 1024;

/**
 * Statistics of a column over all rows of a split: give it the training split, and use what it says for all of them.
 *
 * mean = sum x / n; deviation = sqrt(sum (x - mean)^2 / n).
 * *Order* float64; both sums start at 0 and take the rows in ascending order, within a row its values in theirs. So whole
 * numbers below 2^53 have an exact sum.
 * @throws {RangeError} if there is no such column, or a value is not finite.
 * @throws {TypeError} if it has texts or lists.
 *
 * @example
 * ```ts
 * import { featureStatistics, memorySplit, normalise } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const columns = { size: { dtype: "f32", shape: [2], description: "length and width in cm" } } as const;
 * const size = Float32Array.of(1, 10, 3, 10, 5, 10, 7, 10);
 * const statistics = await featureStatistics(memorySplit(4, columns, { size }), "size");
 * assertEquals(statistics.mean, [4, 10]);
 * assertEquals(statistics.deviation, [Math.sqrt(5), 0]);
 * assertEquals(normalise(Float32Array.of(4, 11), statistics), Float32Array.of(0, 1));
 * ```
 */
export async function featureStatistics(
  split: Split,
  column: string,
  { per = "value" }: StatisticsOptions = {},
): Promise<FeatureStatistics> {
  const description = split.columns[column];
  if (description === undefined || !isNumberColumn(description)) {
    columnOf(await split.read([0]), column); // throws what is wrong
    throw new TypeError(`Cannot describe column "${column}": expected numbers, got ${description?.dtype}`);
  }
  const { shape } = description;
  const size = shape.reduce((product, length) => product * length, 1);
  const features = per === "value" ? size : per === "channel" ? shape.at(-1) ?? 1 : 1;
  const count = split.rows * (size / features);

  const each = async (visit: (value: number, feature: number) => void) => {
    for (let first = 0; first < split.rows; first += ROWS_AT_ONCE) {
      const length = Math.min(ROWS_AT_ONCE, split.rows - first);
      const values = columnOf(await split.read(Uint32Array.from({ length }, (_, i) => first + i)), column);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (!Number.isFinite(value)) {
          const row = first + Math.floor(i / size);
          throw new RangeError(
            `Cannot describe column "${column}": expected finite values, got ${value} in row ${row}`,
          );
        }
        visit(value, i % features);
      }
    }
  };
  const [mean, deviation, minimum, maximum] = [0, 0, Infinity, -Infinity].map((start) =>
    new Float64Array(features).fill(start)
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  await each((value, j) => {
    mean[j]! += value;
    if (value < minimum[j]!) minimum[j] = value;
    if (value > maximum[j]!) maximum[j] = value;
  });
  for (let j = 0; j < features; j++) mean[j]! /= count;
  await each((value, j) => {
    const difference = value - mean[j]!;
    deviation[j]! += difference * difference;
  });
  for (let j = 0; j < features; j++) deviation[j] = Math.sqrt(deviation[j]! / count);
  return {
    count,
    mean: [...mean],
    deviation: [...deviation],
    minimum: [...minimum],
    maximum: [...maximum],
  };
}

/**
 * Values of mean 0 and deviation 1: y = fl(fl(x - mean) / deviation), where mean and deviation are rounded to f32 first,
 * and a deviation that is then 0 counts as 1.
 *
 * *Shapes* rows of a column, or of some of its rows; value i belongs to feature i modulo the number of features.
 * *Dtypes* any -> f32; u32 and i32 are rounded to f32 first.
 * @throws {RangeError} if the length is not a multiple of the number of features.
 *
 * @example
 * ```ts
 * import { normalise } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const statistics = { mean: [100], deviation: [50] };
 * assertEquals(normalise(Uint8Array.of(0, 100, 200), statistics), Float32Array.of(-2, 0, 2));
 * ```
 */
export function normalise(
  values: HostArray,
  { mean, deviation }: Pick<FeatureStatistics, "mean" | "deviation">,
): Float32Array {
  return scaled("normalise", values, mean, deviation);
}

/**
 * What `normalise` made, taken back: x = fl(fl(y deviation) + mean), with the deviation as there. Both round, so the
 * result is near the value that there was.
 *
 * *Shapes* as `normalise`.
 * @throws {RangeError} if the length is not a multiple of the number of features.
 *
 * @example
 * ```ts
 * import { denormalise } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const statistics = { mean: [100], deviation: [50] };
 * assertEquals(denormalise(Float32Array.of(-2, 0, 2), statistics), Float32Array.of(0, 100, 200));
 * ```
 */
export function denormalise(
  values: Float32Array,
  { mean, deviation }: Pick<FeatureStatistics, "mean" | "deviation">,
): Float32Array {
  const features = checkFeatures("denormalise", values, mean);
  const [shift, factor] = [Float32Array.from(mean), divisors(deviation)];
  return values.map((y, i) => Math.fround(y * factor[i % features]!) + shift[i % features]!);
}

/**
 * Values from 0 to 1: y = fl(fl(x - minimum) / fl(maximum - minimum)), where minimum and maximum are rounded to f32 first,
 * and a difference of 0 counts as 1. Other rows than those that were described may lie outside.
 *
 * *Shapes*, *Dtypes* as `normalise`.
 * @throws {RangeError} if the length is not a multiple of the number of features.
 *
 * @example
 * ```ts
 * import { rescale } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rescale(Uint8Array.of(0, 51, 255), { minimum: [0], maximum: [255] }), Float32Array.of(0, 0.2, 1));
 * ```
 */
export function rescale(
  values: HostArray,
  { minimum, maximum }: Pick<FeatureStatistics, "minimum" | "maximum">,
): Float32Array {
  const ranges = maximum.map((high, j) => Math.fround(high) - Math.fround(minimum[j]!));
  return scaled("rescale", values, minimum, ranges);
}

function scaled(
  task: string,
  values: HostArray,
  origins: readonly number[],
  scales: readonly number[],
): Float32Array {
  const features = checkFeatures(task, values, origins);
  const [shift, divisor] = [Float32Array.from(origins), divisors(scales)];
  const result = new Float32Array(values);
  for (let i = 0, j = 0; i < result.length; i++) {
    result[i] = Math.fround(result[i]! - shift[j]!) / divisor[j]!;
    if (++j === features) j = 0;
  }
  return result;
}

function divisors(scales: readonly number[]): Float32Array {
  return Float32Array.from(scales, (scale) => Math.fround(scale) === 0 ? 1 : scale);
}

function checkFeatures(task: string, values: HostArray, features: readonly number[]): number {
  if (features.length === 0 || values.length % features.length !== 0) {
    throw new RangeError(
      `Cannot ${task}: expected a multiple of ${features.length} values, got ${values.length}`,
    );
  }
  return features.length;
}
