/**
 * The scalar language: typed expressions over f32, u32 and bool, built once and emitted to every target.
 *
 * An expression is a graph of the exact operations of rule N2. Each operation rounds once and gives the same bits in
 * TypeScript, in WASM SIMD and in WGSL; so does every function composed of them. The language has no loop, no
 * per-lane variable shift and no count-leading-zeros, because SIMD128 has none of them.
 *
 * @module
 */

/** The types of the scalar language. i32 values live in u32; signed operations say so in their names. */
export type ScalarType = "f32" | "u32" | "bool";

/**
 * The operations: operand types, then the type of the result. The emitters are exhaustive over this table, so an
 * operation without an emitter does not compile.
 */
export const SCALAR_OPERATIONS = {
  // f32 arithmetic: IEEE binary32, round to nearest even, subnormals kept
  add: [["f32", "f32"], "f32"],
  subtract: [["f32", "f32"], "f32"],
  multiply: [["f32", "f32"], "f32"],
  divide: [["f32", "f32"], "f32"],
  squareRoot: [["f32"], "f32"],
  floor: [["f32"], "f32"],
  ceil: [["f32"], "f32"],
  truncate: [["f32"], "f32"],
  /** To the nearest integer, ties to even. */
  nearest: [["f32"], "f32"],
  /** Clears the sign bit. */
  absolute: [["f32"], "f32"],
  /** Flips the sign bit. */
  negate: [["f32"], "f32"],
  // f32 comparison: false if an operand is NaN
  equal: [["f32", "f32"], "bool"],
  less: [["f32", "f32"], "bool"],
  lessOrEqual: [["f32", "f32"], "bool"],
  // u32 arithmetic, wrapping
  addU32: [["u32", "u32"], "u32"],
  subtractU32: [["u32", "u32"], "u32"],
  multiplyU32: [["u32", "u32"], "u32"],
  /** The upper 32 bits of the 64-bit product. */
  multiplyHighU32: [["u32", "u32"], "u32"],
  and: [["u32", "u32"], "u32"],
  or: [["u32", "u32"], "u32"],
  xor: [["u32", "u32"], "u32"],
  /** Shifts by a constant of 0 to 31, the immediate. */
  shiftLeft: [["u32"], "u32"],
  shiftRight: [["u32"], "u32"],
  /** Arithmetic shift right: copies the sign bit. */
  shiftRightSigned: [["u32"], "u32"],
  equalU32: [["u32", "u32"], "bool"],
  lessU32: [["u32", "u32"], "bool"],
  lessSigned: [["u32", "u32"], "bool"],
  // bool
  not: [["bool"], "bool"],
  both: [["bool", "bool"], "bool"],
  either: [["bool", "bool"], "bool"],
  // choice: condition, value if true, value if false; both sides are evaluated
  selectF32: [["bool", "f32", "f32"], "f32"],
  selectU32: [["bool", "u32", "u32"], "u32"],
  // casts
  /** The bits of a float; NaN is first made canonical, 0x7fc00000. */
  bitsOf: [["f32"], "u32"],
  fromBits: [["u32"], "f32"],
  /** Nearest even. */
  f32FromU32: [["u32"], "f32"],
  f32FromI32: [["u32"], "f32"],
  /** Truncates and saturates; NaN to 0. */
  u32FromF32: [["f32"], "u32"],
  i32FromF32: [["f32"], "u32"],
  // the two that each target lowers its own way
  /** x 2^n for a signed n in [-300, 300], with one rounding, into subnormals too. */
  scaleByPowerOfTwo: [["f32", "u32"], "f32"],
  /**
   * For finite x other than 0: the significand m with 1 <= |m| < 2 and the signed exponent e with x = m 2^e, subnormals
   * included. Zero, infinity and NaN: m is x itself, e is 0.
   */
  significandOf: [["f32"], "f32"],
  exponentOf: [["f32"], "u32"],
} as const satisfies Record<string, readonly [readonly ScalarType[], ScalarType]>;

/** The name of an operation. */
export type ScalarOperation = keyof typeof SCALAR_OPERATIONS;

