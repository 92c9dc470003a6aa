import { checkRightSide } from "./_check.ts";
import { dot } from "./_iteration.ts";
import { cholesky, choleskySolve } from "./cholesky.ts";
import { column, type Matrix, matrixOf, multiply, transpose } from "./matrix.ts";

/** Residuals at a point, m x 1, and their derivatives by the unknowns, m x n. */
export interface Linearised {
  /** The residuals, m x 1. */
  readonly residuals: Matrix;
  /** Their derivatives, m x n. */
  readonly jacobian: Matrix;
}

/** How sums of squares are minimised. */
export interface LevenbergMarquardtOptions {
  /** At most so many systems are solved. */
  readonly iterations: number;
  /** What lambda multiplies: the identity (Levenberg) or the diagonal of J^T J (Marquardt, the default). */
  readonly scaling?: "identity" | "diagonal";
  /** lambda at first; 0 is Gauss-Newton, whose steps are all taken. Default 0.001. */
  readonly damping?: number;
  /** What lambda is divided by after a step that lowers f and multiplied by after one that does not; default 10. */
  readonly factor?: number;
  /** Ends when f is not above it; default 0. */
  readonly target?: number;
}

/** One solved system. */
export interface LevenbergMarquardtStep {
  /** lambda of the system. */
  readonly damping: number;
  /** f where the step leads. */
  readonly value: number;
  /** Whether it was taken. */
  readonly accepted: boolean;
}

/** What was found. */
export interface LevenbergMarquardtResult {
  /** The last point, n x 1. */
  readonly x: Matrix;
  /** f there: the sum of the squares of the residuals. */
  readonly value: number;
  /** Every system that was solved, in order. */
  readonly steps: readonly LevenbergMarquardtStep[];
}

/** Beyond this lambda no step that rounding can show is left. */
const LARGEST_DAMPING = 1e300;

/**
 * Minimises a sum of squares f(x) = |r(x)|^2 by the method of Levenberg and Marquardt.
 *
 * Each iteration solves (J^T J + lambda D) s = -J^T r, with D the identity (Levenberg) or the diagonal of J^T J (Marquardt).
 * A step that lowers f is taken, and lambda divided by the factor; any other is not, and lambda multiplied. Marquardt's
 * steps do not depend on the units of the unknowns.
 *
 * *Shapes* start n x 1; r m x 1, J m x n -> x n x 1. *Order* J^T J and J^T r ascend over the m residuals; systems by
 * `cholesky`. *Source* i2dl, lecture 5; K. Levenberg (1944), D. Marquardt (1963).
 *
 * @throws {RangeError} if a shape does not fit, an element is not finite at the start, an option makes no sense, or lambda is 0 and
 * J^T J not positive definite.
 *
 * @example Where the square of x is 4
 * ```ts
 * import { linalg } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const { x } = linalg.levenbergMarquardt(
 *   ({ values: [x] }) => ({
 *     residuals: linalg.column([x! * x! - 4]),
 *     jacobian: linalg.column([2 * x!]),
 *   }),
 *   linalg.column([1]),
 *   { iterations: 30 },
 * );
 * assertAlmostEquals(x.values[0]!, 2, 1e-12);
 * ```
 */
export function levenbergMarquardt(
  linearise: (x: Matrix) => Linearised,
  start: Matrix,
  options: LevenbergMarquardtOptions,
): LevenbergMarquardtResult {
  const what = "minimise a sum of squares";
  const { iterations, scaling = "diagonal", factor = 10, target = 0 } = options;
  let damping = options.damping ?? 0.001;
  checkRightSide(start, start.rows, what);
  if (!Number.isInteger(iterations) || iterations < 0) {
    throw new RangeError(`Cannot ${what}: expected a whole number of iterations, got ${iterations}`);
  }
  if (!(damping >= 0 && damping < LARGEST_DAMPING) || !(factor > 1)) {
    throw new RangeError(
      `Cannot ${what}: expected a damping of 0 or more and a factor above 1, got ${damping} and ${factor}`,
    );
  }
  const undamped = damping === 0;
  let x = column(start.values);
  let here = linearise(x);
  checkShapes(here, start.rows, what);
  let value = dot(here.residuals.values, here.residuals.values);
  if (!(value < Infinity)) throw new RangeError(`Cannot ${what}: expected a finite start, got f = ${value}`);
  const steps: LevenbergMarquardtStep[] = [];
  while (steps.length < iterations && value > target && damping < LARGEST_DAMPING) {
    const step = solveStep(here, damping, scaling);
    // A system that rounding has made singular is one more reason for damping.
    const moved = step && column(x.values.map((of, i) => of + step.values[i]!));
    if (step === undefined && undamped) {
      throw new RangeError(`Cannot ${what}: expected a positive definite J^T J, which lambda = 0 needs`);
    }
    const next = moved && linearise(moved);
    const nextValue = next ? dot(next.residuals.values, next.residuals.values) : Infinity;
    const accepted = undamped ? nextValue < Infinity : nextValue < value;
    steps.push({ damping, value: nextValue, accepted });
    if (accepted) {
      [x, here, value] = [moved!, next!, nextValue];
      damping /= factor;
    } else {
      if (undamped) break;
      damping *= factor;
    }
  }
  return { x, value, steps };
}

function checkShapes({ residuals, jacobian }: Linearised, unknowns: number, what: string): void {
  checkRightSide(residuals, jacobian.rows, what);
  if (jacobian.columns !== unknowns || residuals.columns !== 1) {
    throw new RangeError(
      `Cannot ${what}: expected one column of residuals and ${unknowns} of derivatives, got ` +
        `${residuals.columns} and ${jacobian.columns}`,
    );
  }
}

/** The step, or undefined if the system is not positive definite within rounding. */
function solveStep(
  { residuals, jacobian }: Linearised,
  damping: number,
  scaling: "identity" | "diagonal",
): Matrix | undefined {
  const transposed = transpose(jacobian);
  const gram = multiply(transposed, jacobian);
  const n = gram.rows;
  const damped = gram.values.map((value, k) =>
    k % (n + 1) === 0 ? value + damping * (scaling === "diagonal" ? value : 1) : value
  );
  const right = multiply(transposed, residuals).values.map((value) => -value);
  try {
    return choleskySolve(cholesky(matrixOf(n, n, damped)), column(right));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
