import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  assertNear,
  assertOrthonormal,
  assertSigns,
  build,
  EPS,
  hilbert,
  matrices,
  PROPERTY,
  scaleColumns,
  sizeOfLargest,
  times,
} from "./_testing.ts";
import { identity, type Matrix, matrix, matrixOf, transpose } from "./matrix.ts";
import { symmetricEigen, symmetricEigenvalues } from "./symmetric_eigen.ts";

/** Checks A = V diag V^T, V^T V = 1, the order and the signs. */
function check(a: Matrix): void {
  const { values, vectors } = symmetricEigen(a);
  const n = a.rows;
  assertNear(
    times(scaleColumns(vectors, values), transpose(vectors)),
    a,
    8 * (n + 1) * EPS * n * sizeOfLargest(a),
    "V diag V^T",
  );
  assertOrthonormal(vectors, "V");
  assertSigns(vectors, "V");
  assert(values.every((value, i) => i === 0 || value >= values[i - 1]!), "ascending");
  assertEquals(symmetricEigenvalues(a), values);
}

Deno.test("symmetricEigen: reconstruction, orthogonality, order and signs for matrices of every kind", () => {
  fc.assert(
    fc.property(matrices("square"), (b) => {
      const half = { ...b, values: b.values.map((value) => value / 2) };
      check(build(b.rows, b.rows, (i, j) => half.values[i * b.rows + j]! + half.values[j * b.rows + i]!));
    }),
    PROPERTY,
  );
});

Deno.test("symmetricEigen: the chain of springs, 2 - 2 cos(k pi / (n + 1)) and sines", () => {
  const n = 30;
  const a = build(n, n, (i, j) => i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0);
  const { values, vectors } = symmetricEigen(a);
  for (let k = 0; k < n; k++) {
    assertAlmostEquals(values[k]!, 2 - 2 * Math.cos((k + 1) * Math.PI / (n + 1)), 2e-15);
    const wave = Array.from(
      { length: n },
      (_, i) => Math.sin((k + 1) * (i + 1) * Math.PI / (n + 1)) * Math.sqrt(2 / (n + 1)),
    );
    const sign = Math.sign(wave[5]! * vectors.values[5 * n + k]!);
    wave.forEach((value, i) => assertAlmostEquals(vectors.values[i * n + k]! * sign, value, 2e-13));
  }
});

Deno.test("symmetricEigen: Wilkinson's W21, whose largest two agree in 15 digits", () => {
  const w = build(21, 21, (i, j) => i === j ? Math.abs(10 - i) : Math.abs(i - j) === 1 ? 1 : 0);
  const values = symmetricEigenvalues(w);
  // Wilkinson, "The Algebraic Eigenvalue Problem", page 309.
  assertAlmostEquals(values[20]!, 10.746194182903393, 1e-14);
  assertAlmostEquals(values[19]!, 10.746194182903322, 1e-14);
  assertAlmostEquals(values[0]!, -1.125441522119985, 1e-14);
  check(w);
});

Deno.test("symmetricEigen: repeated values, clusters, the Hilbert matrix, larger ones", () => {
  assertEquals(symmetricEigen(identity(4)), { values: Float64Array.of(1, 1, 1, 1), vectors: identity(4) });
  const n = 20;
  const values = symmetricEigenvalues(build(n, n, (i, j) => i === j ? 2 : 1));
  values.forEach((value, i) => assertAlmostEquals(value, i === n - 1 ? n + 1 : 1, 1e-13));
  check(hilbert(12));
  check(build(90, 90, (i, j) => Math.floor(i / 9) === Math.floor(j / 9) ? 1 : 1e-9));
  check(build(100, 100, (i, j) => 1 / (1 + Math.abs(i - j))));
});

Deno.test("symmetricEigen: NumPy's values, and only the lower triangle is read", () => {
  // numpy.linalg.eigh, LAPACK's syevd; its vectors with the signs of the documentation.
  const a = matrix([[6, NaN, 9, 9], [2, 5, 9, 9], [-1, 3, 7, 9], [0, 1, -2, 4]]);
  a.values[1] = 9;
  const { values, vectors } = symmetricEigen(a);
  const expected = matrix([
    [-0.3307095039819131, -0.48671074990360275, 0.8044331180617261, 0.08143235517777098],
    [0.62283556846634, 0.36894487418642125, 0.42420245369726217, 0.5440660003547348],
    [-0.5066487625319396, -0.003925255195563054, -0.29275149344886553, 0.8109181135478246],
    [-0.49599809480894363, 0.7918187406922672, 0.2953577490538716, -0.19943112071148805],
  ]);
  assertNear(vectors, expected, 2e-15, "vectors");
  [0.7013318989451955, 4.4758606549879385, 7.418584560010403, 9.404222886056463]
    .forEach((value, i) => assertAlmostEquals(values[i]!, value, 1e-14));
});

Deno.test("symmetricEigen: empty and 1 x 1, and what is refused", () => {
  assertEquals(symmetricEigen(matrixOf(0, 0)), { values: new Float64Array(0), vectors: matrixOf(0, 0) });
  assertEquals(symmetricEigen(matrix([[-3]])), { values: Float64Array.of(-3), vectors: matrix([[1]]) });
  assertThrows(() => symmetricEigen(matrixOf(2, 3)), RangeError, "expected a square matrix, got 2 x 3");
  assertThrows(
    () => symmetricEigen(matrix([[1, 2], [NaN, 1]])),
    RangeError,
    "expected finite numbers, got NaN at [1, 0]",
  );
  assertThrows(() => symmetricEigenvalues(matrix([[Infinity]])), RangeError, "got Infinity at [0, 0]");
});
