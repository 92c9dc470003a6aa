import type { ScalarOperation } from "./expression.ts";
import type { WgslHelper } from "./wgsl_helpers.ts";

/**
 * How sums and products of floats are computed.
 *
 * - `plain`: as the driver likes. It may merge, reorder and drop roundings.
 * - `product`: products are opaque to the compiler, so that none is merged into a sum.
 * - `both`: products and sums are opaque: one operation, one rounding.
 * - `soft`: in integers, whatever the driver does with floats.
 * - `detect`: as `both`, and the private variable `flushed` becomes true if a driver that takes subnormals for zeros may
 *   have given other bits. It never becomes false again by itself.
 */
export type WgslArithmetic = "plain" | "product" | "both" | "soft" | "detect";

/** The helpers of sums and products. */
const SUMS: { readonly [A in WgslArithmetic]: { readonly add: WgslHelper; readonly multiply: WgslHelper } } =
  {
    plain: { add: "add_plain", multiply: "multiply_plain" },
    product: { add: "add_plain", multiply: "multiply_barrier" },
    both: { add: "add_barrier", multiply: "multiply_barrier" },
    soft: { add: "add_soft", multiply: "multiply_soft" },
    detect: { add: "add_detect", multiply: "multiply_detect" },
  };

/** The helper of `a + b` or `a * b` for kernels that write their own loops. */
export function wgslSum(
  arithmetic: WgslArithmetic,
): { readonly add: WgslHelper; readonly multiply: WgslHelper } {
  return SUMS[arithmetic];
}

/** What an operation's text is made of: how to name a helper, and how sums and products are computed. */
export interface WgslContext {
  readonly helper: (name: WgslHelper) => WgslHelper;
  readonly arithmetic: WgslArithmetic;
}

type Emit = (context: WgslContext, operands: readonly string[], immediate: number) => string;

const call = (name: WgslHelper): Emit => ({ helper }, operands) => `${helper(name)}(${operands.join(", ")})`;
const infix = (operator: string): Emit => (_, [a, b]) => `${a} ${operator} ${b}`;
const sum = (operation: "add" | "multiply"): Emit => ({ helper, arithmetic }, [a, b]) =>
  `${helper(SUMS[arithmetic][operation])}(${a}, ${b})`;
const choice: Emit = (_, [condition, a, b]) => `select(${b}, ${a}, ${condition})`;

/** The text of each operation. */
export const WGSL_OPERATIONS: Readonly<Record<ScalarOperation, Emit>> = {
  add: sum("add"),
  subtract: (context, [a, b]) => sum("add")(context, [a!, `${b} ^ 0x80000000u`], 0),
  multiply: sum("multiply"),
  divide: call("divide"),
  squareRoot: call("square_root"),
  floor: call("floor_bits"),
  ceil: call("ceil_bits"),
  truncate: call("truncate"),
  nearest: call("nearest"),
  absolute: (_, [a]) => `${a} & 0x7fffffffu`,
  negate: (_, [a]) => `${a} ^ 0x80000000u`,
  equal: call("equal"),
  less: call("less"),
  lessOrEqual: call("less_or_equal"),
  addU32: infix("+"),
  subtractU32: infix("-"),
  multiplyU32: infix("*"),
  multiplyHighU32: call("multiply_high"),
  and: infix("&"),
  or: infix("|"),
  xor: infix("^"),
  shiftLeft: (_, [a], distance) => `${a} << ${distance}u`,
  shiftRight: (_, [a], distance) => `${a} >> ${distance}u`,
  shiftRightSigned: (_, [a], distance) => `bitcast<u32>(bitcast<i32>(${a}) >> ${distance}u)`,
  equalU32: infix("=="),
  lessU32: infix("<"),
  lessSigned: (_, [a, b]) => `bitcast<i32>(${a}) < bitcast<i32>(${b})`,
  not: (_, [a]) => `!${a}`,
  both: infix("&"),
  either: infix("|"),
  selectF32: choice,
  selectU32: choice,
  bitsOf: call("canonical"),
  fromBits: (_, [a]) => a!,
  f32FromU32: call("f32_from_u32"),
  f32FromI32: call("f32_from_i32"),
  u32FromF32: call("u32_from_f32"),
  i32FromF32: call("i32_from_f32"),
  scaleByPowerOfTwo: call("scale"),
  significandOf: call("significand_of"),
  exponentOf: call("exponent_of"),
};
