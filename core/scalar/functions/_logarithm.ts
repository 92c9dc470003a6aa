import { apply, type F32, f32, f32Bits, shift, u32 } from "../expression.ts";
import { add, multiply, polynomial, subtract, subtractU32 } from "../notation.ts";

/** The bits of sqrt(1/2), rounded up: significands are taken from there to sqrt(2). */
const ROOT_HALF = 0x3f3504f3;

/** What log(x) is changed by. */
interface Changes {
  /** This many ln 2 less. */
  readonly borrowed?: F32;
  /** This much more: below one unit of the last place of x. */
  readonly correction?: F32;
}

/**
 * The logarithm of a normal positive x, changed.
 *
 * x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and log x = k ln 2 + f - f^2 / 2 + f^3 p(f). The polynomial is a
 * minimax fit (`_tools/fit_polynomials.ts`, "log") with an error of 2^-27.3 relative to log(1 + f).
 */
export function logarithm(x: F32, { borrowed, correction }: Changes): F32 {
  const bits = apply("bitsOf", x);
  const exponent = shift("shiftRightSigned", subtractU32(bits, u32(ROOT_HALF)), 23);
  const f = subtract(apply("fromBits", subtractU32(bits, shift("shiftLeft", exponent, 23))), f32(1));
  const whole = apply("f32FromI32", exponent);
  const k = borrowed === undefined ? whole : subtract(whole, borrowed);
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
  // ln 2 = 0.693359375 - 0.000212194442; the product of k with the first part is exact
  const high = multiply(k, f32Bits(0x3f318000));
  const low = multiply(k, f32Bits(0xb95e8083));
  const corrected = correction === undefined ? low : add(low, correction);
  const tail = add(corrected, multiply(square, multiply(f, p)));
  return add(high, subtract(f, subtract(multiply(square, f32(0.5)), tail)));
}
