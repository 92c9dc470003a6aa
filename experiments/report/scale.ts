/**
 * Axes: from values to pixels, and where the ticks stand. All of it in float64 with `+ - * /` only, so that figures are
 * the same everywhere.
 *
 * @module
 */
import { formatCount, trimZeros } from "./format.ts";

/** A mark on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** One axis: a domain of values, the share (0 to 1) of the axis at a value, and the ticks. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** 0 at `low`, 1 at `high`; values outside lie outside, at most one length of the axis away. */
  share(value: number): number;
  readonly ticks: readonly Tick[];
}

/** How ticks are printed. */
export type TickFormat = "number" | "percent" | "year";

/**
 * A linear axis over at least [low, high], widened to whole ticks on the sides that are not fixed.
 *
 * @param count about how many ticks to have.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linearScale } from "./scale.ts";
 *
 * const scale = linearScale(0, 0.93, { count: 5 });
 * assertEquals(scale.ticks.map((tick) => tick.label), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
 * assertEquals(scale.share(0.5), 0.5);
 * ```
 */
export function linearScale(
  low: number,
  high: number,
  options: { readonly count?: number; readonly format?: TickFormat; readonly exact?: boolean } = {},
): Scale {
  const factor = options.format === "percent" ? 100 : 1;
  let [from, to] = [low * factor, high * factor];
  if (!(to > from)) [from, to] = [from - (Math.abs(from) || 1) / 2, to + (Math.abs(to) || 1) / 2];
  const { digit, power } = niceStep((to - from) / (options.count ?? 5));
  const tick = (i: number) => power < 0 ? (i * digit) / powerOfTen(-power) : i * digit * powerOfTen(power);
  const step = tick(1);
  let first = Math.floor(from / step + 1e-9);
  let last = Math.ceil(to / step - 1e-9);
  if (options.exact === true) [first, last] = [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)];
  else [from, to] = [tick(first), tick(last)];
  const ticks: Tick[] = [];
  for (let i = first; i <= last; i++) {
    const digits = tick(i).toFixed(Math.max(0, -power));
    const number = options.format === "year"
      ? `${tick(i)}`
      : power >= 0
      ? formatCount(tick(i) + 0)
      : trimZeros(digits).replace("-", "\u2212");
    ticks.push({ value: tick(i) / factor, label: options.format === "percent" ? `${number}%` : number });
  }
  const [start, end] = [from / factor, to / factor];
  return { low: start, high: end, ticks, share: (value) => clamp((value - start) / (end - start)) };
}

/**
 * A logarithmic axis (base ten) over [low, high], with ticks at 1, 2 and 5 times the powers of ten, or at powers only.
 *
 * @throws {RangeError} unless 0 < low < high.
 */
export function logScale(low: number, high: number): Scale {
  if (!(low > 0 && high > low)) {
    throw new RangeError(`Cannot draw a logarithmic axis: expected 0 < low < high, got ${low} and ${high}`);
  }
  const [start, end] = [log10(low), log10(high)];
  const digits = end - start > 3 ? [1] : end - start > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: Tick[] = [];
  for (let power = Math.floor(start); power <= Math.ceil(end); power++) {
    for (const digit of digits) {
      const value = power < 0 ? digit / powerOfTen(-power) : digit * powerOfTen(power);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
        ticks.push({ value, label: logLabel(value) });
      }
    }
  }
  return {
    low,
    high,
    ticks,
    share: (value) => value > 0 ? clamp((log10(value) - start) / (end - start)) : -1,
  };
}

/**
 * Decimal logarithm of a positive finite number, from `+ - * /` alone: the same bits on every machine, good to about
 * 1e-15, enough for a picture. `log x = k log 2 + 2 artanh((m - 1) / (m + 1))` with x = m 2^k and m in [3/4, 3/2).
 */
export function log10(value: number): number {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`Cannot take a logarithm: expected a positive finite number, got ${value}`);
  }
  let mantissa = value;
  let exponent = 0;
  while (mantissa >= 1.5) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < 0.75) {
    mantissa *= 2;
    exponent--;
  }
  const z = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  // |z| <= 1/5: the first term left out is below 1e-20.
  for (let n = 27; n >= 1; n -= 2) sum = sum * z * z + 1 / n;
  return exponent * LOG10_OF_2 + 2 * z * sum * LOG10_OF_E;
}

const LOG10_OF_2 = 0.3010299956639812;
const LOG10_OF_E = 0.4342944819032518;

/** The smallest of 1, 2 and 5 times a power of ten that is at least `least`. */
function niceStep(least: number): { digit: number; power: number } {
  let power = 0;
  while (power < 300 && powerOfTen(power) < least) power++;
  while (power > -300 && 1 / powerOfTen(1 - power) >= least) power--;
  // Now 10^power is at least `least`, and 10^(power - 1) is below it.
  const below = power - 1;
  for (const digit of [2, 5]) {
    const step = below < 0 ? digit / powerOfTen(-below) : digit * powerOfTen(below);
    if (step >= least) return { digit, power: below };
  }
  return { digit: 1, power };
}

function powerOfTen(exponent: number): number {
  let value = 1;
  for (let i = 0; i < exponent; i++) value *= 10;
  return value;
}

function logLabel(value: number): string {
  if (value >= 1e6 || value < 1e-4) return value.toExponential(0).replace("+", "").replace("-", "\u2212");
  return value >= 1 ? formatCount(value) : trimZeros(value.toFixed(4));
}

function clamp(share: number): number {
  return Math.min(2, Math.max(-1, share));
}
