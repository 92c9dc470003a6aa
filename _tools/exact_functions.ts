/**
 * Elementary functions in integer arithmetic of 256 fraction bits, to check binary64 functions against: slow, short and
 * sharing nothing with what they check.
 *
 * @module
 */
const BITS = 256n;
const ONE = 1n << BITS;

/** A finite binary64 number as a multiple of 2^-256, exact from 2^-203 upwards. */
function fixed(x: number): bigint {
  // 2^52 x 2^-e is an integer for the exponent e of x
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(x) || 1)) - 1, -1000);
  const integer = BigInt(x * 2 ** (53 - exponent));
  const shift = BITS + BigInt(exponent - 53);
  return shift >= 0n ? integer << shift : integer >> -shift;
}

/** The nearest binary64 number, to about 2^-60. */
function float(x: bigint): number {
  const negative = x < 0n;
  const size = negative ? -x : x;
  const extra = Math.max(size.toString(2).length - 64, 0);
  const value = Number(size >> BigInt(extra)) * 2 ** (extra - Number(BITS));
  return negative ? -value : value;
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const over = (a: bigint, b: bigint): bigint => (a << BITS) / b;

/** e^x for a fixed-point x: the series at x / 2^k, squared k times. */
function power(x: bigint): bigint {
  const halvings = 20n;
  const small = x >> halvings;
  let term = ONE;
  let sum = ONE;
  for (let n = 1n; term !== 0n && n < 100n; n++) {
    term = times(term, small) / n;
    sum += term;
  }
  for (let i = 0n; i < halvings; i++) sum = times(sum, sum);
  return sum;
}

/** 2 atanh(y) = log((1 + y) / (1 - y)) for a fixed-point y, by its series. */
function twiceArtanh(y: bigint): bigint {
  const square = times(y, y);
  let term = y;
  let sum = 0n;
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n;
    term = times(term, square);
  }
  return 2n * sum;
}

const LN2 = twiceArtanh(ONE / 3n);

/** e^x. */
export function exp(x: number): number {
  // for x < 0 the reciprocal keeps the relative precision
  return x < 0 ? float(over(ONE, power(fixed(-x)))) : float(power(fixed(x)));
}

/** log x for x > 0. */
export function log(x: number): number {
  const exponent = Math.floor(Math.log2(x));
  const m = fixed(x / 2 ** exponent);
  return float(BigInt(exponent) * LN2 + twiceArtanh(over(m - ONE, m + ONE)));
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  const e = power(fixed(Math.abs(x)));
  return float(x < 0 ? over(ONE, e + ONE) : over(e, e + ONE));
}

/** tanh x. */
export function tanh(x: number): number {
  const e = power(2n * fixed(Math.abs(x)));
  const value = float(over(e - ONE, e + ONE));
  return x < 0 ? -value : value;
}

/** e^x - 1. */
export function expm1(x: number): number {
  const size = fixed(Math.abs(x));
  return x < 0 ? -float(over(power(size) - ONE, power(size))) : float(power(size) - ONE);
}

/** log(1 + x) for x > -1. */
export function log1p(x: number): number {
  const exact = ONE + fixed(x);
  const exponent = BigInt(exact.toString(2).length - 1) - BITS;
  const m = exponent < 0n ? exact << -exponent : exact >> exponent;
  return float(exponent * LN2 + twiceArtanh(over(m - ONE, m + ONE)));
}

/** The sum of terms of which each is made from the one before. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  let term = first;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = next(term, n);
  }
  return sum;
}

/** arctan(1 / n) by its series. */
function arctanOfInverse(n: bigint): bigint {
  let sum = 0n;
  let power = ONE / n;
  for (let k = 1n; power !== 0n; k += 4n) {
    sum += power / k - power / (n * n * (k + 2n));
    power /= n ** 4n;
  }
  return sum;
}

/** Machin's formula. */
const PI = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));

/** sin(x + quarters pi / 2). */
function sine(x: number, quarters: bigint): number {
  const half = PI / 2n;
  const exact = fixed(x);
  const nearest = (2n * exact + (exact < 0n ? -half : half)) / (2n * half);
  const r = exact - nearest * half;
  const square = times(r, r);
  const quadrant = BigInt.asUintN(2, nearest + quarters);
  const odd = quadrant % 2n === 1n;
  const value = odd
    ? series(ONE, (term, n) => -times(term, square) / ((2n * n - 1n) * 2n * n))
    : series(r, (term, n) => -times(term, square) / (2n * n * (2n * n + 1n)));
  return float(quadrant >= 2n ? -value : value);
}

/** sin x. */
export const sin = (x: number): number => sine(x, 0n);
/** cos x. */
export const cos = (x: number): number => sine(x, 1n);

/** The error function. */
export function erf(x: number): number {
  const exact = fixed(Math.abs(x));
  const square = times(exact, exact);
  const sum = series(exact, (term, n) => times(term, 2n * square) / (2n * n + 1n));
  // 2 / sqrt(pi) e^(-x^2) times the sum, with the square root by Newton's method
  let root = 2n * ONE;
  for (let i = 0; i < 12; i++) root = (root + over(PI, root)) / 2n;
  const value = float(over(2n * over(sum, power(square)), root));
  return x < 0 ? -value : value;
}
