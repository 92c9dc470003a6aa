import { type Scalar, type ScalarOperation, type ScalarProgram, topologicalOrder } from "./expression.ts";

/**
 * A scalar program as JavaScript source, to be put into a function or a loop.
 *
 * An f32 is a number that binary32 represents, a u32 a number in [0, 2^32), a bool a boolean. Every identifier that the
 * source declares or refers to begins with `$`.
 */
export interface TypeScriptCode {
  /** Declarations that the statements refer to: once per function, outside of any loop. The same for all programs. */
  readonly prelude: string;
  /** One statement per operation, in static single assignment, given one expression (a name) for each input. */
  statements(inputNames: readonly string[]): string[];
  /** The names to which the statements assign the outputs. */
  readonly outputNames: readonly string[];
}

// The products of scaleByPowerOfTwo are exact in binary64, so only the fround rounds. Division, square root and sum
// rounded to binary64 and then to binary32 equal one rounding, because 53 >= 2 * 24 + 2.
const PRELUDE = `const $fround = Math.fround;
const $float = new Float32Array(1);
const $word = new Uint32Array($float.buffer);
const $powers = new Float64Array(601);
$powers[300] = 1;
for (let $n = 1; $n <= 300; $n++) {
  $powers[300 + $n] = $powers[299 + $n] * 2;
  $powers[300 - $n] = $powers[301 - $n] / 2;
}
function $nearest(x) {
  const a = Math.abs(x);
  if (!(a < 8388608) || a === 0) return x;
  const r = (a + 4503599627370496) - 4503599627370496;
  return x < 0 ? -r : r;
}
function $bitsOf(x) {
  if (x !== x) return 0x7fc00000;
  $float[0] = x;
  return $word[0];
}
function $fromBits(b) {
  $word[0] = b;
  return $float[0];
}
function $toU32(x) {
  return x > 0 ? (x >= 4294967296 ? 0xffffffff : Math.floor(x)) : 0;
}
function $toI32(x) {
  return x >= 2147483648 ? 0x7fffffff : x <= -2147483648 ? 0x80000000 : x >>> 0;
}
function $significandOf(x) {
  const a = Math.abs(x);
  if (!(a < Infinity) || a === 0) return x;
  $float[0] = a < 1.1754943508222875e-38 ? x * 16777216 : x;
  $word[0] = ($word[0] & 0x807fffff) | 0x3f800000;
  return $float[0];
}
function $exponentOf(x) {
  const a = Math.abs(x);
  if (!(a < Infinity) || a === 0) return 0;
  const subnormal = a < 1.1754943508222875e-38;
  $float[0] = subnormal ? a * 16777216 : a;
  return (($word[0] >>> 23) - (subnormal ? 151 : 127)) >>> 0;
}
`;

type Emit = (operands: readonly string[], immediate: number) => string;

const rounded = (operator: string): Emit => ([a, b]) => `$fround(${a} ${operator} ${b})`;
const infix = (operator: string): Emit => ([a, b]) => `${a} ${operator} ${b}`;
const word = (operator: string): Emit => ([a, b]) => `(${a} ${operator} ${b}) >>> 0`;
const call = (name: string): Emit => ([a, b]) => b === undefined ? `${name}(${a})` : `${name}(${a}, ${b})`;
// No call: what a call returns that is no small integer, engines put into an object.
const multiplyHigh: Emit = ([a, b]) =>
  `Math.floor(((${a} >>> 16) * ${b} + Math.floor((${a} & 0xffff) * ${b} / 65536)) / 65536)`;
const select: Emit = ([condition, a, b]) => `${condition} ? ${a} : ${b}`;

