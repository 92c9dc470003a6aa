import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { leastSquares } from "./least_squares.ts";
import { levenbergMarquardt, type Linearised } from "./levenberg_marquardt.ts";
import { column, type Matrix, matrix, multiply } from "./matrix.ts";

/** Rosenbrock's valley: the least value 0 at (1, 1). */
function valley({ values }: Matrix): Linearised {
  const [x, y] = [values[0]!, values[1]!];
  return { residuals: column([10 * (y - x * x), 1 - x]), jacobian: matrix([[-20 * x, 10], [-1, 0]]) };
}

Deno.test("the end of Rosenbrock's valley is found, and every step that is taken goes down", () => {
  for (const scaling of ["identity", "diagonal"] as const) {
    const { x, value, steps } = levenbergMarquardt(valley, column([-1.2, 1]), { iterations: 200, scaling });
    assertAlmostEquals(x.values[0]!, 1, 1e-9);
    assertAlmostEquals(x.values[1]!, 1, 1e-9);
    assert(value <= 1e-18);
    let last = 24.2; // 4.4^2 + 2.2^2
    for (const step of steps) {
      assertEquals(step.accepted, step.value < last);
      if (step.accepted) last = step.value;
    }
    assert(steps.some(({ accepted }) => !accepted));
  }
});

Deno.test("without damping linear residuals take one step, that of least squares", () => {
  const a = matrix([[1, 0], [1, 1], [1, 2], [1, 5]]);
  const b = column([1, -2, 0.5, 4]);
  const linear = (x: Matrix): Linearised => ({
    residuals: column(multiply(a, x).values.map((value, i) => value - b.values[i]!)),
    jacobian: a,
  });
  const { x, steps } = levenbergMarquardt(linear, column([7, -7]), { iterations: 1, damping: 0 });
  const truth = leastSquares(a, b);
  assertEquals(steps.length, 1);
  x.values.forEach((value, i) => assertAlmostEquals(value, truth.values[i]!, 1e-12));
});

Deno.test("Marquardt's steps do not depend on the units of the unknowns, Levenberg's do", () => {
  // The second unknown in units 1024 times as small: powers of two leave no rounding.
  const inUnits = (unit: number) => (x: Matrix): Linearised => {
    const { residuals, jacobian } = valley(column([x.values[0]!, x.values[1]! * unit]));
    return { residuals, jacobian: scaled(jacobian, unit) };
  };
  const scaled = ({ values }: Matrix, unit: number) =>
    matrix([[values[0]!, values[1]! * unit], [values[2]!, values[3]! * unit]]);
  const path = (unit: number, scaling: "identity" | "diagonal") =>
    levenbergMarquardt(inUnits(unit), column([-1.2, 1 / unit]), { iterations: 12, scaling })
      .steps.map(({ value }) => value);
  assertEquals(path(1024, "diagonal"), path(1, "diagonal"));
  assert(path(1024, "identity").some((value, i) => value !== path(1, "identity")[i]));
});

Deno.test("one damped step is the one that is written", () => {
  // J = (1, 0; 0, 2), r = (3, 4): J^T J + lambda D = (1 + l, 0; 0, 4 + l) or (1 + l, 0; 0, 4 + 4 l), J^T r = (3, 8).
  const a = matrix([[1, 0], [0, 2]]);
  const linear = (x: Matrix): Linearised => ({
    residuals: column([x.values[0]! + 3, 2 * x.values[1]! + 4]),
    jacobian: a,
  });
  const step = (scaling: "identity" | "diagonal") => [
    ...levenbergMarquardt(linear, column([0, 0]), { iterations: 1, damping: 1, scaling }).x.values,
  ];
  const near = (found: number[], wanted: number[]) =>
    found.forEach((value, i) => assertAlmostEquals(value, wanted[i]!, 1e-15));
  near(step("identity"), [-3 / 2, -8 / 5]);
  near(step("diagonal"), [-3 / 2, -1]);
});

Deno.test("what cannot be minimised is refused", () => {
  const refuse = (run: () => unknown, message: string) => assertThrows(run, RangeError, message);
  const start = column([1, 1]);
  refuse(
    () => levenbergMarquardt(valley, start, { iterations: -1 }),
    "expected a whole number of iterations",
  );
  refuse(
    () => levenbergMarquardt(valley, start, { iterations: 1, factor: 1 }),
    "a factor above 1, got 0.001 and 1",
  );
  refuse(
    () =>
      levenbergMarquardt(() => ({ residuals: column([1]), jacobian: matrix([[1]]) }), start, {
        iterations: 1,
      }),
    "expected one column of residuals and 2 of derivatives, got 1 and 1",
  );
  refuse(
    () =>
      levenbergMarquardt(() => ({ residuals: column([1]), jacobian: matrix([[0, 0]]) }), start, {
        iterations: 1,
        damping: 0,
      }),
    "expected a positive definite J^T J",
  );
});
