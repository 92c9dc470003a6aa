import type { FunctionBuilder, Local } from "../assembler/function_builder.ts";
import { V128 } from "../assembler/types.ts";
import { type Scalar, type ScalarOperation, type ScalarProgram, topologicalOrder } from "./expression.ts";
import { rawBits } from "./raw_bits.ts";
import { schedule } from "./schedule.ts";

const CANONICAL_NAN = 0x7fc00000;
const ONE = 0x3f800000;
const TWO_TO_24 = 0x4b800000;
const SMALLEST_NORMAL = 0x00800000;
const LARGEST_FINITE = 0x7f7fffff;

/**
 * Emits a scalar program on vectors of four lanes, for several vectors side by side.
 *
 * f32 and u32 values are vectors of four words; a bool is a mask, all ones or all zeros in each lane. Constants are
 * kept in locals that `constants` sets outside of the caller's loop: a constant inside a loop is loaded at every use.
 * Each operation is emitted for all vectors before the next one is: they do not wait for each other, and a constant
 * that has no register is loaded once for all.
 */
export class WasmScalarEmitter {
  readonly #f: FunctionBuilder;
  readonly #program: ScalarProgram;
  readonly #order: readonly Scalar[];
  /** How often the code of the program reads a node. */
  readonly #uses = new Map<Scalar, number>();
  readonly #raw: ReadonlySet<Scalar>;
  readonly #constants = new Map<number, Local>();
  /** Locals that hold nothing. */
  readonly #free: Local[] = [];
  /** Locals to be freed after the node that is being emitted, and after the last node. */
  #shortLived: Local[] = [];
  #longLived: Local[] = [];
  #values = new Map<Scalar, Local>();
  #significands = new Map<Scalar, Significand>();

