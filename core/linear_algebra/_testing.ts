/**
 * Matrices to try methods on, and how far results are from what mathematics says.
 *
 * @module
 */
import { assert } from "@std/assert";
import fc from "fast-check";
import { f64FromBits } from "../numerics/float_bits.ts";
import { type Matrix, matrixOf, transpose } from "./matrix.ts";

/** 2^-52. */
export const EPS = Number.EPSILON;

/** 2^exponent, from -1022 to 1023. */
function powerOfTwo(exponent: number): number {
  return f64FromBits(BigInt(exponent + 1023) << 52n);
}

/** Numbers in [-1, 1), the same in every process. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

/** A matrix whose elements a function gives. */
export function build(rows: number, columns: number, at: (i: number, j: number) => number): Matrix {
  const a = matrixOf(rows, columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) a.values[i * columns + j] = at(i, j);
  }
  return a;
}

/** A matrix of numbers in [-1, 1). */
export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const next = numbers(seed);
  return build(rows, columns, () => next());
}

/** The Hilbert matrix, 1 / (i + j + 1). */
export function hilbert(n: number): Matrix {
  return build(n, n, (i, j) => 1 / (i + j + 1));
}

/** The product, by its definition. */
export function times(a: Matrix, b: Matrix): Matrix {
  return build(a.rows, b.columns, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) sum += a.values[i * a.columns + k]! * b.values[k * b.columns + j]!;
    return sum;
  });
}

/** The columns times numbers. */
export function scaleColumns(a: Matrix, factors: ArrayLike<number>): Matrix {
  return build(a.rows, a.columns, (i, j) => a.values[i * a.columns + j]! * factors[j]!);
}

/** The largest size of an element. */
export function sizeOfLargest(a: Matrix): number {
  return a.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** Asserts that no element differs by more than `bound`, and 1e-319 for subnormal ones. */
export function assertNear(got: Matrix, expected: Matrix, bound: number, what: string): void {
  assert(got.rows === expected.rows && got.columns === expected.columns, `${what}: sizes`);
  got.values.forEach((value, i) => {
    const error = Math.abs(value - expected.values[i]!);
    assert(error <= bound + 1e-319, `${what}: element ${i} is ${value} for ${expected.values[i]}`);
  });
}

/** Asserts that the columns are orthonormal, within a bound that grows with their number and length. */
export function assertOrthonormal(q: Matrix, what: string): void {
  const gram = times(transpose(q), q);
  const identity = build(q.columns, q.columns, (i, j) => i === j ? 1 : 0);
  // Each of some n reflections and rotations may turn a column by an eps or so.
  assertNear(gram, identity, 4 * (q.rows + 4) * EPS, what);
}

/** Asserts that the largest element of every column, of equally large ones the first, is positive. */
export function assertSigns(a: Matrix, what: string): void {
  for (let j = 0; j < a.columns; j++) {
    let largest = 0;
    for (let i = 0; i < a.rows; i++) {
      const value = a.values[i * a.columns + j]!;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    assert(largest >= 0, `${what}: column ${j}`);
  }
}

/** What is special about a matrix. */
const KINDS = [
  "dense",
  "deficient",
  "integers",
  "sparse",
  "graded rows",
  "graded columns",
  "equal",
  "zero",
] as const;

function ofKind(kind: typeof KINDS[number], rows: number, columns: number, seed: number): Matrix {
  const next = numbers(seed);
  switch (kind) {
    case "dense":
      return build(rows, columns, next);
    case "deficient": {
      const rank = Math.floor(Math.min(rows, columns) / 2);
      return times(build(rows, rank, next), build(rank, columns, next));
    }
    case "integers":
      return build(rows, columns, () => Math.round(2 * next()));
    case "sparse":
      return build(rows, columns, () => next() > 0.5 ? next() : 0);
    case "graded rows":
      return build(rows, columns, (i) => next() * powerOfTwo(-20 * i));
    case "graded columns":
      return build(rows, columns, (_, j) => next() * powerOfTwo(20 * j - 100));
    case "equal":
      return build(rows, columns, (i, j) => i === j ? 3 : 1);
    case "zero":
      return build(rows, columns, () => 0);
  }
}

/** Matrices of many kinds and scales, up to 12 x 12, empty ones too. */
export function matrices(shape: "any" | "square" = "any"): fc.Arbitrary<Matrix> {
  const size = fc.integer({ min: 0, max: 12 });
  return fc.record({
    rows: size,
    columns: size,
    kind: fc.constantFrom(...KINDS),
    seed: fc.integer(),
    exponent: fc.oneof(fc.constant(0), fc.integer({ min: -950, max: 950 })),
  }).map(({ rows, columns, kind, seed, exponent }) => {
    const a = ofKind(kind, rows, shape === "square" ? rows : columns, seed);
    return { ...a, values: a.values.map((value) => value * powerOfTwo(exponent)) };
  });
}

/** How many cases a property is tried on: the same in every run. */
export const PROPERTY = { seed: 20240607, numRuns: 400 };
