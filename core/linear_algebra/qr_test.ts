import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  assertNear,
  assertOrthonormal,
  build,
  EPS,
  hilbert,
  matrices,
  PROPERTY,
  randomMatrix,
  sizeOfLargest,
  times,
} from "./_testing.ts";
import { cholesky } from "./cholesky.ts";
import { type Matrix, matrix, matrixOf, transpose } from "./matrix.ts";
import { pivotedQr, type Qr, qr } from "./qr.ts";

function check(a: Matrix, { q, r }: Qr): void {
  const count = Math.min(a.rows, a.columns);
  assertEquals([q.rows, q.columns, r.rows, r.columns], [a.rows, count, count, a.columns]);
  const size = Math.max(a.rows, a.columns) + 1;
  assertNear(times(q, r), a, 8 * size * EPS * Math.sqrt(size) * sizeOfLargest(a), "Q R");
  assertOrthonormal(q, "Q");
  r.values.forEach((value, p) => {
    const [i, j] = [Math.floor(p / a.columns), p % a.columns];
    assert(i === j ? value >= 0 : i < j || Object.is(value, 0), "R is upper triangular");
  });
}

Deno.test("qr: reconstruction, orthogonality and signs for matrices of every kind", () => {
  fc.assert(fc.property(matrices(), (a) => check(a, qr(a))), PROPERTY);
  for (const [m, n] of [[90, 90], [130, 40], [40, 130]] as const) {
    check(randomMatrix(m, n, 1), qr(randomMatrix(m, n, 1)));
  }
});

Deno.test("pivotedQr: the same of A with its columns permuted, and a descending diagonal", () => {
  fc.assert(
    fc.property(matrices(), (a) => {
      const { permutation, rank, ...rest } = pivotedQr(a);
      const permuted = build(a.rows, a.columns, (i, j) => a.values[i * a.columns + permutation[j]!]!);
      check(permuted, rest);
      assertEquals(permutation.toSorted(), Uint32Array.from({ length: a.columns }, (_, j) => j));
      const diagonal = Array.from({ length: rest.r.rows }, (_, k) => rest.r.values[k * (a.columns + 1)]!);
      diagonal.forEach((value, k) => {
        // The norm of the rest of no later column is larger, up to rounding of what was taken out before.
        assert(k === 0 || value <= diagonal[k - 1]! * (1 + 1e-12) + 20 * EPS * diagonal[0]!, "descending");
      });
      assert(rank === diagonal.length || diagonal[rank]! <= 12 * EPS * diagonal[0]!);
    }),
    PROPERTY,
  );
});

Deno.test("pivotedQr: the rank of sums of outer products, and of LAPACK's pivots", () => {
  for (const rank of [0, 1, 3, 7]) {
    const a = times(randomMatrix(20, rank, 1), randomMatrix(rank, 15, 2));
    assertEquals(pivotedQr(a).rank, rank);
  }
  assertEquals(pivotedQr(hilbert(12), 1e-6).rank, 6);
  assertEquals(pivotedQr(build(3, 3, () => 2)).permutation, Uint32Array.of(0, 1, 2));
  // scipy.linalg.qr(pivoting=True): its permutation, and the sizes on its diagonal.
  const { permutation, r } = pivotedQr(
    matrix([[4, -2, 1, 3], [0, 5, -1, 2], [7, 1, 1, -3], [2, 2, 6, 1], [1, 0, -4, 8]]),
  );
  assertEquals(permutation, Uint32Array.of(3, 0, 2, 1));
  [9.327379053088817, 8.36591332414617, 6.37607203767806, 5.730751699715334]
    .forEach((value, k) => assertAlmostEquals(r.values[5 * k]!, value, 1e-14));
});

Deno.test("qr: NumPy's values, with R's signs made positive, and Cholesky's factor", () => {
  // numpy.linalg.qr.
  const a = matrix([[4, -2, 1, 3], [0, 5, -1, 2], [7, 1, 1, -3], [2, 2, 6, 1], [1, 0, -4, 8]]);
  const { q, r } = qr(a);
  const expected = matrix([
    [8.366600265340756, 0.35856858280031845, 2.270934357735347, 0.11952286093343956],
    [0, 5.819916543338794, 0.8910289773226412, 0.5081074333492754],
    [0, 0, 7.003493735588582, -4.101405398875794],
    [0, 0, 0, 8.360981693315802],
  ]);
  assertNear(r, expected, 5e-15, "R");
  const first = [0.47809144373375734, -0.3731030428458441, 0.03522975050792651, 0.3919306585596699];
  first.forEach((value, j) => assertAlmostEquals(q.values[j]!, value, 2e-15));
  assertNear(transpose(cholesky(times(transpose(a), a))), r, 1e-13, "R^T of A^T A");
});

Deno.test("qr: columns whose squares vanish are reflected exactly too", () => {
  const a = matrix([[1, 3e-300], [0, 4e-300], [0, 1e-310]]);
  const { q, r } = qr(a);
  assertOrthonormal(q, "Q");
  assertAlmostEquals(r.values[3]! / 4e-300, 1, 1e-15);
});

Deno.test("qr: empty and 1 x 1, and what is refused", () => {
  assertEquals(qr(matrixOf(3, 0)), { q: matrixOf(3, 0), r: matrixOf(0, 0) });
  assertEquals(qr(matrixOf(0, 3)), { q: matrixOf(0, 0), r: matrixOf(0, 3) });
  assertEquals(qr(matrix([[-2]])), { q: matrix([[-1]]), r: matrix([[2]]) });
  assertEquals(pivotedQr(matrix([[0]])).rank, 0);
  assertThrows(
    () => qr(matrix([[1, 2], [NaN, 3]])),
    RangeError,
    "expected finite numbers, got NaN at [1, 0]",
  );
  assertThrows(() => pivotedQr(matrix([[Infinity]])), RangeError, "got Infinity at [0, 0]");
});