/** One node of an expression. Nodes are interned: structurally equal expressions are the same object. */
export interface Scalar<T extends ScalarType = ScalarType> {
  /** Type of its value. */
  readonly type: T;
  /** An operation, or a leaf: a constant with its bits in `immediate`, or the input with index `immediate`. */
  readonly operation: ScalarOperation | "constant" | "input";
  /** What the operation is applied to; none for a leaf. */
  readonly operands: readonly Scalar[];
  /** Bits of a constant, index of an input, distance of a shift; otherwise 0. */
  readonly immediate: number;
}
/** An expression whose value is a binary32 number. */
export type F32 = Scalar<"f32">;
/** An expression whose value is a 32-bit word, signed or not. */
export type U32 = Scalar<"u32">;
/** An expression whose value is true or false. */
export type Bool = Scalar<"bool">;

/** Every node that is in use, by its structure; nodes of programs that are gone go with them. */
const interned = new Map<string, WeakRef<Scalar>>();
const numbers = new WeakMap<Scalar, number>();
let made = 0;
/** With so many entries those of nodes that are gone are taken out: seldom, so that it costs little for each node. */
let crowded = 10_000;

function intern<T extends ScalarType>(
  type: T,
  operation: Scalar["operation"],
  operands: readonly Scalar[],
  immediate: number,
): Scalar<T> {
  const key = `${operation}:${type}:${immediate}:${operands.map((operand) => numbers.get(operand)).join()}`;
  let node = interned.get(key)?.deref();
  if (node === undefined) {
    node = Object.freeze({ type, operation, operands: Object.freeze([...operands]), immediate });
    numbers.set(node, made++);
    interned.set(key, new WeakRef(node));
    if (interned.size >= crowded) forgetLost();
  }
  return node as Scalar<T>;
}

function forgetLost(): void {
  for (const [key, node] of interned) if (node.deref() === undefined) interned.delete(key);
  crowded = Math.max(10_000, 2 * interned.size);
}

type ScalarsOf<T extends readonly ScalarType[]> = { [I in keyof T]: Scalar<T[I]> };
type ResultOf<O extends ScalarOperation> = Scalar<(typeof SCALAR_OPERATIONS)[O][1]>;

/**
 * Applies an operation.
 *
 * @throws {TypeError} if the operands do not have the operation's types.
 *
 * @example (a + b) / 2, two roundings
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { apply, compileScalar, f32, scalarProgram } = scalar;
 * const average = compileScalar(scalarProgram(["f32", "f32"], (a, b) => [
 *   apply("multiply", apply("add", a, b), f32(0.5)),
 * ]));
 * assertEquals(average(1, 2), [1.5]);
 * ```
 */
export function apply<O extends ScalarOperation>(
  operation: O,
  ...operands: ScalarsOf<(typeof SCALAR_OPERATIONS)[O][0]>
): ResultOf<O> {
  return applyImmediate(operation, operands as readonly Scalar[], 0) as ResultOf<O>;
}

function applyImmediate(operation: ScalarOperation, operands: readonly Scalar[], immediate: number): Scalar {
  const [types, result] = SCALAR_OPERATIONS[operation];
  if (operands.length !== types.length || operands.some((operand, i) => operand.type !== types[i])) {
    throw new TypeError(
      `Cannot apply ${operation}: expected operands (${types}), got (${
        operands.map((operand) => operand.type)
      })`,
    );
  }
  return intern(result, operation, operands, immediate);
}

/**
 * Shifts a u32 by a constant distance of 0 to 31 bits.
 *
 * @throws {RangeError} if the distance is another.
 *
 * @example Halves of 6 and of -2: only the signed shift keeps the sign
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, scalarProgram, shift } = scalar;
 * const halve = compileScalar(scalarProgram(["u32"], (x) => [
 *   shift("shiftRight", x, 1),
 *   shift("shiftRightSigned", x, 1),
 * ]));
 * assertEquals(halve(6), [3, 3]);
 * assertEquals(halve(0xfffffffe), [0x7fffffff, 0xffffffff]);
 * ```
 */
export function shift(
  operation: "shiftLeft" | "shiftRight" | "shiftRightSigned",
  value: U32,
  distance: number,
): U32 {
  if (!Number.isInteger(distance) || distance < 0 || distance > 31) {
    throw new RangeError(`Cannot shift: expected a constant distance of 0 to 31, got ${distance}`);
  }
  return applyImmediate(operation, [value], distance) as U32;
}

