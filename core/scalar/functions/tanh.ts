import { apply, type F32, f32, f32Bits, shift, u32 } from "../expression.ts";
import {
  absolute,
  add,
  addU32,
  atMost,
  divide,
  less,
  multiply,
  polynomial,
  select,
  subtract,
} from "../notation.ts";
import { exponential } from "./_exponential.ts";
import { withSignOf } from "./_sign.ts";

/**
 * The hyperbolic tangent.
 *
 * For a = |x| below 0.8: a + a^3 p(a^2), p a minimax fit (`_tools/fit_polynomials.ts`, "tanh") with a relative error of
 * 2^-28.0. Above: 1 - 2 / (1 + e^2a) with e^2a = 2^n (1 + s), where 1 + 2^n + 2^n s is summed with the error of its first
 * sum. From 9.02 upwards the result is 1. tanh(-x) = -tanh(x), so tanh(-0) = -0; NaN stays NaN.
 *
 * *Error* at most 0.989 ulp, over all floats (see `core/scalar/README.md`).
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const f = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => [scalar.tanh(x)]));
 * assertEquals([f(-0), f(2 ** -30), f(100)], [[-0], [2 ** -30], [1]]);
 * ```
 */
export function tanh(x: F32): F32 {
  const one = f32(1);
  const a = absolute(x);
  const square = multiply(a, a);
  const p = polynomial(square, [
    0x3ad00429, // 0.00158703804
    0xbbf2f290, // -0.00741416961
    0x3cae8b06, // 0.0213065259
    0xbd5c9597, // -0.0538535975
    0x3e0885ac, // 0.133322418
    0xbeaaaa9f, // -0.333332986
  ]);
  const small = add(a, multiply(multiply(a, square), p));

  const parts = exponential(atMost(add(a, a), f32(19)));
  // the last bits of `shifted` are n: shifted into the exponent's place and added to that of 1, they make 2^n
  const power = apply("fromBits", addU32(shift("shiftLeft", parts.shifted, 23), u32(0x3f800000)));
  const base = add(one, power); // exact up to n = 23; above, the lost bits are far below those of the result
  const scaled = multiply(parts.high, power);
  const sum = add(base, scaled);
  const error = subtract(scaled, subtract(sum, base));
  const denominator = add(sum, add(error, multiply(parts.rest, power)));
  const large = subtract(one, divide(f32(2), denominator));

  const y = select(less(a, f32Bits(0x3f4ccccd /* 0.8 */)), small, large);
  return withSignOf(x, y);
}