  constructor(f: FunctionBuilder, program: ScalarProgram) {
    this.#f = f;
    this.#program = program;
    this.#raw = rawBits(program.outputs);
    this.#order = schedule(program.outputs, pushedOperands);
    const use = (node: Scalar) => this.#uses.set(node, (this.#uses.get(node) ?? 0) + 1);
    program.outputs.forEach(use);
    for (const node of this.#order) pushedOperands(node).forEach(use);
  }

  /** Sets the constants. To be called once, before the loop. */
  constants(): void {
    for (const node of topologicalOrder(this.#program.outputs)) {
      const { operation, immediate } = node;
      if (operation === "input" || this.isRaw(node)) continue;
      const needed = operation === "constant" ? [immediate] : CONSTANTS[operation] ?? [];
      for (const bits of needed) {
        if (this.#constants.has(bits)) continue;
        const local = this.#f.local(V128);
        this.#f.splatBits(bits).set(local);
        this.#constants.set(bits, local);
      }
    }
  }

  /**
   * Emits the program once for each vector. `input` names the local that holds an input and may emit code that sets it;
   * it is called at the first use. `store` is called for each vector and output in order, after all inputs were read, and
   * must call `push` exactly once, which puts the value on the stack. May be called again; locals are used again.
   */
  emit(
    vectors: number,
    input: (vector: number, index: number) => Local,
    store: (vector: number, output: number, push: () => void) => void,
  ): void {
    const states = Array.from({ length: vectors }, () => ({
      values: new Map<Scalar, Local>(),
      significands: new Map<Scalar, Significand>(),
    }));
    const eachVector = (body: (vector: number) => void) =>
      states.forEach(({ values, significands }, vector) => {
        this.#values = values;
        this.#significands = significands;
        body(vector);
      });
    const load = (node: Scalar) => {
      if (node.operation !== "input") return;
      eachVector((vector) => {
        if (!this.#values.has(node)) this.#values.set(node, input(vector, node.immediate));
      });
    };
    const left = new Map(this.#uses);
    for (const node of this.#order) {
      const operands = pushedOperands(node);
      operands.forEach(load);
      eachVector(() => this.#evaluate(node));
      for (const operand of operands) {
        left.set(operand, left.get(operand)! - 1);
        if (left.get(operand) !== 0 || operand.operands.length === 0) continue;
        eachVector(() => this.#free.push(this.#values.get(operand)!));
      }
    }
    this.#program.outputs.forEach(load);
    eachVector((vector) => {
      this.#program.outputs.forEach((node, output) => store(vector, output, () => this.push(node)));
    });
    for (const output of new Set(this.#program.outputs)) {
      if (output.operands.length > 0) eachVector(() => this.#free.push(this.#values.get(output)!));
    }
    this.#free.push(...this.#longLived);
    this.#longLived = [];
  }

  #evaluate(node: Scalar): void {
    if (node.operation === "constant" || node.operation === "input") return;
    LOWERINGS[node.operation](this, node);
    const local = this.#take();
    this.#f.set(local);
    this.#values.set(node, local);
    this.#free.push(...this.#shortLived);
    this.#shortLived = [];
  }

  get f(): FunctionBuilder {
    return this.#f;
  }

  /** The local that holds the value of a node. */
  local(node: Scalar): Local {
    const local = node.operation === "constant"
      ? this.#constants.get(node.immediate)
      : this.#values.get(node);
    if (local === undefined) throw new Error(`Cannot read ${node.operation}: expected it to be set before`);
    return local;
  }

  /** Pushes the value of a node. */
  push(node: Scalar): void {
    this.#f.get(this.local(node));
  }

  #take(): Local {
    return this.#free.pop() ?? this.#f.local(V128);
  }

  /** A vector local for the lowering that asks for it. */
  temporary(): Local {
    const local = this.#take();
    this.#shortLived.push(local);
    return local;
  }

  /** A vector local for this lowering and those of other nodes of the same vector. */
  shared(): Local {
    const local = this.#take();
    this.#longLived.push(local);
    return local;
  }

  /** Pushes one of the constants that the operation declares in `CONSTANTS`. */
  constant(bits: number): FunctionBuilder {
    return this.#f.get(this.#constants.get(bits)!);
  }

  /** Whether the bits of NaN may be those of any NaN. */
  isRaw(bits: Scalar): boolean {
    return this.#raw.has(bits);
  }

  /** What significandOf and exponentOf share, computed once for each operand. */
  significand(operand: Scalar): Significand {
    let known = this.#significands.get(operand);
    if (known === undefined) {
      known = splitFloat(this, operand);
      this.#significands.set(operand, known);
    }
    return known;
  }
}

/** Parts of the significand and exponent of a float. */
interface Significand {
  readonly value: Local;
  /** The value times 2^24 where it is subnormal. */
  readonly scaled: Local;
  /** Where the value is subnormal or zero. */
  readonly small: Local;
  /** Where the value is finite and not zero. */
  readonly ordinary: Local;
}

/** The constants that an operation's lowering needs besides its operands. */
const CONSTANTS: Partial<Record<ScalarOperation, readonly number[]>> = {
  bitsOf: [CANONICAL_NAN],
  scaleByPowerOfTwo: [ONE, 126, -126 >>> 0],
  significandOf: [SMALLEST_NORMAL, TWO_TO_24, 1, LARGEST_FINITE, 0x807fffff, ONE],
  exponentOf: [SMALLEST_NORMAL, TWO_TO_24, 1, LARGEST_FINITE, 255, 127, 24],
};

type Plain = Parameters<FunctionBuilder["op"]>[0];
type Lowering = (emitter: WasmScalarEmitter, node: Scalar) => void;

/** Pushes the operands, then one instruction. */
function plain(instruction: Plain): Lowering {
  return (emitter, node) => {
    for (const operand of node.operands) emitter.push(operand);
    emitter.f.op(instruction);
  };
}

function shiftBy(instruction: Plain): Lowering {
  return (emitter, node) => {
    emitter.push(node.operands[0]!);
    emitter.f.i32(node.immediate).op(instruction);
  };
}

/** How each operation becomes instructions: pushes the node's value. */
const LOWERINGS: { readonly [O in ScalarOperation]: Lowering } = {
  add: plain("f32x4.add"),
  subtract: plain("f32x4.sub"),
  multiply: plain("f32x4.mul"),
  divide: plain("f32x4.div"),
  squareRoot: plain("f32x4.sqrt"),
  floor: plain("f32x4.floor"),
  ceil: plain("f32x4.ceil"),
  truncate: plain("f32x4.trunc"),
  nearest: plain("f32x4.nearest"),
  absolute: plain("f32x4.abs"),
  negate: plain("f32x4.neg"),
  equal: plain("f32x4.eq"),
  less: plain("f32x4.lt"),
  lessOrEqual: plain("f32x4.le"),
  addU32: plain("i32x4.add"),
  subtractU32: plain("i32x4.sub"),
  multiplyU32: plain("i32x4.mul"),
  multiplyHighU32,
  and: plain("v128.and"),
  or: plain("v128.or"),
  xor: plain("v128.xor"),
  shiftLeft: shiftBy("i32x4.shl"),
  shiftRight: shiftBy("i32x4.shr_u"),
  shiftRightSigned: shiftBy("i32x4.shr_s"),
  equalU32: plain("i32x4.eq"),
  lessU32: plain("i32x4.lt_u"),
  lessSigned: plain("i32x4.lt_s"),
  not: plain("v128.not"),
  both: plain("v128.and"),
  either: plain("v128.or"),
  selectF32: select,
  selectU32: select,
  bitsOf(emitter, node) {
    const value = emitter.local(node.operands[0]!);
    emitter.f.get(value);
    if (emitter.isRaw(node)) return;
    emitter.constant(CANONICAL_NAN).get(value).get(value).op("f32x4.eq").op("v128.bitselect");
  },
  fromBits: (emitter, node) => emitter.push(node.operands[0]!),
  f32FromU32: plain("f32x4.convert_i32x4_u"),
  f32FromI32: plain("f32x4.convert_i32x4_s"),
  u32FromF32: plain("i32x4.trunc_sat_f32x4_u"),
  i32FromF32: plain("i32x4.trunc_sat_f32x4_s"),
  scaleByPowerOfTwo,
  significandOf(emitter, { operands: [x] }) {
    const { value, scaled, ordinary } = emitter.significand(x!);
    emitter.f.get(scaled);
    emitter.constant(0x807fffff).op("v128.and");
    emitter.constant(ONE).op("v128.or").get(value).get(ordinary).op("v128.bitselect");
  },
  exponentOf(emitter, { operands: [x] }) {
    const { scaled, small, ordinary } = emitter.significand(x!);
    emitter.f.get(scaled).i32(23).op("i32x4.shr_u");
    emitter.constant(255).op("v128.and");
    emitter.constant(127).op("i32x4.sub").get(small);
    emitter.constant(24).op("v128.and").op("i32x4.sub").get(ordinary).op("v128.and");
  },
};

/** True for constants of which all bits are zero. */
function isZero(node: Scalar): boolean {
  return node.operation === "constant" && node.immediate === 0;
}

/** A choice with its condition's negations worked off. */
function choiceOf(node: Scalar): readonly [condition: Scalar, whenTrue: Scalar, whenFalse: Scalar] {
  let [condition, whenTrue, whenFalse] = node.operands as [Scalar, Scalar, Scalar];
  while (condition.operation === "not") {
    condition = condition.operands[0]!;
    [whenTrue, whenFalse] = [whenFalse, whenTrue];
  }
  return [condition, whenTrue, whenFalse];
}

interface Limit {
  readonly instruction: "f32x4.pmax" | "f32x4.pmin";
  readonly operands: readonly Scalar[];
}

/**
 * The instruction and operands of a choice that is a maximum or a minimum: pmax(a, b) is a < b ? b : a, and pmin(a, b)
 * is b < a ? b : a, bit for bit, with NaN and zeros.
 */
function limitOf(node: Scalar): Limit | undefined {
  if (node.operation !== "selectF32") return undefined;
  const [condition, whenTrue, whenFalse] = choiceOf(node);
  if (condition.operation !== "less") return undefined;
  const [a, b] = condition.operands as [Scalar, Scalar];
  if (whenTrue === b && whenFalse === a) return { instruction: "f32x4.pmax", operands: [a, b] };
  if (whenTrue === a && whenFalse === b) return { instruction: "f32x4.pmin", operands: [b, a] };
  return undefined;
}

/** The nodes whose values the code of a node reads. */
function pushedOperands(node: Scalar): readonly Scalar[] {
  if (node.operation !== "selectF32" && node.operation !== "selectU32") return node.operands;
  return limitOf(node)?.operands ?? choiceOf(node);
}

/** Chooses by a mask, with fewer instructions where a side is zero bits or the choice is a maximum or minimum. */
function select(emitter: WasmScalarEmitter, node: Scalar): void {
  const { f } = emitter;
  const limit = limitOf(node);
  if (limit !== undefined) {
    for (const operand of limit.operands) emitter.push(operand);
    f.op(limit.instruction);
    return;
  }
  const [condition, whenTrue, whenFalse] = choiceOf(node);
  if (isZero(whenFalse)) {
    emitter.push(whenTrue);
    emitter.push(condition);
    f.op("v128.and");
  } else if (isZero(whenTrue)) {
    emitter.push(whenFalse);
    emitter.push(condition);
    f.op("v128.andnot");
  } else {
    emitter.push(whenTrue);
    emitter.push(whenFalse);
    emitter.push(condition);
    f.op("v128.bitselect");
  }
}

function multiplyHighU32(emitter: WasmScalarEmitter, { operands: [x, y] }: Scalar): void {
  const a = emitter.local(x!);
  const b = emitter.local(y!);
  emitter.f.get(a).get(b).op("i64x2.extmul_low_i32x4_u").get(a).get(b).op("i64x2.extmul_high_i32x4_u")
    .shuffleWords([1, 3, 5, 7]);
}

/**
 * x 2^n as x 2^h 2^h 2^m, where m is n clamped to [-126, 126] up to the parity that makes n - m even, and h is half of
 * what is left. One rounding: upwards all products are exact or infinite; downwards h is not 0 only if m is at most
 * -125, so a product before the last that is subnormal, hence inexact, ends far below half of the least subnormal.
 */
function scaleByPowerOfTwo(emitter: WasmScalarEmitter, { operands: [x, n] }: Scalar): void {
  const { f } = emitter;
  const exponent = emitter.local(n!);
  const half = emitter.temporary();
  f.get(exponent).get(exponent);
  emitter.constant(126).op("i32x4.min_s");
  emitter.constant(-126 >>> 0).op("i32x4.max_s").op("i32x4.sub").i32(1).op("i32x4.shr_s").tee(half);
  const factor = emitter.temporary();
  f.i32(23).op("i32x4.shl");
  emitter.constant(ONE).op("i32x4.add").set(factor);
  emitter.push(x!);
  f.get(factor).op("f32x4.mul").get(factor).op("f32x4.mul");
  f.get(exponent).get(half).i32(1).op("i32x4.shl").op("i32x4.sub").i32(23).op("i32x4.shl");
  emitter.constant(ONE).op("i32x4.add").op("f32x4.mul");
}

function splitFloat(emitter: WasmScalarEmitter, operand: Scalar): Significand {
  const { f } = emitter;
  const value = emitter.local(operand);
  const small = emitter.shared();
  const ordinary = emitter.shared();
  const scaled = emitter.shared();
  f.get(value).op("f32x4.abs").tee(scaled);
  emitter.constant(SMALLEST_NORMAL).op("f32x4.lt").set(small);
  f.get(scaled);
  emitter.constant(1).op("i32x4.sub");
  emitter.constant(LARGEST_FINITE).op("i32x4.lt_u").set(ordinary);
  f.get(value);
  emitter.constant(TWO_TO_24).op("f32x4.mul").get(value).get(small).op("v128.bitselect").set(scaled);
  return { value, scaled, small, ordinary };
}
