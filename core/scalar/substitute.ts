import { compileScalar } from "./emit_typescript.ts";
import {
  type Bool,
  f32Bits,
  type Scalar,
  scalarProgram,
  topologicalOrder,
  u32,
  withOperands,
} from "./expression.ts";

const ONE = f32Bits(0x3f800000);
const PLUS_ZERO = f32Bits(0);
const MINUS_ZERO = f32Bits(0x80000000);

/**
 * Expressions with other expressions in place of their inputs, simplified as rule N10 allows: x * 1, x / 1, x - (+0),
 * x + (-0) and -(-x) become x, and operations on constants become constants.
 *
 * @param inputs What stands for each input, of the same type.
 *
 * @example (x - 0) (y / 2) with y = 2
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const { apply, f32, input, substitute } = scalar;
 * const [x, y] = [input("f32", 0), input("f32", 1)];
 * const product = apply("multiply", apply("subtract", x, f32(0)), apply("divide", y, f32(2)));
 * assertStrictEquals(substitute([product], [x, f32(2)])[0], x);
 * ```
 */
export function substitute(outputs: readonly Scalar[], inputs: readonly Scalar[]): Scalar[] {
  const replaced = new Map<Scalar, Scalar>();
  for (const node of topologicalOrder(outputs)) {
    const operands = node.operands.map((operand) => replaced.get(operand)!);
    replaced.set(node, node.operation === "input" ? inputs[node.immediate]! : simplified(node, operands));
  }
  return outputs.map((node) => replaced.get(node)!);
}

function simplified(node: Scalar, operands: readonly Scalar[]): Scalar {
  const [a, b] = operands;
  switch (node.operation) {
    case "multiply":
      if (b === ONE) return a!;
      if (a === ONE) return b!;
      break;
    case "divide":
      if (b === ONE) return a!;
      break;
    case "subtract":
      if (b === PLUS_ZERO) return a!;
      break;
    case "add":
      if (b === MINUS_ZERO) return a!;
      if (a === MINUS_ZERO) return b!;
      break;
    case "negate":
      if (a!.operation === "negate") return a!.operands[0]!;
      break;
  }
  const rebuilt = withOperands(node, operands);
  const constant = operands.length > 0 && operands.every(({ operation }) => operation === "constant");
  return constant && !isBool(rebuilt) ? folded(rebuilt) : rebuilt;
}

function isBool(node: Scalar): node is Bool {
  return node.type === "bool";
}

const word = new Float32Array(1);
const wordBits = new Uint32Array(word.buffer);

/** The constant that an operation on constants gives. */
function folded(node: Scalar): Scalar {
  const [value] = compileScalar(scalarProgram([], () => [node]))();
  if (node.type === "u32") return u32(value! >>> 0);
  word[0] = value!;
  return f32Bits(Number.isNaN(value) ? 0x7fc00000 : wordBits[0]!);
}
