/**
 * How reports print numbers: without a locale, so that the digits are the same everywhere.
 *
 * @module
 */
import type { MetricDescription } from "../define_experiment.ts";

/** How a metric is printed. */
export type MetricFormat = MetricDescription["format"];

/** What stands where there is no value. */
export const NO_VALUE = "–";

/**
 * An integer with commas between groups of three digits; other numbers as JavaScript prints them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatCount } from "./format.ts";
 *
 * assertEquals(formatCount(61706), "61,706");
 * ```
 */
export function formatCount(value: number): string {
  if (!Number.isSafeInteger(value)) return formatExact(value);
  const digits = String(Math.abs(value));
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.unshift(digits.slice(Math.max(0, end - 3), end));
  return (value < 0 ? MINUS : "") + groups.join(",");
}

/** All digits of a float64: the shortest decimal that reads back to the same number. */
export function formatExact(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/**
 * A metric's value for reading: percent with two decimals, counts in groups, other numbers with five significant digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatValue } from "./format.ts";
 *
 * assertEquals(formatValue(0.98921, "percent"), "98.92%");
 * assertEquals(formatValue(1 / 3, "number"), "0.33333");
 * ```
 */
export function formatValue(value: number | undefined, format: MetricFormat): string {
  if (value === undefined) return NO_VALUE;
  if (!Number.isFinite(value)) return String(value).replace("-", MINUS);
  if (format === "percent") return signed((value * 100).toFixed(2)) + "%";
  if (Number.isInteger(value)) return formatCount(value);
  if (format === "count") return formatDecimal(value, 1);
  return significant(value);
}

/** A standard deviation or another distance between values: as `formatValue`, but percent becomes points. */
export function formatSpread(value: number | undefined, format: MetricFormat): string {
  if (value === undefined) return NO_VALUE;
  if (!Number.isFinite(value)) return String(value).replace("-", MINUS);
  return format === "percent" ? signed((value * 100).toFixed(2)) : formatValue(value, format);
}

/** A difference with its sign: "+3.42 points", "−0.125". */
export function formatDifference(value: number, format: MetricFormat): string {
  const text = formatSpread(value, format);
  const plus = value > 0 && /[1-9]/.test(text) ? "+" : "";
  return format === "percent" ? `${plus}${text} points` : plus + text;
}

/** A difference without its sign: "3.42 points", "0.125". */
export function formatDistance(difference: number, format: MetricFormat): string {
  return formatSpread(Math.abs(difference), format) + (format === "percent" ? " points" : "");
}

/** The most that two values may be apart: as `formatDistance`, but a small one is not rounded to 0. */
export function formatTolerance(tolerance: number, format: MetricFormat): string {
  return format === "percent"
    ? `${formatValue(100 * tolerance, "number")} points`
    : formatValue(tolerance, "number");
}

/**
 * A mean and its deviation for reading. A number's deviation has two significant digits, and the mean as many decimals, but
 * never more than five significant digits; what needs an exponent is printed as it is alone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatMeanAndSpread } from "./format.ts";
 *
 * assertEquals(formatMeanAndSpread(0.98921, 0.0005, "percent"), ["98.92%", "0.05"]);
 * assertEquals(formatMeanAndSpread(0.027436, 0.003285, "number"), ["0.0274", "0.0033"]);
 * ```
 */
export function formatMeanAndSpread(
  mean: number | undefined,
  deviation: number | undefined,
  format: MetricFormat,
): [mean: string, spread: string] {
  const plain: [string, string] = [formatValue(mean, format), formatSpread(deviation, format)];
  if (format !== "number" || mean === undefined || deviation === undefined || !(deviation > 0)) return plain;
  if (plain.some((text) => text.includes("e") || text === "Infinity")) return plain;
  const decimals = Math.max(0, Math.min(1 - magnitude(deviation), 4 - magnitude(mean)));
  const spread = formatDecimal(deviation, decimals);
  return [formatDecimal(mean, decimals), /[1-9]/.test(spread) ? spread : plain[1]];
}

/** "98.92% ± 0.05" (kept on one line by no-break spaces), or only the value when there is no deviation. */
export function formatMean(
  mean: number | undefined,
  deviation: number | undefined,
  format: MetricFormat,
): string {
  const [value, spread] = formatMeanAndSpread(mean, deviation, format);
  return deviation === undefined ? value : `${value}\u00a0±\u00a0${spread}`;
}

/** The power of ten of a number's first digit: −2 of 0.05, as it is printed with two digits. */
function magnitude(value: number): number {
  return Number(value.toExponential(1).split("e")[1]);
}

/** The text with its first letter in upper case. */
export function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** A count in words of one thing or several: "1 seed", "5 seeds". */
export function plural(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}

const MINUS = "\u2212";

function signed(digits: string): string {
  const zero = !/[1-9]/.test(digits);
  return zero ? digits.replace(/^-/, "") : digits.replace(/^-/, MINUS);
}

function formatDecimal(value: number, decimals: number): string {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
  const digits = formatCount(Number(whole)) + (fraction === undefined ? "" : `.${fraction}`);
  return signed(value < 0 ? `-${digits}` : digits);
}

function significant(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) {
    return signed(
      value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e").replace("e-", `e${MINUS}`),
    );
  }
  if (size >= 1e4) return formatDecimal(value, 1);
  return signed(trimZeros(value.toPrecision(5)));
}

/** "0.25000" as "0.25"; "2.0" as "2". */
export function trimZeros(digits: string): string {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
