import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Key } from "../random/key.ts";
import { conjugateGradients } from "./conjugate_gradients.ts";
import { kaczmarz } from "./kaczmarz.ts";
import { column, type Matrix, matrix, multiply } from "./matrix.ts";
import { gaussSeidel, gradientDescent, jacobi } from "./stationary_iterations.ts";

/** The second difference of n points: eigenvalues 2 - 2 cos(k pi / (n + 1)). */
function differences(n: number): Matrix {
  return matrix(
    Array.from(
      { length: n },
      (_, i) => Array.from({ length: n }, (_, j) => i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0),
    ),
  );
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

Deno.test("every method finds the parabola whose second difference is -1", () => {
  const n = 9;
  const a = differences(n);
  const b = column(new Array(n).fill(1));
  // x (n + 1 - x) / 2 at 1 ... n.
  const truth = Array.from({ length: n }, (_, i) => (i + 1) * (n - i) / 2);
  const options = { products: 2000, tolerance: 1e-13 };
  // It sees the square of the condition number, 40.
  const more = { products: 20_000, tolerance: 1e-13 };
  for (
    const { x, residual, products } of [
      conjugateGradients(a, b, options),
      conjugateGradients(a, b, { ...options, preconditioner: "diagonal" }),
      jacobi(a, b, options),
      gaussSeidel(a, b, options),
      gradientDescent(a, b, { ...options, rate: 0.5 }),
      kaczmarz(a, b, more),
      kaczmarz(a, b, { ...more, order: (sweep) => Key.from(1).fold(sweep).permutation(n) }),
    ]
  ) {
    assert(distance(x.values, truth) <= 1e-10);
    assert(residual <= 1e-13 && products < more.products);
  }
});

Deno.test("conjugate gradients need as many steps as there are eigenvalues", () => {
  // The identity plus a rank of one has two.
  const n = 12;
  const a = matrix(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => i === j ? 2 : 1)));
  const b = column(Array.from({ length: n }, (_, i) => i * i - 7));
  const { x, products } = conjugateGradients(a, b, { products: 50, tolerance: 1e-12 });
  assertEquals(products, 2);
  assert(distance(multiply(a, x).values, b.values) <= 1e-10);
});

Deno.test("a diagonal matrix is solved in one step with its diagonal, in as many as it has values without", () => {
  const a = matrix([[1, 0, 0], [0, 4, 0], [0, 0, 16]]);
  const b = column([1, 1, 1]);
  const options = { products: 50, tolerance: 1e-12 };
  assertEquals(conjugateGradients(a, b, { ...options, preconditioner: "diagonal" }).products, 1);
  assertEquals(conjugateGradients(a, b, options).products, 3);
});

Deno.test("iterations on the second difference shrink the smoothest vector by known factors", () => {
  // b is its eigenvector of 2 - 2 cos(pi / 8): Jacobi leaves cos(pi / 8), Gauss and Seidel in the long run its square.
  const n = 7;
  const a = differences(n);
  const smooth = Array.from({ length: n }, (_, i) => Math.sin((i + 1) * Math.PI / 8));
  const eigenvalue = 2 - 2 * Math.cos(Math.PI / 8);
  const b = column(smooth.map((value) => eigenvalue * value));
  const errorAfter = (solver: typeof jacobi, products: number) =>
    distance(solver(a, b, { products }).x.values, smooth);
  const cosine = Math.cos(Math.PI / 8);
  assertAlmostEquals(errorAfter(jacobi, 10) / errorAfter(jacobi, 9), cosine, 1e-12);
  assertAlmostEquals(errorAfter(gaussSeidel, 60) / errorAfter(gaussSeidel, 59), cosine * cosine, 1e-9);
  const steps = gradientDescent(a, b, { rate: 0.25, products: 3 });
  const left = (1 - eigenvalue / 4) * (1 - eigenvalue / 4) * (1 - eigenvalue / 4);
  assert(distance(steps.x.values, smooth.map((value) => (1 - left) * value)) <= 1e-15);
});

