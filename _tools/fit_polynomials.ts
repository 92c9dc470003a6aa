/**
 * Fits the polynomials of the functions in `core/scalar/functions/` and prints their coefficients as bits.
 *
 * A fit is minimax: it makes the largest weighted error least, by Lawson's algorithm (weighted least squares whose weights
 * are multiplied by the errors until the errors are level). Coefficients are rounded to binary32 one at a time, the one
 * of the lowest power first, and the others are fitted again to what is left, so that they make up for the rounding.
 *
 * Run `deno run _tools/fit_polynomials.ts [names]`.
 *
 * @module
 */
import { bitsFromF32, f32FromBits } from "../core/numerics/float_bits.ts";
import { erf, millsRatio } from "./error_function.ts";

/** What a polynomial sum of c_p x^p over the powers p should be near to, and where. */
interface Fit {
  readonly target: (x: number) => number;
  readonly powers: readonly number[];
  readonly from: number;
  readonly to: number;
  /** What an error at x is multiplied by. */
  readonly weight: (x: number) => number;
}

const range = (first: number, count: number, step = 1): number[] =>
  Array.from({ length: count }, (_, i) => first + i * step);

const GELU_CENTER = f32FromBits(0x3f897b33); // 1.07407224
const geluTail = (a: number): number => a * millsRatio(a) / Math.sqrt(2 * Math.PI);

const FITS: Readonly<Record<string, Fit>> = {
  // e^r - 1 - r, the error relative to e^r
  exp: {
    target: (r) => Math.expm1(r) - r,
    powers: range(2, 5),
    from: -0.3466,
    to: 0.3466,
    weight: (r) => Math.exp(-r),
  },
  // log(1 + f) - f + f^2 / 2, the error relative to log(1 + f)
  log: {
    target: (f) => Math.log1p(f) - f + f * f / 2,
    powers: range(3, 8),
    from: Math.SQRT1_2 - 1,
    to: Math.SQRT2 - 1,
    weight: (f) => 1 / Math.log1p(f),
  },
  // tanh(x) - x, relative to tanh(x)
  tanh: {
    target: (x) => Math.tanh(x) - x,
    powers: range(3, 6, 2),
    from: 0.001,
    to: 0.8,
    weight: (x) => 1 / Math.tanh(x),
  },
  // sin(r) - r, relative to sin(r), a little beyond pi / 4
  sin: {
    target: (r) => Math.sin(r) - r,
    powers: range(3, 3, 2),
    from: 0.001,
    to: 0.786,
    weight: (r) => 1 / Math.sin(r),
  },
  // cos(r) - 1 + r^2 / 2, relative to cos(r)
  cos: {
    target: (r) => Math.cos(r) - 1 + r * r / 2,
    powers: range(4, 3, 2),
    from: 0,
    to: 0.786,
    weight: (r) => 1 / Math.cos(r),
  },
  // e^r - 1 - r - r^2 / 2, relative to e^r - 1
  expm1: {
    target: (r) => Math.expm1(r) - r - r * r / 2,
    powers: range(3, 5),
    from: -0.3466,
    to: 0.3466,
    weight: (r) => 1 / Math.expm1(r),
  },
  // erf(x) - x, relative to erf(x); 1/4 is added to the second coefficient by hand
  erf: { target: (x) => erf(x) - x, powers: range(1, 7, 2), from: 0.001, to: 1, weight: (x) => 1 / erf(x) },
  // 1 - erf(2.125 + t)
  erfTail: {
    target: (t) => 1 - erf(2.125 + t),
    powers: range(0, 16),
    from: -1.125,
    to: 1.875,
    weight: () => 1,
  },
  // Phi(x) - 1/2, relative to 1 - Phi(x)
  gelu: {
    target: (x) => erf(x * Math.SQRT1_2) / 2,
    powers: range(1, 5, 2),
    from: 0.001,
    to: 0.61,
    weight: (x) => 1 / (1 - erf(x * Math.SQRT1_2)),
  },
  // m(a) = a (1 - Phi(a)) e^(a^2 / 2) where t = (a - c) / (a + 3), relative to it; m(c) is nearly a float
  geluTail: {
    target: (t) => geluTail((GELU_CENTER + 3 * t) / (1 - t)),
    powers: range(0, 11),
    from: (0.595 - GELU_CENTER) / 3.595,
    to: (14.51 - GELU_CENTER) / 17.51,
    weight: (t) => 1 / geluTail((GELU_CENTER + 3 * t) / (1 - t)),
  },
  // artanh(s) - s, relative to s
  log2: {
    target: (s) => Math.atanh(s) - s,
    powers: range(3, 3, 2),
    from: 0.0001,
    to: 0.0352,
    weight: (s) => 1 / s,
  },
  // 2^r - 1 - r ln 2, relative to 2^r
  exp2: {
    target: (r) => Math.expm1(r * Math.LN2) - r * Math.LN2,
    powers: range(2, 5),
    from: -0.501,
    to: 0.501,
    weight: (r) => 2 ** -r,
  },
};

