/**
 * Short names for the operations from which functions are composed. Each builds one node and rounds at most once.
 *
 * @module
 */
import { apply, type Bool, type F32, f32Bits, type U32 } from "./expression.ts";

/** a + b. */
export const add = (a: F32, b: F32): F32 => apply("add", a, b);
/** a - b. */
export const subtract = (a: F32, b: F32): F32 => apply("subtract", a, b);
/** a b. */
export const multiply = (a: F32, b: F32): F32 => apply("multiply", a, b);
/** a / b. */
export const divide = (a: F32, b: F32): F32 => apply("divide", a, b);
/** -a, exact: flips the sign bit. */
export const negate = (a: F32): F32 => apply("negate", a);
/** |a|, exact: clears the sign bit. */
export const absolute = (a: F32): F32 => apply("absolute", a);
/** a < b; false if one is NaN. */
export const less = (a: F32, b: F32): Bool => apply("less", a, b);
/** a = b; false if one is NaN, true for two zeros of any sign. */
export const equal = (a: F32, b: F32): Bool => apply("equal", a, b);
/** a if the condition holds, otherwise b; both are evaluated. */
export const select = (condition: Bool, a: F32, b: F32): F32 => apply("selectF32", condition, a, b);

/** `limit < x ? limit : x`: NaN stays. The one-instruction `pmin(x, limit)` of SIMD128. */
export const atMost = (x: F32, limit: F32): F32 => select(less(limit, x), limit, x);
/** `x < limit ? limit : x`: NaN stays. The one-instruction `pmax(x, limit)` of SIMD128. */
export const atLeast = (x: F32, limit: F32): F32 => select(less(x, limit), limit, x);

/** a + b modulo 2^32. */
export const addU32 = (a: U32, b: U32): U32 => apply("addU32", a, b);
/** a - b modulo 2^32. */
export const subtractU32 = (a: U32, b: U32): U32 => apply("subtractU32", a, b);
/** Bitwise exclusive or. */
export const xor = (a: U32, b: U32): U32 => apply("xor", a, b);
/** Bitwise and. */
export const and = (a: U32, b: U32): U32 => apply("and", a, b);

/**
 * A polynomial by Horner's rule, the coefficient of the highest power first, each given by its bits:
 * (...(c0 x + c1) x + ...) x + cn, two roundings a step.
 *
 * @throws {RangeError} if there is no coefficient.
 */
export function polynomial(x: F32, coefficients: readonly number[]): F32 {
  const [first, ...rest] = coefficients;
  if (first === undefined) throw new RangeError("Cannot make a polynomial: expected coefficients, got none");
  return rest.reduce((sum, coefficient) => add(multiply(sum, x), f32Bits(coefficient)), f32Bits(first));
}
