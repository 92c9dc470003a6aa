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

/** The logarithm of a fixed-point x > 0. */
function logarithm(x: bigint): bigint {
  const exponent = BigInt(x.toString(2).length - 1) - BITS;
  const m = exponent < 0n ? x << -exponent : x >> exponent;
  return exponent * LN2 + twiceArtanh(over(m - ONE, m + ONE));
}

/** log x for x > 0. */
export const log = (x: number): number => float(logarithm(fixed(x)));

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
export const log1p = (x: number): number => float(logarithm(ONE + fixed(x)));

/** log(1 + e^x). */
export function softplus(x: number): number {
  const e = power(fixed(Math.abs(x)));
  return float(logarithm(ONE + (x < 0 ? over(ONE, e) : e)));
}

/** x / (1 + e^-z) for a fixed-point z of the same sign. */
function gated(x: number, z: bigint): number {
  const e = power(z < 0n ? -z : z);
  return float(over(times(fixed(x), z < 0n ? ONE : e), ONE + e));
}

/** x / (1 + e^-x). */
export const silu = (x: number): number => gated(x, fixed(x));

/** The square root of a fixed-point x > 0 by Newton's method, started above it. */
function squareRoot(x: bigint): bigint {
  let root = x + ONE;
  for (;;) {
    const next = (root + over(x, root)) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

/** 1 / sqrt(x) for x > 0. */
export const rsqrt = (x: number): number => float(over(ONE, squareRoot(fixed(x))));

/** x^y for x > 0. */
export function pow(x: number, y: number): number {
  const z = times(fixed(y), logarithm(fixed(x)));
  return float(z < 0n ? over(ONE, power(-z)) : power(z));
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
  // 2 / sqrt(pi) e^(-x^2) times the sum
  const value = float(over(2n * over(sum, power(square)), squareRoot(PI)));
  return x < 0 ? -value : value;
}

/** x Phi(x) with Phi(x) = 1/2 + e^(-x^2 / 2) / sqrt(2 pi) (x + x^3 / 3 + x^5 / 15 + ...). */
export function gelu(x: number): number {
  const exact = fixed(x);
  const square = times(exact, exact);
  const sum = series(exact, (term, n) => times(term, square) / (2n * n + 1n));
  const central = over(over(sum, power(square / 2n)), squareRoot(2n * PI));
  return float(times(exact, ONE / 2n + central));
}

/** x / (1 + e^-z) with z = 2 sqrt(2 / pi) (x + 0.044715 x^3). */
export function geluTanh(x: number): number {
  const exact = fixed(x);
  const cubic = times(times(exact, exact), exact) * 44715n / 1000000n;
  return gated(x, times(2n * squareRoot(over(2n * ONE, PI)), exact + cubic));
}
