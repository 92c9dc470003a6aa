import { type Scalar, type ScalarOperation, type ScalarProgram, topologicalOrder } from "./expression.ts";
import { WGSL_OPERATIONS, type WgslArithmetic, type WgslContext } from "./_wgsl_operations.ts";
import type { WgslHelper } from "./wgsl_helpers.ts";

export { type WgslArithmetic, wgslSum } from "./_wgsl_operations.ts";

/** A scalar program as WGSL, to be put into a function. A float is a u32, its bits; a bool is a bool. */
export interface WgslCode {
  /** The helpers that the statements call; `wgslHelpers` declares them. */
  readonly helpers: ReadonlySet<WgslHelper>;
  /** One statement per operation, in static single assignment, given one expression (a name) for each input. */
  statements(inputNames: readonly string[]): string[];
  /** The names to which the statements assign the outputs. */
  readonly outputNames: readonly string[];
}

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
  const context: WgslContext = { arithmetic, helper: (name) => (helpers.add(name), name) };
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
            if (operand.operation === "constant" && !isSubnormal(operand.immediate)) continue;
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
        lines.push(`let ${name} = ${WGSL_OPERATIONS[operation](context, texts, immediate)};`);
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

function isSubnormal(bits: number): boolean {
  const magnitude = bits & 0x7fffffff;
  return magnitude > 0 && magnitude < 0x00800000;
}

function constant({ type, immediate }: Scalar): string {
  if (type === "bool") return `${immediate !== 0}`;
  return type === "f32" ? `0x${immediate.toString(16).padStart(8, "0")}u` : `${immediate}u`;
}
