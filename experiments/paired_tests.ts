/**
 * Tests of paired differences, one for each seed: the sign test and Student's t-test, in float64 with `+ - * /` and `sqrt`
 * only, so that a verdict is the same everywhere.
 *
 * @module
 */
import type { Verdict } from "./define_experiment.ts";

/** What the sign test found. */
export interface SignTest {
  readonly positive: number;
  readonly negative: number;
  readonly ties: number;
  /** Probability of so many positive differences or more if both signs are equally likely; 1 if all are ties. */
  readonly p: number;
}

/**
 * The one-sided sign test, `p = sum over k >= positive of C(n, k) / 2^n`; ties are left out of n. Five positive
 * differences of five have p = 1/32.
 *
 * *Source* W. J. Conover, Practical Nonparametric Statistics.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { signTest } from "./paired_tests.ts";
 *
 * assertEquals(signTest([1, 2, 3, 4, 5]).p, 1 / 32);
 * assertEquals(signTest([1, 2, 3, 4, -5, 0]), { positive: 4, negative: 1, ties: 1, p: 6 / 32 });
 * ```
 */
export function signTest(differences: readonly number[]): SignTest {
  const positive = differences.filter((difference) => difference > 0).length;
  const negative = differences.filter((difference) => difference < 0).length;
  const n = positive + negative;
  let [choose, power, tail] = [1, 1, 0]; // C(n, k), 2^n
  for (let k = n; k >= 0; k--) {
    if (k >= positive) tail += choose;
    choose = choose * k / (n - k + 1);
    if (k > 0) power *= 2;
  }
  return { positive, negative, ties: differences.length - n, p: tail / power };
}

/** What Student's t-test found. */
export interface TTest {
  readonly mean: number;
  /** The mean over its standard error; infinite if all differences are equal and not 0, 0 if all are 0. */
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** Probability of so large a t or a larger one if the differences have mean 0. */
  readonly p: number;
}

/**
 * The one-sided t-test of paired differences, `t = mean / (deviation / sqrt(n))` with n - 1 degrees of freedom.
 *
 * *Source* M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4: the distribution as a finite
 * sum.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tTest } from "./paired_tests.ts";
 *
 * const { t, p } = tTest([1, 2, 3, 4, 5]);
 * assertAlmostEquals(t, 3 * Math.SQRT2, 1e-14);
 * assertAlmostEquals(p, 0.006617799781841345, 1e-14); // of SciPy's ttest_1samp
 * ```
 *
 * @throws {RangeError} for fewer than two differences.
 */
export function tTest(differences: readonly number[]): TTest {
  const n = differences.length;
  if (n < 2) throw new RangeError(`Cannot take a t-test: expected two differences or more, got ${n}`);
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const squares = differences.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const error = Math.sqrt(squares / (n - 1) / n);
  const t = mean === 0 ? 0 : mean / error;
  const within = probabilityWithin(Math.abs(t), n - 1);
  return { mean, t, degreesOfFreedom: n - 1, p: t >= 0 ? (1 - within) / 2 : (1 + within) / 2 };
}

/**
 * Decides a claim that one thing is larger than another from their differences, one for each seed: confirmed if the sign
 * test says so at a level, refuted if it says the opposite, otherwise inconclusive. Below five seeds nothing is ever
 * decided at 5%.
 *
 * @param what the difference, in words: "test accuracy with ReLU less that with sigmoid".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decidePaired } from "./paired_tests.ts";
 *
 * assertEquals(decidePaired([0.1, 0.2, 0.1, 0.3, 0.2], "accuracy gained").verdict, "confirmed");
 * assertEquals(decidePaired([0.1, -0.2, 0.1, 0.3, 0.2], "accuracy gained").verdict, "inconclusive");
 * assertEquals(decidePaired([-1, -1, -2, -3, -1], "accuracy gained").verdict, "refuted");
 * ```
 */
export function decidePaired(
  differences: readonly number[],
  what: string,
  { level = 0.05, format = (value: number) => value.toPrecision(3) }: {
    readonly level?: number;
    readonly format?: (value: number) => string;
  } = {},
): Verdict {
  const more = signTest(differences);
  const less = signTest(differences.map((difference) => -difference));
  const verdict = more.p <= level ? "confirmed" : less.p <= level ? "refuted" : "inconclusive";
  const { p } = less.p < more.p ? less : more;
  return {
    verdict,
    evidence:
      `${what}: ${differences.map(format).join(", ")} (${more.positive} of ${differences.length} above 0, ` +
      `sign test p = ${p.toPrecision(2)})`,
  };
}

/** The probability that Student's t lies within -t and t. */
function probabilityWithin(t: number, degrees: number): number {
  if (t === Infinity) return 1;
  const cosine = Math.sqrt(degrees / (degrees + t * t));
  const sine = t / Math.sqrt(degrees + t * t);
  const even = degrees % 2 === 0;
  let term = even ? 1 : cosine;
  let sum = degrees === 1 ? 0 : term;
  for (let k = even ? 2 : 3; k <= degrees - 2; k += 2) {
    term *= (k - 1) / k * cosine * cosine;
    sum += term;
  }
  return even ? sine * sum : (arctangent(t / Math.sqrt(degrees)) + sine * sum) * 2 / Math.PI;
}

/** The arctangent of x >= 0: halved eight times by atan x = 2 atan(x / (1 + sqrt(1 + x^2))), then its series. */
function arctangent(x: number): number {
  let y = x;
  for (let i = 0; i < 8; i++) y /= 1 + Math.sqrt(1 + y * y);
  let [sum, power] = [0, y];
  for (let k = 1; k <= 11; k += 2) {
    sum += power / k;
    power *= -y * y;
  }
  return 256 * sum;
}
