import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { assertNear, build, randomMatrix, sizeOfLargest, times } from "./_testing.ts";
import { leastSquares, minimumNormSolution } from "./least_squares.ts";
import { column, identity, matrix, matrixOf, transpose } from "./matrix.ts";
import { solve } from "./lu.ts";

/** Longley's data of 1967: employment, prices, product, unemployed, armed forces, population, year. */
const LONGLEY = [
  [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
  [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
  [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
  [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
  [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
  [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
  [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
  [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
  [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
  [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
  [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
  [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
  [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
  [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
  [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
  [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
] as const;

Deno.test("leastSquares: the certified coefficients of Longley's data, of condition 5e9", () => {
  // NIST, Statistical Reference Datasets, linear regression, "Longley".
  const certified = [
    -3482258.63459582,
    15.0618722713733,
    -0.0358191792925910,
    -2.02022980381683,
    -1.03322686717359,
    -0.0511041056535807,
    1829.15146461355,
  ];
  const x = matrix(LONGLEY.map((row) => [1, ...row.slice(1)]));
  const { values } = leastSquares(x, column(LONGLEY.map(([employed]) => employed)));
  certified.forEach((value, j) => assertAlmostEquals(values[j]! / value, 1, 1e-9));
});

Deno.test("leastSquares: Wampler's polynomials, NIST's certified ones", () => {
  // Wampler1: y = 1 + x + ... + x^5 at 0 to 20.
  const powers = build(21, 6, (i, j) => i ** j);
  const { values } = leastSquares(
    powers,
    column(Array.from({ length: 21 }, (_, x) => (x ** 6 - 1) / (x - 1 || NaN) || 6)),
  );
  values.forEach((value) => assertAlmostEquals(value, 1, 1e-8));
});

Deno.test("leastSquares: the residuals are orthogonal to the columns, for several right-hand sides", () => {
  const a = randomMatrix(60, 9, 1);
  const b = randomMatrix(60, 4, 2);
  const fitted = times(a, leastSquares(a, b));
  const residuals = build(60, 4, (i, j) => b.values[4 * i + j]! - fitted.values[4 * i + j]!);
  assert(sizeOfLargest(times(transpose(a), residuals)) < 1e-14);
  // A square system is solved.
  const square = randomMatrix(12, 12, 3);
  assertNear(leastSquares(square, identity(12)), solve(square, identity(12)), 1e-12, "inverse");
});

Deno.test("leastSquares: at any scale", () => {
  for (const exponent of [-1000, -300, 300, 900]) {
    const a = matrix([[1, 2], [3, 4], [5, 7]]);
    const big = { ...a, values: a.values.map((value) => value * 2 ** exponent) };
    const x = leastSquares(big, times(big, column([3, -2])));
    assertNear(x, column([3, -2]), 1e-13, `2^${exponent}`);
  }
});

Deno.test("minimumNormSolution: NumPy's values for dependent columns, and every solution is longer", () => {
  // numpy.linalg.lstsq, LAPACK's gelsd: 14/111, 46/111, 32/111.
  const a = matrix([[1, 2, 3], [2, 4, 6], [1, 0, 1], [0, 3, 3]]);
  const x = minimumNormSolution(a, column([1, 2, 3, 4]));
  assertNear(x, column([-14 / 111, 46 / 111, 32 / 111]), 2e-15, "x");
  assertThrows(
    () => leastSquares(a, matrixOf(4, 1)),
    RangeError,
    "expected independent columns, got rank 2 of 4 x 3",
  );
  // Fewer rows than columns: A^T (A A^T)^-1 b.
  const wide = randomMatrix(4, 9, 5);
  const b = randomMatrix(4, 2, 6);
  const expected = times(transpose(wide), solve(times(wide, transpose(wide)), b));
  assertNear(minimumNormSolution(wide, b), expected, 1e-13, "wide");
  assertEquals(minimumNormSolution(matrixOf(3, 2), matrixOf(3, 1)), matrixOf(2, 1));
});

Deno.test("leastSquares: empty, and what is refused", () => {
  assertEquals(leastSquares(matrixOf(3, 0), matrixOf(3, 2)), matrixOf(0, 2));
  assertEquals(minimumNormSolution(matrixOf(0, 2), matrixOf(0, 1)), matrixOf(2, 1));
  assertThrows(() => leastSquares(matrixOf(2, 3), matrixOf(2, 1)), RangeError, "got rank 0 of 2 x 3");
  assertThrows(() => leastSquares(randomMatrix(2, 3, 1), matrixOf(2, 1)), RangeError, "got rank 2 of 2 x 3");
  assertThrows(() => leastSquares(identity(2), matrixOf(3, 1)), RangeError, "of 2 rows, got 3 x 1");
  assertThrows(() => leastSquares(identity(1), matrix([[NaN]])), RangeError, "got NaN at [0, 0]");
  assertThrows(() => minimumNormSolution(matrix([[NaN]]), identity(1)), RangeError, "got NaN at [0, 0]");
});
