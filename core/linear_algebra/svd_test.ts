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
  randomMatrix,
  scaleColumns,
  sizeOfLargest,
  times,
} from "./_testing.ts";
import { identity, type Matrix, matrix, matrixOf, transpose } from "./matrix.ts";
import { singularValues, svd } from "./svd.ts";

/** Checks A = U diag V^T, orthonormal columns, the order and the signs. */
function check(a: Matrix): void {
  const { u, s, v } = svd(a);
  const least = Math.min(a.rows, a.columns);
  const size = Math.max(a.rows, a.columns);
  assertEquals([u.rows, u.columns, s.length, v.rows, v.columns], [a.rows, least, least, a.columns, least]);
  assertNear(
    times(scaleColumns(u, s), transpose(v)),
    a,
    8 * (size + 1) * EPS * size * sizeOfLargest(a),
    "U diag V^T",
  );
  assertOrthonormal(u, "U");
  assertOrthonormal(v, "V");
  assertSigns(v, "V");
  assert(s.every((value, i) => value >= 0 && (i === 0 || value <= s[i - 1]!)), "descending");
  assertEquals(singularValues(a), s);
}

Deno.test("svd: reconstruction, orthogonality, order and signs for matrices of every kind", () => {
  fc.assert(fc.property(matrices(), check), PROPERTY);
});

Deno.test("svd: larger, tall, wide, repeated, deficient", () => {
  check(randomMatrix(90, 90, 1));
  check(randomMatrix(120, 17, 2));
  check(randomMatrix(17, 120, 3));
  check(hilbert(30));
  check(build(60, 60, (i, j) => Number(i % 6 === j % 6)));
  check(build(40, 40, (i, j) => i === j ? 1 : i < j ? -1 : 0));
});

Deno.test("svd: bidiagonal matrices, with zeros on the diagonal and graded both ways", () => {
  const bidiagonal = (d: readonly number[]) =>
    build(d.length, d.length, (i, j) => i === j ? d[i]! : j === i + 1 ? 1 : 0);
  for (const d of [[0, 0, 0, 0], [1, 0, 2, 3], [1, 2, 3, 0], [0, 1, 2, 3], [0, 1, 0, 1, 0]]) {
    check(bidiagonal(d));
  }
  // Relative accuracy of all values: their product is the determinant, however small the least of them is.
  for (const exponents of [[0, 5, 10, 15, 20], [20, 15, 10, 5, 0], [0, 20, 3, 17, 8]]) {
    const d = exponents.map((exponent) => 10 ** -exponent);
    const graded = build(5, 5, (i, j) => i === j ? d[i]! : j === i + 1 ? d[i]! / 2 : 0);
    check(graded);
    const product = (list: Iterable<number>) => [...list].reduce((total, value) => total * value, 1);
    assertAlmostEquals(product(singularValues(graded)) / product(d), 1, 1e-13);
  }
});

Deno.test("svd: known values", () => {
  // Golden ratio: [1 1; 0 1] has phi and 1 / phi.
  const [phi, inverse] = singularValues(matrix([[1, 1], [0, 1]]));
  assertAlmostEquals(phi!, (1 + Math.sqrt(5)) / 2, 1e-15);
  assertAlmostEquals(inverse!, (Math.sqrt(5) - 1) / 2, 1e-15);
  // The triangle of ones of n rows: 1 / (2 sin((2 k - 1) pi / (4 n + 2))).
  const n = 25;
  singularValues(build(n, n, (i, j) => i >= j ? 1 : 0)).forEach((value, k) =>
    assertAlmostEquals(value, 0.5 / Math.sin((2 * k + 1) * Math.PI / (4 * n + 2)), 1e-13)
  );
  assertEquals(svd(identity(3)), { u: identity(3), s: Float64Array.of(1, 1, 1), v: identity(3) });
});

Deno.test("svd: NumPy's values", () => {
  // numpy.linalg.svd, LAPACK's gesdd; its vectors with the signs of the documentation.
  const a = matrix([[4, -2, 1, 3], [0, 5, -1, 2], [7, 1, 1, -3], [2, 2, 6, 1], [1, 0, -4, 8]]);
  const { u, s, v } = svd(a);
  const left = matrix([
    [0.07928409650990847, 0.5443159898599218, -0.2947919064909742, 0.364910883207066],
    [0.19615357566048797, 0.14861156633110736, 0.630015728574305, -0.5900541455967704],
    [-0.4701438563698658, 0.5767921506526017, -0.3129784782196335, -0.5336019232893524],
    [-0.2962988434966388, 0.4294439339075339, 0.6428189954638852, 0.48297602626521885],
    [0.8039959928111825, 0.40561487658984624, -0.07075397415359624, -0.026063347752496448],
  ]);
  const right = matrix([
    [-0.26871387853078355, 0.858785454993024, -0.35330547641206234, -0.25584298722969523],
    [-0.023398220344111598, 0.12516754163267846, 0.7725227127694384, -0.6220886336059408],
    [-0.5428600400811856, 0.22122657352108038, 0.47576799341736664, 0.6557488821879814],
    [0.7953290838720315, 0.444836410360234, 0.22809803820332214, 0.3428461773636856],
  ]);
  assertNear(u, left, 5e-15, "U");
  assertNear(v, right, 5e-15, "V");
  [10.28034844287007, 8.70917376968567, 6.099913815696453, 5.2207068088213395]
    .forEach((value, i) => assertAlmostEquals(s[i]!, value, 1e-14));
});

Deno.test("svd: empty and 1 x 1, and what is refused", () => {
  assertEquals(svd(matrixOf(0, 3)), { u: matrixOf(0, 0), s: new Float64Array(0), v: matrixOf(3, 0) });
  assertEquals(svd(matrix([[-2]])), { u: matrix([[-1]]), s: Float64Array.of(2), v: matrix([[1]]) });
  assertEquals(singularValues(matrix([[0, 0]])), Float64Array.of(0));
  assertThrows(() => svd(matrix([[1, NaN]])), RangeError, "expected finite numbers, got NaN at [0, 1]");
  assertThrows(() => singularValues(matrix([[-Infinity]])), RangeError, "got -Infinity at [0, 0]");
});
