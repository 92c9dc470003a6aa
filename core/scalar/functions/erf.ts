import { type F32, f32, f32Bits } from "../expression.ts";
import { absolute, add, atMost, less, multiply, polynomial, select, subtract } from "../notation.ts";
import { withSignOf } from "./_sign.ts";

/**
 * The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.
 *
 * For a = |x| below 1: a + a (c0 - a^2 / 4) + a^3 p(a^2), where the quarter keeps p small; a minimax fit
 * (`_tools/fit_polynomials.ts`, "erf") with a relative error of 2^-29.4. Above: 1 - q(a - 2.125), a minimax fit
 * ("erfTail") with an error of 2^-30.4, up to a = 4, from where the result is 1. erf(-x) = -erf(x), so erf(-0) = -0; NaN
 * stays NaN.
 *
 * *Error* at most 0.953 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.erf(x)]));
 * assertEquals([f(-0), f(1), f(5)], [[-0], [Math.fround(0.8427008)], [1]]);
 * ```
 */
export function erf(x: F32): F32 {
  const a = absolute(x);
  const square = multiply(a, a);
  const p = polynomial(square, [
    0x38a3b8fe, // 0.0000780690316
    0xba51a8af, // -0.00079978531
    0x3ba9f912, // 0.0051871622
    0xbcdbfb8d, // -0.0268533472
    0x3de71673, // 0.112835787
    0xbe01273e, // -0.12612626
  ]);
  const first = subtract(f32Bits(0x3e0375d4 /* 0.128379166 */), multiply(square, f32(0.25)));
  const small = add(a, add(multiply(a, first), multiply(multiply(a, square), p)));

  const q = polynomial(subtract(atMost(a, f32(4)), f32(2.125)), [
    0x34bbc4dd, // 3.49747012e-7
    0xb63f92b8, // -0.00000285466194
    0x36d5c7af, // 0.0000063711409
    0x37566054, // 0.0000127778221
    0xb8bc5af1, // -0.0000898147773
    0x39017b43, // 0.000123483173
    0x39950718, // 0.000284247799
    0xbab53420, // -0.00138247386
    0x3af56d0c, // 0.00187245151
    0x3aeea025, // 0.00182056858
    0xbc4cbdde, // -0.0124964397
    0x3cd7f333, // 0.0263610836
    0xbd075218, // -0.0330372751
    0x3cd6d42c, // 0.0262242183
    0xbc4a312d, // -0.012340826
    0x3b2def3b, // 0.00265402975
  ]);
  const y = select(less(a, f32(1)), small, subtract(f32(1), q));
  return withSignOf(x, y);
}