Deno.test("Kaczmarz's iteration projects onto one equation after the other", () => {
  // Two lines through the origin at an angle t: each projection leaves cos(t) of the distance, a sweep its square.
  for (const t of [0.3, 1, 1.4]) {
    const a = matrix([[0, 1], [-Math.sin(t), Math.cos(t)]]);
    const truth = [2, 0.75];
    const b = multiply(a, column(truth));
    // From 0, in any order: the first projection ends on the first line of the sweep.
    for (
      const order of [undefined, () => [0, 1], () => [1, 0], (sweep: number) => sweep % 2 ? [1, 0] : [0, 1]]
    ) {
      const left: number[] = [];
      const options = order === undefined ? {} : { order };
      kaczmarz(a, b, {
        products: 6,
        ...options,
        watch: (x) => void left.push(Math.hypot(x[0]! - truth[0]!, x[1]! - truth[1]!)),
      });
      const factor = Math.cos(t) * Math.cos(t);
      const turned = order?.(1)[0] !== order?.(0)[0];
      left.slice(1).forEach((value, i) =>
        // A row that has just been made right changes nothing.
        assertAlmostEquals(value / left[i]!, turned ? Math.cos(t) : factor, 1e-9)
      );
    }
  }
});

Deno.test("Kaczmarz's iteration finds the solution of least length, and what fits more equations than unknowns", () => {
  // The point of the plane x + 2 y + 2 z = 9 nearest to 0 is (1, 2, 2).
  assertEquals(kaczmarz(matrix([[1, 2, 2]]), column([9]), { products: 1 }).x, column([1, 2, 2]));
  const a = matrix([[1, 0], [1, 1], [1, 2], [1, 3]]);
  const { x, residual } = kaczmarz(a, column([1, 3, 5, 7]), { products: 500, tolerance: 1e-14 });
  assert(distance(x.values, [1, 2]) <= 1e-12 && residual <= 1e-14);
});

Deno.test("whoever watches sees each step and may end it", () => {
  const a = differences(5);
  const b = column([1, 2, 3, 4, 5]);
  for (const solver of [conjugateGradients, jacobi, gaussSeidel, kaczmarz]) {
    const seen: number[] = [];
    const { products } = solver(a, b, {
      products: 50,
      watch: (_, count) => {
        seen.push(count);
        return count === 3;
      },
    });
    assertEquals([products, ...seen], [3, 1, 2, 3]);
  }
});

Deno.test("b = 0 is solved by 0", () => {
  const zero = column([0, 0]);
  for (const solver of [conjugateGradients, jacobi, gaussSeidel, kaczmarz]) {
    assertEquals(solver(differences(2), zero, { products: 5 }), { x: zero, products: 0, residual: 0 });
  }
});

Deno.test("what cannot be solved is refused", () => {
  const a = differences(2);
  const b = column([1, 2]);
  const refuse = (run: () => unknown, message: string) => assertThrows(run, RangeError, message);
  refuse(() => conjugateGradients(matrix([[1, 2, 3]]), b, { products: 1 }), "expected a square matrix");
  refuse(() => jacobi(a, column([1]), { products: 1 }), "expected a right-hand side of 2 rows");
  refuse(
    () => gaussSeidel(a, matrix([[1, 2], [3, 4]]), { products: 1 }),
    "expected one right-hand side, got 2",
  );
  refuse(() => jacobi(a, b, { products: 0.5 }), "expected a whole number of products, got 0.5");
  refuse(() => jacobi(a, b, { products: 1, tolerance: NaN }), "expected a tolerance of 0 or more, got NaN");
  refuse(
    () => gaussSeidel(matrix([[0, 1], [1, 0]]), b, { products: 1 }),
    "expected a diagonal above 0, got 0 at [0, 0]",
  );
  refuse(
    () => conjugateGradients(matrix([[1, 2], [2, 1]]), column([1, -1]), { products: 1 }),
    "expected a positive definite matrix, got d^T A d = -2",
  );
  refuse(() => kaczmarz(a, column([1]), { products: 1 }), "expected a right-hand side of 2 rows");
  refuse(
    () => kaczmarz(matrix([[1, 2], [0, 0]]), b, { products: 1 }),
    "expected no row of zeros, got one at 1",
  );
  refuse(() => kaczmarz(a, matrix([[1, 2], [3, 4]]), { products: 1 }), "expected one right-hand side, got 2");
  refuse(() => kaczmarz(a, b, { products: -1 }), "expected a whole number of products, got -1");
  for (const row of [2, -1, 0.5]) {
    refuse(
      () => kaczmarz(a, b, { products: 1, order: () => [row] }),
      `expected rows from 0 to 1, got ${row}`,
    );
  }
});