const EMITTERS: Readonly<Record<ScalarOperation, Emit>> = {
  add: rounded("+"),
  subtract: rounded("-"),
  multiply: rounded("*"),
  divide: rounded("/"),
  squareRoot: ([a]) => `$fround(Math.sqrt(${a}))`,
  floor: call("Math.floor"),
  ceil: call("Math.ceil"),
  truncate: call("Math.trunc"),
  nearest: call("$nearest"),
  absolute: call("Math.abs"),
  negate: ([a]) => `-(${a})`,
  equal: infix("==="),
  less: infix("<"),
  lessOrEqual: infix("<="),
  addU32: word("+"),
  subtractU32: word("-"),
  multiplyU32: ([a, b]) => `Math.imul(${a}, ${b}) >>> 0`,
  multiplyHighU32: multiplyHigh,
  and: word("&"),
  or: word("|"),
  xor: word("^"),
  shiftLeft: ([a], distance) => `(${a} << ${distance}) >>> 0`,
  shiftRight: ([a], distance) => `${a} >>> ${distance}`,
  shiftRightSigned: ([a], distance) => `(${a} >> ${distance}) >>> 0`,
  equalU32: infix("==="),
  lessU32: infix("<"),
  lessSigned: ([a, b]) => `(${a} | 0) < (${b} | 0)`,
  not: ([a]) => `!${a}`,
  both: infix("&&"),
  either: infix("||"),
  selectF32: select,
  selectU32: select,
  bitsOf: call("$bitsOf"),
  fromBits: call("$fromBits"),
  f32FromU32: call("$fround"),
  f32FromI32: ([a]) => `$fround(${a} | 0)`,
  u32FromF32: call("$toU32"),
  i32FromF32: call("$toI32"),
  scaleByPowerOfTwo: ([a, n]) => `$fround(${a} * $powers[(${n} | 0) + 300])`,
  significandOf: call("$significandOf"),
  exponentOf: call("$exponentOf"),
};

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function literal(node: Scalar): string {
  if (node.type !== "f32") return node.type === "bool" ? `${node.immediate !== 0}` : `${node.immediate}`;
  bits[0] = node.immediate;
  return Object.is(float[0], -0) ? "-0" : `${float[0]}`;
}

/**
 * Emits a scalar program to JavaScript source: the definition of its bits.
 *
 * @example A loop over the elements of an array
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const square = scalar.scalarProgram(["f32"], (x) => [scalar.apply("multiply", x, x)]);
 * const code = scalar.emitTypeScript(square);
 * const body = code.statements(["x"]).join("\n");
 * const loop = new Function("values", `${code.prelude}return values.map((x) => {${body} return ${code.outputNames[0]};});`);
 * assertEquals(loop([1, 1.5]), [1, 2.25]);
 * ```
 */
export function emitTypeScript(program: ScalarProgram): TypeScriptCode {
  const order = topologicalOrder(program.outputs);
  const outputNames = program.outputs.map((_, index) => `$out${index}`);
  const statements = (inputNames: readonly string[]): string[] => {
    if (inputNames.length !== program.inputs.length) {
      throw new RangeError(
        `Cannot emit a scalar program: expected ${program.inputs.length} input names, got ${inputNames.length}`,
      );
    }
    const names = new Map<Scalar, string>();
    const lines: string[] = [];
    const nameOf = (node: Scalar): string => names.get(node)!;
    for (const node of order) {
      const { operation, operands, immediate } = node;
      if (operation === "constant") names.set(node, literal(node));
      else if (operation === "input") names.set(node, inputNames[immediate]!);
      else {
        const name = `$${lines.length}`;
        lines.push(`const ${name} = ${EMITTERS[operation](operands.map(nameOf), immediate)};`);
        names.set(node, name);
      }
    }
    program.outputs.forEach((node, index) => lines.push(`const ${outputNames[index]} = ${nameOf(node)};`));
    return lines;
  };
  return { prelude: PRELUDE, statements, outputNames };
}

/**
 * Compiles a scalar program to a function on the host.
 *
 * A number for an f32 input is rounded to binary32 once, one for a u32 input is taken modulo 2^32, one for a bool input
 * is true unless it is 0. Results are numbers: 0 or 1 for a bool, 0 to 2^32 - 1 for a u32.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { apply, compileScalar, scalarProgram } = scalar;
 * const quotient = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [apply("divide", a, b)]));
 * assertEquals(quotient(1, 3), [Math.fround(1 / 3)]);
 * ```
 */
export function compileScalar(program: ScalarProgram): (...inputs: number[]) => number[] {
  const code = emitTypeScript(program);
  const names = program.inputs.map((_, index) => `$in${index}`);
  const convert = {
    f32: (x: string) => `$fround(${x})`,
    u32: (x: string) => `${x} >>> 0`,
    bool: (x: string) => `${x} != 0`,
  };
  const lines = [
    ...names.map((name, index) => `const ${name}c = ${convert[program.inputs[index]!](name)};`),
    ...code.statements(names.map((name) => `${name}c`)),
  ];
  const results = program.outputs.map((node, index) =>
    `${node.type === "bool" ? "+" : ""}${code.outputNames[index]}`
  );
  const source = `${code.prelude}return (${names}) => {\n${lines.join("\n")}\nreturn [${results}];\n};`;
  return new Function(source)();
}