const NODES = 500;
const ITERATIONS = 300;

/** Least squares by modified Gram-Schmidt, twice for stability: coefficients c with sum_j columns[j] c_j near to y. */
function leastSquares(columns: readonly Float64Array[], y: Float64Array): number[] {
  const dot = (a: Float64Array, b: Float64Array): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const basis: Float64Array[] = [];
  const triangle: number[][] = [];
  for (const column of columns) {
    const q = column.slice();
    const r = basis.map(() => 0);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((b, j) => {
        const factor = dot(b, q);
        r[j]! += factor;
        for (let i = 0; i < q.length; i++) q[i]! -= factor * b[i]!;
      });
    }
    const norm = Math.sqrt(dot(q, q));
    basis.push(q.map((value) => value / norm));
    triangle.push([...r, norm]);
  }
  const rest = y.slice();
  const coefficients = basis.map((b) => {
    const factor = dot(b, rest);
    for (let i = 0; i < rest.length; i++) rest[i]! -= factor * b[i]!;
    return factor;
  });
  for (let j = basis.length - 1; j >= 0; j--) {
    coefficients[j]! /= triangle[j]![j]!;
    for (let i = 0; i < j; i++) coefficients[i]! -= triangle[j]![i]! * coefficients[j]!;
  }
  return coefficients;
}

/** The coefficients that make the largest |sum_j columns[j] c_j - y| least, and that error. */
function minimax(
  columns: readonly Float64Array[],
  y: Float64Array,
): { error: number; coefficients: number[] } {
  let weights = new Float64Array(y.length).fill(1 / y.length);
  let best = { error: Infinity, coefficients: columns.map(() => 0) };
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const roots = weights.map(Math.sqrt);
    const scaled = (values: Float64Array): Float64Array => values.map((value, i) => value * roots[i]!);
    const coefficients = leastSquares(columns.map(scaled), scaled(y));
    const errors = y.map((value, i) =>
      Math.abs(columns.reduce((sum, column, j) => sum + column[i]! * coefficients[j]!, -value))
    );
    const error = errors.reduce((a, b) => Math.max(a, b));
    if (error < best.error) best = { error, coefficients };
    weights = weights.map((weight, i) => weight * errors[i]!);
    const total = weights.reduce((a, b) => a + b);
    weights = weights.map((weight) => weight / total);
  }
  return best;
}

/** Fits and rounds: the coefficients in the order of the powers, the largest error before and after rounding. */
function fit({ target, powers, from, to, weight }: Fit) {
  const x = Float64Array.from(
    { length: NODES },
    (_, i) => (from + to) / 2 + (to - from) / 2 * Math.cos(Math.PI * (i + 0.5) / NODES),
  );
  // powers of x relative to the widest x keep the columns alike in size
  const scale = Math.max(Math.abs(from), Math.abs(to));
  const columns = powers.map((power) => x.map((value) => (value / scale) ** power * weight(value)));
  const rest = x.map((value) => target(value) * weight(value));
  const coefficients: number[] = [];
  let unrounded = 0;
  for (let done = 0; done < powers.length; done++) {
    const best = minimax(columns.slice(done), rest);
    if (done === 0) unrounded = best.error;
    const rounded = Math.fround(best.coefficients[0]! / scale ** powers[done]!);
    coefficients.push(rounded);
    for (let i = 0; i < rest.length; i++) rest[i]! -= columns[done]![i]! * rounded * scale ** powers[done]!;
  }
  return { coefficients, unrounded, error: rest.reduce((a, b) => Math.max(a, Math.abs(b)), 0) };
}

if (import.meta.main) {
  for (const name of Deno.args.length > 0 ? Deno.args : Object.keys(FITS)) {
    const definition = FITS[name];
    if (definition === undefined) {
      throw new RangeError(`Cannot fit ${name}: expected one of ${Object.keys(FITS)}`);
    }
    const { coefficients, unrounded, error } = fit(definition);
    console.log(
      `${name}: error 2^${Math.log2(error).toFixed(2)} (2^${Math.log2(unrounded).toFixed(2)} unrounded)`,
    );
    for (const c of coefficients.toReversed()) {
      console.log(`  0x${bitsFromF32(c).toString(16).padStart(8, "0")}, // ${Number(c.toPrecision(9))}`);
    }
  }
}
