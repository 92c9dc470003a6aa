/**
 * Short names for the operations from which functions are composed. Each builds one node and rounds at most once.
 *
 * @module
 */
import { apply, type Bool, type F32, f32Bits, type U32 } from "./expression.ts";

/**
 * a + b.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { add, compileScalar, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [add(a, b)]));
 * assertEquals(f(1.5, 2), [3.5]);
 * ```
 */
export const add = (a: F32, b: F32): F32 => apply("add", a, b);

/**
 * a - b.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, scalarProgram, subtract } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [subtract(a, b)]));
 * assertEquals(f(1.5, 2), [-0.5]);
 * ```
 */
export const subtract = (a: F32, b: F32): F32 => apply("subtract", a, b);

/**
 * a b.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, multiply, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [multiply(a, b)]));
 * assertEquals(f(1.5, 2), [3]);
 * ```
 */
export const multiply = (a: F32, b: F32): F32 => apply("multiply", a, b);

/**
 * a / b.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, divide, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [divide(a, b)]));
 * assertEquals(f(1, 3), [Math.fround(1 / 3)]);
 * ```
 */
export const divide = (a: F32, b: F32): F32 => apply("divide", a, b);

/**
 * -a, exact: flips the sign bit.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, negate, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32"], (a) => [negate(a)]));
 * assertEquals(f(1.5), [-1.5]);
 * assertEquals(f(0), [-0]);
 * ```
 */
export const negate = (a: F32): F32 => apply("negate", a);

/**
 * |a|, exact: clears the sign bit.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { absolute, compileScalar, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32"], (a) => [absolute(a)]));
 * assertEquals(f(-1.5), [1.5]);
 * ```
 */
export const absolute = (a: F32): F32 => apply("absolute", a);

/**
 * a < b; false if one is NaN.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, less, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [less(a, b)]));
 * assertEquals(f(1, 2), [1]);
 * assertEquals(f(2, 2), [0]);
 * ```
 */
export const less = (a: F32, b: F32): Bool => apply("less", a, b);

/**
 * a = b; false if one is NaN, true for two zeros of any sign.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, equal, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [equal(a, b)]));
 * assertEquals(f(0, -0), [1]);
 * assertEquals(f(NaN, NaN), [0]);
 * ```
 */
export const equal = (a: F32, b: F32): Bool => apply("equal", a, b);

/**
 * a if the condition holds, otherwise b; both are evaluated.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, less, scalarProgram, select } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [select(less(a, b), a, b)]));
 * assertEquals(f(1, 2), [1]);
 * assertEquals(f(4, 3), [3]);
 * ```
 */
export const select = (condition: Bool, a: F32, b: F32): F32 => apply("selectF32", condition, a, b);

/**
 * `limit < x ? limit : x`: NaN stays. The one-instruction `pmin(x, limit)` of SIMD128.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { atMost, compileScalar, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [atMost(a, b)]));
 * assertEquals(f(5, 3), [3]);
 * assertEquals(f(NaN, 3), [NaN]);
 * ```
 */
export const atMost = (x: F32, limit: F32): F32 => select(less(limit, x), limit, x);

/**
 * `x < limit ? limit : x`: NaN stays. The one-instruction `pmax(x, limit)` of SIMD128.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { atLeast, compileScalar, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [atLeast(a, b)]));
 * assertEquals(f(-5, 0), [0]);
 * assertEquals(f(NaN, 0), [NaN]);
 * ```
 */
export const atLeast = (x: F32, limit: F32): F32 => select(less(x, limit), limit, x);

/**
 * a + b modulo 2^32.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { addU32, compileScalar, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["u32", "u32"], (a, b) => [addU32(a, b)]));
 * assertEquals(f(0xffffffff, 2), [1]);
 * ```
 */
export const addU32 = (a: U32, b: U32): U32 => apply("addU32", a, b);

/**
 * a - b modulo 2^32.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, scalarProgram, subtractU32 } = scalar;
 * const f = compileScalar(scalarProgram(["u32", "u32"], (a, b) => [subtractU32(a, b)]));
 * assertEquals(f(1, 2), [0xffffffff]);
 * ```
 */
export const subtractU32 = (a: U32, b: U32): U32 => apply("subtractU32", a, b);

/**
 * Bitwise exclusive or.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, scalarProgram, xor } = scalar;
 * const f = compileScalar(scalarProgram(["u32", "u32"], (a, b) => [xor(a, b)]));
 * assertEquals(f(0b1100, 0b1010), [0b0110]);
 * ```
 */
export const xor = (a: U32, b: U32): U32 => apply("xor", a, b);

/**
 * Bitwise and.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { and, compileScalar, scalarProgram } = scalar;
 * const f = compileScalar(scalarProgram(["u32", "u32"], (a, b) => [and(a, b)]));
 * assertEquals(f(0b1100, 0b1010), [0b1000]);
 * ```
 */
export const and = (a: U32, b: U32): U32 => apply("and", a, b);

/**
 * A polynomial by Horner's rule, the coefficient of the highest power first, each given by its bits:
 * (...(c0 x + c1) x + ...) x + cn, two roundings a step.
 *
 * @throws {RangeError} if there is no coefficient.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, polynomial, scalarProgram } = scalar;
 * // 0.5 x^2 + 2 x + 1
 * const coefficients = [0x3f000000, 0x40000000, 0x3f800000];
 * const p = compileScalar(scalarProgram(["f32"], (x) => [polynomial(x, coefficients)]));
 * assertEquals(p(4), [17]);
 * ```
 */
export function polynomial(x: F32, coefficients: readonly number[]): F32 {
  const [first, ...rest] = coefficients;
  if (first === undefined) throw new RangeError("Cannot make a polynomial: expected coefficients, got none");
  return rest.reduce((sum, coefficient) => add(multiply(sum, x), f32Bits(coefficient)), f32Bits(first));
}
