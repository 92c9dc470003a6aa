import { type Scalar, type ScalarOperation, type ScalarProgram, topologicalOrder } from "./expression.ts";
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

/** A scalar program as WGSL, to be put into a function. A float is a u32, its bits; a bool is a bool. */
export interface WgslCode {
  /** The helpers that the statements call; `wgslHelpers` declares them. */
  readonly helpers: ReadonlySet<WgslHelper>;
  /** One statement per operation, in static single assignment, given one expression (a name) for each input. */
  statements(inputNames: readonly string[]): string[];
  /** The names to which the statements assign the outputs. */
  readonly outputNames: readonly string[];
}

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
interface Context {
  readonly helper: (name: WgslHelper) => WgslHelper;
  readonly arithmetic: WgslArithmetic;
}

type Emit = (context: Context, operands: readonly string[], immediate: number) => string;

const call = (name: WgslHelper): Emit => ({ helper }, operands) => `${helper(name)}(${operands.join(", ")})`;
const infix = (operator: string): Emit => (_, [a, b]) => `${a} ${operator} ${b}`;
const sum = (operation: "add" | "multiply"): Emit => ({ helper, arithmetic }, [a, b]) =>
  `${helper(SUMS[arithmetic][operation])}(${a}, ${b})`;
const choice: Emit = (_, [condition, a, b]) => `select(${b}, ${a}, ${condition})`;

const EMITTERS: Readonly<Record<ScalarOperation, Emit>> = {
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

const SUMMING: ReadonlySet<string> = new Set<ScalarOperation>(["add", "subtract", "multiply"]);

/**
 * Emits a scalar program to WGSL.
 *
 * The text holds no float literal and no float comparison: what WGSL leaves open (infinities, NaN, the sign of zero,
 * reassociation, division) it leaves open for floats, so floats appear in sums, products and first guesses only.
 *
 * @param prefix Begins each name that is declared: two programs in one function need two.
 *
 * @example 1 - x y
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { emitWgsl, f32, multiply, scalarProgram, subtract } = scalar;
 * const program = scalarProgram(["f32", "f32"], (x, y) => [subtract(f32(1), multiply(x, y))]);
 * assertEquals(emitWgsl(program, "both").statements(["x", "y"]), [
 *   "let v0 = multiply_barrier(x, y);",
 *   "let v1 = add_barrier((0x3f800000u ^ parameters[0].x), v0 ^ 0x80000000u);",
 *   "let v_out0 = v1;",
 * ]);
 * ```
 */
export function emitWgsl(program: ScalarProgram, arithmetic: WgslArithmetic, prefix = "v"): WgslCode {
  const order = topologicalOrder(program.outputs);
  const helpers = new Set<WgslHelper>();
  const context: Context = { arithmetic, helper: (name) => (helpers.add(name), name) };
  const outputNames = program.outputs.map((_, index) => `${prefix}_out${index}`);
  const emit = (inputNames: readonly string[]): string[] => {
    const names = new Map<Scalar, string>();
    const checked = new Set<Scalar>();
    const lines: string[] = [];
    let next = 0;
    for (const node of order) {
      const { operation, operands, immediate } = node;
      if (operation === "input") names.set(node, inputNames[immediate]!);
      else if (operation === "constant") names.set(node, constant(node));
      else {
        const summing = SUMMING.has(operation);
        if (summing && arithmetic === "detect") {
          for (const operand of operands) {
            if (checked.has(operand) || SUMMING.has(operand.operation)) continue;
            checked.add(operand);
            lines.push(`flushed = flushed | ${context.helper("is_subnormal")}(${names.get(operand)});`);
          }
        }
        const texts = operands.map((operand) => {
          const text = names.get(operand)!;
          // A compiler that sees 0 drops a product by it, though the other factor may be infinite. Not the zero that the
          // helpers put to the right operand: twice the same would cancel.
          const hidden = summing && operand.operation === "constant" && arithmetic !== "plain";
          return hidden ? `(${text} ^ parameters[0].x)` : text;
        });
        const name = `${prefix}${next++}`;
        lines.push(`let ${name} = ${EMITTERS[operation](context, texts, immediate)};`);
        names.set(node, name);
      }
    }
    program.outputs.forEach((node, index) => lines.push(`let ${outputNames[index]} = ${names.get(node)};`));
    return lines;
  };
  emit(program.inputs.map(() => "0u"));
  return {
    helpers,
    outputNames,
    statements(inputNames) {
      if (inputNames.length !== program.inputs.length) {
        throw new RangeError(
          `Cannot emit a scalar program: expected ${program.inputs.length} input names, got ${inputNames.length}`,
        );
      }
      return emit(inputNames);
    },
  };
}

function constant({ type, immediate }: Scalar): string {
  if (type === "bool") return `${immediate !== 0}`;
  return type === "f32" ? `0x${immediate.toString(16).padStart(8, "0")}u` : `${immediate}u`;
}
