import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  assertNear,
  build,
  EPS,
  hilbert,
  matrices,
  PROPERTY,
  randomMatrix,
  sizeOfLargest,
  times,
} from "./_testing.ts";
import { determinant, logDeterminant, lu, solve } from "./lu.ts";
import { column, identity, matrix, matrixOf, transpose } from "./matrix.ts";

Deno.test("lu: L U is A with its rows permuted, for matrices of every kind", () => {
  fc.assert(
    fc.property(matrices("square"), (a) => {
      const { lower, upper, permutation } = lu(a);
      const n = a.rows;
      const permuted = build(n, n, (i, j) => a.values[permutation[i]! * n + j]!);
      const largest = Math.max(sizeOfLargest(a), sizeOfLargest(upper));
      assertNear(times(lower, upper), permuted, 4 * (n + 1) * EPS * largest, "L U");
      assertEquals(permutation.toSorted(), Uint32Array.from({ length: n }, (_, i) => i));
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const [l, u] = [lower.values[i * n + j]!, upper.values[i * n + j]!];
          assert(i < j ? l === 0 : i === j ? l === 1 : Math.abs(l) <= 1 && u === 0);
        }
      }
    }),
    PROPERTY,
  );
});

Deno.test("lu and solve: LAPACK's values", () => {
  // scipy.linalg.lu and numpy.linalg.solve.
  const a = matrix([[4, -2, 1, 3], [0, 5, -1, 2], [7, 1, 1, -3], [2, 2, 6, 1]]);
  const { lower, upper, permutation, sign } = lu(a);
  assertEquals([...permutation, sign], [2, 1, 3, 0, 1]);
  const l = [[1, 0, 0, 0], [0, 1, 0, 0], [0.2857142857142857, 0.3428571428571429, 1, 0], [
    0.5714285714285714,
    -0.5142857142857142,
    -0.014150943396226403,
    1,
  ]];
  const u = [[7, 1, 1, -3], [0, 5, -1, 2], [0, 0, 6.057142857142857, 1.1714285714285713], [
    0,
    0,
    0,
    5.759433962264151,
  ]];
  assertNear(lower, matrix(l), 1e-15, "L");
  assertNear(upper, matrix(u), 1e-14, "U");
  // By Cramer's rule the solution is a quarter of hundreds: 11/33, 15/33, 13/33, 2/33.
  assertNear(solve(a, column([1, 2, 3, 4])), column([11 / 33, 15 / 33, 13 / 33, 2 / 33]), 1e-15, "x");
  assertAlmostEquals(determinant(a), 1221, 1e-12);
});

Deno.test("solve: backward stable, also where no pivot would be 0 or tiny without exchanges", () => {
  for (const n of [1, 2, 5, 17, 60]) {
    const a = randomMatrix(n, n, n);
    const x = solve(a, identity(n));
    // |A X - 1| is within some n eps |A| |X|.
    assertNear(times(a, x), identity(n), 8 * n * n * EPS * (1 + sizeOfLargest(x)), "A A^-1");
  }
  assertNear(solve(matrix([[1e-20, 1], [1, 1]]), column([1, 2])), column([1, 1]), 1e-15, "x");
  // The inverse of the Hilbert matrix has whole numbers.
  const inverse = matrix([[16, -120, 240, -140], [-120, 1200, -2700, 1680], [240, -2700, 6480, -4200], [
    -140,
    1680,
    -4200,
    2800,
  ]]);
  assertNear(solve(hilbert(4), identity(4)), inverse, 1e-8, "inverse");
});

Deno.test("determinant: Vandermonde's, permutations, products", () => {
  const nodes = [1, 2, 4, 5, 7];
  const vandermonde = build(5, 5, (i, j) => nodes[i]! ** j);
  let expected = 1;
  for (let i = 0; i < 5; i++) for (let j = 0; j < i; j++) expected *= nodes[i]! - nodes[j]!;
  assertAlmostEquals(determinant(vandermonde) / expected, 1, 1e-13);
  assertEquals(determinant(matrix([[0, 1, 0], [0, 0, 1], [1, 0, 0]])), 1);
  assertEquals(determinant(matrix([[0, 1, 0], [1, 0, 0], [0, 0, 1]])), -1);
  assertEquals(determinant(matrix([[1, 2], [2, 4]])), 0);
  assertEquals(determinant(matrixOf(0, 0)), 1);
  // Products on the way that do not fit, and results that do not.
  const diagonal = (...values: number[]) =>
    build(values.length, values.length, (i, j) => i === j ? values[i]! : 0);
  assertEquals(determinant(diagonal(2 ** 1000, 2 ** 1000, 2 ** -1000, -(2 ** -1000))), -1);
  assertEquals(determinant(diagonal(2 ** -600, 2 ** -470, 3)), 3 * 2 ** -1070);
  assertEquals(determinant(diagonal(2 ** 600, 2 ** 600)), Infinity);
  assertEquals(determinant(diagonal(2 ** -1074, 2 ** 1023, 2)), 2 ** -50);
  assertEquals(determinant(diagonal(2 ** -1000, 2 ** -1000, -1)), -0);
});

Deno.test("logDeterminant: sign and logarithm", () => {
  const { sign, logarithm } = logDeterminant(matrix([[0, 3], [2, 5]]));
  assertEquals(sign, -1);
  assertAlmostEquals(logarithm, Math.log(6), 1e-15);
  assertEquals(logDeterminant(matrix([[1, 2], [2, 4]])), { sign: 0, logarithm: -Infinity });
  assertEquals(logDeterminant(matrixOf(0, 0)), { sign: 1, logarithm: 0 });
  for (let k = 0; k < 2000; k++) {
    const value = 2 ** (k / 100 - 10) + k / 1e4;
    // Two ulp of the larger part.
    assertAlmostEquals(logDeterminant(matrix([[value]])).logarithm, Math.log(value), 2e-15);
  }
});

Deno.test("lu and solve: empty, and what is refused", () => {
  assertEquals(lu(matrixOf(0, 0)).permutation, new Uint32Array(0));
  assertEquals(solve(matrixOf(0, 0), matrixOf(0, 1)), matrixOf(0, 1));
  assertEquals(solve(matrix([[4]]), matrix([[2, 8]])), matrix([[0.5, 2]]));
  assertThrows(
    () => solve(matrix([[1, 2], [2, 4]]), identity(2)),
    RangeError,
    "expected a regular matrix, got pivot 0 at [1, 1]",
  );
  assertThrows(() => solve(identity(2), matrixOf(1, 2)), RangeError, "of 2 rows, got 1 x 2");
  assertThrows(() => solve(identity(1), matrix([[NaN]])), RangeError, "got NaN at [0, 0]");
  assertThrows(() => lu(transpose(matrixOf(1, 2))), RangeError, "expected a square matrix, got 2 x 1");
  assertThrows(() => determinant(matrix([[1, 0], [0, NaN]])), RangeError, "got NaN at [1, 1]");
});
