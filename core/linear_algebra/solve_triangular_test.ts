import { assertEquals, assertThrows } from "@std/assert";
import { assertNear, build, EPS, randomMatrix, times } from "./_testing.ts";
import { identity, matrix, matrixOf, transpose } from "./matrix.ts";
import { solveTriangular } from "./solve_triangular.ts";

Deno.test("solveTriangular: both triangles, transposed, with a diagonal of ones", () => {
  for (const n of [0, 1, 2, 7, 20]) {
    const full = build(n, n, (i, j) => i === j ? 2 + i % 3 : randomMatrix(n, n, 5).values[i * n + j]! / n);
    const x = randomMatrix(n, 3, 6);
    for (const triangle of ["lower", "upper"] as const) {
      for (const transposed of [false, true]) {
        for (const unitDiagonal of [false, true]) {
          const t = build(n, n, (i, j) => {
            if (i === j) return unitDiagonal ? 1 : full.values[i * n + j]!;
            return (i > j) === (triangle === "lower") ? full.values[i * n + j]! : 0;
          });
          const b = times(transposed ? transpose(t) : t, x);
          // Diagonally dominant, so the condition is small.
          const got = solveTriangular(full, b, { triangle, transposed, unitDiagonal });
          assertNear(got, x, 100 * EPS, `${triangle} ${transposed} ${unitDiagonal} ${n}`);
        }
      }
    }
  }
});

Deno.test("solveTriangular: what is refused", () => {
  const options = { triangle: "upper" } as const;
  assertThrows(() => solveTriangular(matrixOf(1, 2), matrixOf(1, 1), options), RangeError, "got 1 x 2");
  assertThrows(
    () => solveTriangular(identity(2), matrixOf(3, 1), options),
    RangeError,
    "of 2 rows, got 3 x 1",
  );
  const singular = matrix([[1, 1], [0, 0]]);
  assertThrows(() => solveTriangular(singular, matrixOf(2, 1), options), RangeError, "got one at [1, 1]");
  assertEquals(
    solveTriangular(singular, matrixOf(2, 1), { triangle: "upper", unitDiagonal: true }),
    matrixOf(2, 1),
  );
  assertThrows(
    () => solveTriangular(identity(1), identity(1), { triangle: "left" as "lower" }),
    TypeError,
    'expected "lower" or "upper", got left',
  );
});
