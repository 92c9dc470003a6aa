import { apply, type F32, f32, f32Bits, shift, u32 } from "../expression.ts";
import { add, equal, less, multiply, polynomial, select, subtract, subtractU32 } from "../notation.ts";

/** The bits of sqrt(1/2), rounded up: significands are taken from there to sqrt(2). */
const ROOT_HALF = 0x3f3504f3;

/**
 * The natural logarithm.
 *
 * x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and log x = k ln 2 + f - f^2 / 2 + f^3 p(f). The polynomial is a
 * minimax fit (`_tools/fit_polynomials.ts`, "log") with an error of 2^-27.3 relative to log(1 + f). log(+-0) is -infinity,
 * log(1) is +0; a negative number and NaN give NaN.
 *
 * *Error* at most 0.842 ulp, over all floats (see `core/scalar/README.md`).
 */
export function log(x: F32): F32 {
  const subnormal = less(x, f32Bits(0x00800000 /* 2^-126 */));
  const bits = apply("bitsOf", select(subnormal, multiply(x, f32Bits(0x4b000000 /* 2^23 */)), x));
  const exponent = shift("shiftRightSigned", subtractU32(bits, u32(ROOT_HALF)), 23);
  const f = subtract(apply("fromBits", subtractU32(bits, shift("shiftLeft", exponent, 23))), f32(1));
  const k = subtract(apply("f32FromI32", exponent), select(subnormal, f32(23), f32(0)));
  const square = multiply(f, f);
  const p = polynomial(f, [
    0xbd9c64ea, // -0.0763643533
    0x3e02af62, // 0.127622157
    0xbe06c121, // -0.131596103
    0x3e116c97, // 0.1420158
    0xbe2a3945, // -0.166234091
    0x3e4cd00e, // 0.200012416
    0xbe800113, // -0.250008196
    0x3eaaaaaa, // 0.333333313
  ]);
  const cubic = multiply(square, multiply(f, p));
  // ln 2 = 0.693359375 - 2.12194442e-4; the product of k with the first part is exact
  const low = add(multiply(k, f32Bits(0xb95e8083)), cubic);
  const high = multiply(k, f32Bits(0x3f318000));
  const y = add(high, subtract(f, subtract(multiply(square, f32(0.5)), low)));
  const positive = select(less(x, f32(Infinity)), y, x);
  return select(less(f32(0), x), positive, select(equal(x, f32(0)), f32(-Infinity), f32(NaN)));
}
