import {
  type Scalar,
  SCALAR_OPERATIONS,
  type ScalarOperation,
  type ScalarProgram,
  topologicalOrder,
} from "./expression.ts";
import { WGSL_OPERATIONS, type WgslContext } from "./_wgsl_operations.ts";
import type { WgslHelper } from "./wgsl_helpers.ts";

/** A scalar program as instructions, and WGSL that carries them out in integers. */
export interface WgslInterpreter {
  /** The instructions, two words each. */
  readonly words: readonly number[];
  /** The helpers that the declarations call. */
  readonly helpers: ReadonlySet<WgslHelper>;
  /** Declares the registers and the function, given the text of the word with an index, given as text. */
  declarations(wordAt: (index: string) => string): string;
  /** Statements that put inputs into registers and call the function. */
  statements(inputNames: readonly string[]): string[];
  /** The texts of the outputs after that. */
  readonly outputTexts: readonly string[];
}

/** An instruction names registers with eight bits. */
const MOST_REGISTERS = 256;
/** The instruction that is no operation: puts its second word into a register. */
const LOAD = 0;

/**
 * Makes a program data: each operation stands in the text once, however often the program has it.
 *
 * Integer arithmetic of floats is long, and some drivers copy every function to every place where it is called. Where it
 * is a rare way out, slow and short is better than fast and long.
 *
 * @returns undefined if the program needs more than 256 registers.
 */
export function wgslInterpreter(program: ScalarProgram): WgslInterpreter | undefined {
  const order = topologicalOrder(program.outputs);
  const registers = assignRegisters(program, order);
  const count = Math.max(0, ...registers.values()) + 1;
  if (count > MOST_REGISTERS) return undefined;
  const helpers = new Set<WgslHelper>();
  const operations: ScalarOperation[] = [];
  const words: number[] = [];
  for (const node of order) {
    const { operation, operands, immediate } = node;
    const target = registers.get(node)! << 8;
    if (operation === "input") continue;
    if (operation === "constant") {
      words.push(LOAD | target, immediate);
      continue;
    }
    if (!operations.includes(operation)) operations.push(operation);
    const [a, b, c] = operands.map((operand) => registers.get(operand)!);
    const code = 1 + operations.indexOf(operation);
    words.push((code | target | ((a ?? 0) << 16) | ((b ?? 0) << 24)) >>> 0, c ?? immediate);
  }
  const context: WgslContext = { arithmetic: "soft", helper: (name) => (helpers.add(name), name) };
  const cases = operations.map((operation, i) => `case ${i + 1}u: { r = ${caseText(operation, context)}; }`);
  return {
    words,
    helpers,
    outputTexts: program.outputs.map((node) => `registers[${registers.get(node)}u]`),
    declarations: (wordAt) =>
      `var<private> registers: array<u32, ${count}>;
fn interpret() {
  for (var pc = 0u; pc < ${words.length}u; pc += 2u) {
    let code = ${wordAt("pc")};
    let last = ${wordAt("(pc + 1u)")};
    let a = registers[(code >> 16u) & 255u];
    let b = registers[code >> 24u];
    var r = last;
    switch (code & 255u) {
${cases.join("\n")}
default: {}
    }
    registers[(code >> 8u) & 255u] = r;
  }
}`,
    statements: (inputNames) => [
      ...order.flatMap((node) =>
        node.operation === "input"
          ? [`registers[${registers.get(node)}u] = ${inputNames[node.immediate]};`]
          : []
      ),
      "interpret();",
    ],
  };
}

/** The result of an operation on the words `a`, `b` and, for choices, the register that `last` names. */
function caseText(operation: ScalarOperation, context: WgslContext): string {
  const text = (...operands: string[]) => WGSL_OPERATIONS[operation](context, operands, 0);
  switch (operation) {
    case "shiftLeft":
      return "a << (last & 31u)";
    case "shiftRight":
      return "a >> (last & 31u)";
    case "shiftRightSigned":
      return "bitcast<u32>(bitcast<i32>(a) >> (last & 31u))";
    case "selectF32":
    case "selectU32":
      return text("(a != 0u)", "b", "registers[last & 255u]");
    case "not":
      return "1u - a";
    case "equal":
    case "less":
    case "lessOrEqual":
    case "equalU32":
    case "lessU32":
    case "lessSigned":
      return `u32(${text("a", "b")})`;
    // 1 and 0 stand for true and false: `both` and `either` are those of words.
    default:
      return text(...["a", "b"].slice(0, SCALAR_OPERATIONS[operation][0].length));
  }
}

/** A register for each node, which is another's after the last use. Outputs keep theirs. */
function assignRegisters(program: ScalarProgram, order: readonly Scalar[]): Map<Scalar, number> {
  const lastUse = new Map<Scalar, number>();
  order.forEach(({ operands }, i) => operands.forEach((operand) => lastUse.set(operand, i)));
  for (const output of program.outputs) lastUse.set(output, Infinity);
  const registers = new Map<Scalar, number>();
  const free: number[] = [];
  let used = 0;
  // Inputs are there from the beginning.
  for (const node of order) if (node.operation === "input") registers.set(node, used++);
  order.forEach((node, i) => {
    if (node.operation !== "input") registers.set(node, free.pop() ?? used++);
    for (const operand of new Set(node.operands)) {
      if (lastUse.get(operand) === i) free.push(registers.get(operand)!);
    }
  });
  return registers;
}
