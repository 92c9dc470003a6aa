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
import { cholesky, choleskyInverseDiagonal, choleskyLogDeterminant, choleskySolve } from "./cholesky.ts";
import { column, identity, matrix, matrixOf, transpose } from "./matrix.ts";

Deno.test("cholesky: L L^T, lower with a positive diagonal, for matrices of every kind", () => {
  fc.assert(
    fc.property(matrices(), (b) => {
      const largest = sizeOfLargest(b);
      const unit = { ...b, values: b.values.map((value) => value / (largest || 1)) };
      // Far enough from singular for any rounding, at the scale of b.
      const a = times(transpose(unit), unit);
      a.values.forEach((value, i) => {
        a.values[i] = (value + (i % (a.rows + 1) === 0 ? 1e-10 : 0)) * (largest || 1);
      });
      const lower = cholesky(a);
      lower.values.forEach((value, p) => {
        const [i, j] = [Math.floor(p / a.rows), p % a.rows];
        assert(i === j ? value > 0 : i > j || value === 0);
      });
      assertNear(times(lower, transpose(lower)), a, 4 * (a.rows + 1) * EPS * sizeOfLargest(a), "L L^T");
    }),
    PROPERTY,
  );
});

Deno.test("cholesky: the Hilbert matrix, whose inverse and determinant are known", () => {
  const n = 6;
  const lower = cholesky(hilbert(n));
  // Row i of the factor: sqrt(2 j + 1) (i!)^2 / ((i - j)! (i + j + 1)!).
  const factorial = (k: number): number => k < 2 ? 1 : k * factorial(k - 1);
  const expected = build(
    n,
    n,
    (i, j) =>
      i < j ? 0 : Math.sqrt(2 * j + 1) * factorial(i) ** 2 / (factorial(i - j) * factorial(i + j + 1)),
  );
  // Its condition is 1.5e7.
  assertNear(lower, expected, 1e-11, "L");
  // The inverse has whole numbers: (2 i + 1) C(n + i, n - i - 1)^2 C(2 i, i)^2 on its diagonal, by exact fractions.
  const diagonal = choleskyInverseDiagonal(lower);
  [36, 14700, 564480, 3628800, 4410000, 698544]
    .forEach((value, i) => assertAlmostEquals(diagonal[i]! / value, 1, 1e-9));
  assertAlmostEquals(choleskyLogDeterminant(lower), -Math.log(186313420339200000), 1e-9);
  const x = column([1, -1, 2, -2, 3, -3]);
  assertNear(choleskySolve(lower, times(hilbert(n), x)), x, 1e-8, "x");
});

Deno.test("cholesky: NumPy's values, and only the lower triangle is read", () => {
  // numpy.linalg.cholesky and the diagonal of numpy.linalg.inv.
  const lower = cholesky(matrix([[6, 9, 9, 9], [2, 5, 9, 9], [-1, 3, 7, 9], [0, 1, -2, 4]]));
  const expected = matrix([
    [2.449489742783178, 0, 0, 0],
    [0.8164965809277261, 2.0816659994661326, 0, 0],
    [-0.4082482904638631, 1.6012815380508714, 2.0662116951635836, 0],
    [0, 0.4803844614152614, -1.340245423889892, 1.404625563263382],
  ]);
  assertNear(lower, expected, 2e-15, "L");
  [0.2968036529680365, 0.639269406392694, 0.44748858447488576, 0.5068493150684931]
    .forEach((value, i) => assertAlmostEquals(choleskyInverseDiagonal(lower)[i]!, value, 1e-14));
});

Deno.test("choleskyLogDeterminant: neither overflows nor vanishes", () => {
  const diagonal = (value: number) => build(300, 300, (i, j) => i === j ? value : 0);
  for (const value of [1e-300, 1e300, 4e-320, 1, 1 + 2 ** -40, 0.7]) {
    // The roots are rounded, and so near 1 the logarithm is only good to eps for each of them.
    const expected = 300 * Math.log(value);
    assertAlmostEquals(
      choleskyLogDeterminant(cholesky(diagonal(value))),
      expected,
      1e-13 * Math.abs(expected) + 300 * EPS,
    );
  }
});

Deno.test("cholesky: empty and 1 x 1, and what is refused", () => {
  assertEquals(cholesky(matrixOf(0, 0)), matrixOf(0, 0));
  assertEquals(choleskyLogDeterminant(matrixOf(0, 0)), 0);
  assertEquals(choleskySolve(matrixOf(0, 0), matrixOf(0, 2)), matrixOf(0, 2));
  assertEquals(cholesky(matrix([[9]])), matrix([[3]]));
  assertThrows(() => cholesky(matrixOf(2, 1)), RangeError, "expected a square matrix, got 2 x 1");
  assertThrows(() => cholesky(matrix([[NaN]])), RangeError, "got NaN at [0, 0]");
  const message = "expected a positive definite one, got pivot -3 at [1, 1]";
  assertThrows(() => cholesky(matrix([[1, 2], [2, 1]])), RangeError, message);
  assertThrows(() => cholesky(matrix([[1, 1], [1, 1]])), RangeError, "got pivot 0 at [1, 1]");
  assertThrows(() => choleskySolve(identity(2), matrixOf(3, 1)), RangeError, "of 2 rows, got 3 x 1");
});

Deno.test("choleskySolve: A X = B for several columns", () => {
  const b = randomMatrix(30, 30, 3);
  const a = times(transpose(b), b);
  const x = randomMatrix(30, 4, 4);
  // The condition of A is some 10^4 to 10^5.
  assertNear(choleskySolve(cholesky(a), times(a, x)), x, 1e-9, "X");
});