/** The same operation on other operands of the same types. */
export function withOperands(node: Scalar, operands: readonly Scalar[]): Scalar {
  if (node.operation === "constant" || node.operation === "input") return node;
  // As in most nodes of what a compiler goes through, which need no look-up then.
  if (
    operands.length === node.operands.length && operands.every((operand, i) => operand === node.operands[i])
  ) {
    return node;
  }
  return applyImmediate(node.operation, operands, node.immediate);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * A constant u32; a negative number stands for its two's complement.
 *
 * @throws {RangeError} if it is not an integer of 32 bits.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(scalar.u32(-1).immediate, 0xffffffff);
 * assertThrows(() => scalar.u32(2 ** 32), RangeError, "expected an integer of 32 bits");
 * ```
 */
export function u32(value: number): U32 {
  if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff) {
    throw new RangeError(`Cannot make a u32 constant: expected an integer of 32 bits, got ${value}`);
  }
  return intern("u32", "constant", [], value >>> 0);
}

/**
 * A constant f32: the number is rounded to nearest even once, here.
 *
 * @example Its bits are the immediate
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scalar.f32(0.1).immediate, 0x3dcccccd);
 * ```
 */
export function f32(value: number): F32 {
  float[0] = value;
  return f32Bits(Number.isNaN(value) ? 0x7fc00000 : bits[0]!);
}

/**
 * A constant f32 given as its bits, for coefficients that must not depend on decimal parsing.
 *
 * @example Equal constants are the same node
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(scalar.f32Bits(0x3f800000), scalar.f32(1));
 * ```
 */
export function f32Bits(pattern: number): F32 {
  return intern("f32", "constant", [], pattern >>> 0);
}

/**
 * The input with a given index.
 *
 * @example
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { compileScalar, input, scalarProgram, subtract } = scalar;
 * const difference = scalarProgram(["f32", "f32"], () => [subtract(input("f32", 1), input("f32", 0))]);
 * assertEquals(compileScalar(difference)(3, 5), [2]);
 * ```
 */
export function input<T extends ScalarType>(type: T, index: number): Scalar<T> {
  return intern(type, "input", [], index);
}

/** A function of scalars with a fixed number of inputs and outputs, ready to be emitted. */
export interface ScalarProgram {
  /** Type of each input. */
  readonly inputs: readonly ScalarType[];
  /** One expression for each output. */
  readonly outputs: readonly Scalar[];
  /** A text that is equal for equal programs and for no others; the same in every process. */
  readonly key: string;
}

/**
 * Makes a program from a function of its inputs.
 *
 * @example The derivative of the hinge max(0, 1 - x)
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { apply, f32, scalarProgram } = scalar;
 * const hinge = scalarProgram(["f32"], (x) => [apply("selectF32", apply("less", x, f32(1)), f32(-1), f32(0))]);
 * assertEquals(hinge.inputs, ["f32"]);
 * ```
 */
export function scalarProgram<const T extends readonly ScalarType[]>(
  inputs: T,
  define: (...inputs: ScalarsOf<T>) => readonly Scalar[],
): ScalarProgram {
  const outputs = define(...(inputs.map((type, index) => input(type, index)) as ScalarsOf<T>));
  return { inputs, outputs, key: programKey(inputs, outputs) };
}

/**
 * The nodes of an expression, operands before users, in a fixed order.
 *
 * @example x comes before its square, and that before their sum
 * ```ts
 * import { scalar } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const { add, input, multiply, topologicalOrder } = scalar;
 * const x = input("f32", 0);
 * const square = multiply(x, x);
 * assertEquals(topologicalOrder([add(square, x)]), [x, square, add(square, x)]);
 * ```
 */
export function topologicalOrder(outputs: readonly Scalar[]): Scalar[] {
  const order: Scalar[] = [];
  const seen = new Set<Scalar>();
  const visit = (node: Scalar): void => {
    if (seen.has(node)) return;
    seen.add(node);
    node.operands.forEach(visit);
    order.push(node);
  };
  outputs.forEach(visit);
  return order;
}

function programKey(inputs: readonly ScalarType[], outputs: readonly Scalar[]): string {
  const order = topologicalOrder(outputs);
  const position = new Map(order.map((node, index) => [node, index]));
  const lines = order.map((node) =>
    `${node.operation}${node.operands.length === 0 ? `.${node.type}` : ""}${
      node.immediate === 0 && node.operands.length > 0 ? "" : `#${node.immediate}`
    }(${node.operands.map((operand) => position.get(operand)).join()})`
  );
  return `${inputs.join()}|${lines.join(";")}|${outputs.map((node) => position.get(node)).join()}`;
}
