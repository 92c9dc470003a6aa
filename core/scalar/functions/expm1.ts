import { type F32, f32 } from "../expression.ts";
import { add, atLeast, atMost, equal, multiply, polynomial, select, subtract } from "../notation.ts";
import { exponentPlus254, halfPowers, negatedExponentPlus254, reduceByLog2 } from "./_exponential.ts";

/**
 * e^x - 1, accurate near 0 too.
 *
 * With x = n ln 2 + r: 2^n ((1 - 2^-n) + r + r^2 / 2 + r^3 p(r)), the first two sums with their errors. The polynomial is a
 * minimax fit (`_tools/fit_polynomials.ts`, "expm1") with an error of 2^-31.1 relative to e^r - 1. From -17.33 downwards the
 * result is -1. expm1(-0) is -0; NaN stays NaN.
 *
 * *Error* at most 0.815 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.expm1(x)]));
 * assertEquals([f(2 ** -30), f(-100)], [[2 ** -30], [-1]]);
 * ```
 */
export function expm1(x: F32): F32 {
  const one = f32(1);
  const reduced = reduceByLog2(atLeast(atMost(x, f32(89)), f32(-18)));
  const { r, high, low } = reduced;
  const square = multiply(r, r);
  const p = polynomial(r, [
    0x394f34f1, // 0.000197607806
    0x3ab69d1c, // 0.00139323203
    0x3c08896e, // 0.00833354704
    0x3d2aaa7c, // 0.0416664928
    0x3e2aaaaa, // 0.166666657
  ]);
  const rest = add(multiply(square, f32(0.5)), subtract(multiply(multiply(r, square), p), low));
  const [c, d] = halfPowers(negatedExponentPlus254(reduced));
  const power = multiply(c, d); // 2^-n
  const base = subtract(one, power);
  const baseError = subtract(subtract(one, base), power);
  const sum = add(base, high);
  const sumError = subtract(high, subtract(sum, base));
  const y = add(sum, add(add(sumError, baseError), rest));
  const [a, b] = halfPowers(exponentPlus254(reduced));
  return select(equal(x, f32(0)), x, multiply(multiply(y, a), b));
}
