import type { FunctionBuilder, Local } from "../assembler/function_builder.ts";
import { V128 } from "../assembler/types.ts";
import { type Scalar, SCALAR_OPERATIONS, type ScalarOperation, topologicalOrder } from "./expression.ts";
import type { ScalarProgram } from "./expression.ts";

const CANONICAL_NAN = 0x7fc00000;
const ONE = 0x3f800000;
const TWO_TO_24 = 0x4b800000;
const SMALLEST_NORMAL = 0x00800000;
const LARGEST_FINITE = 0x7f7fffff;

/**
 * Emits a scalar program on vectors of four lanes.
 *
 * f32 and u32 values are vectors of four words; a bool is a mask, all ones or all zeros in each lane. Constants are
 * kept in locals that `constants` sets outside of the caller's loop: a constant inside a loop is loaded at every use.
 * A value used once stays on the stack, any other goes to a local.
 */
export class WasmScalarEmitter {
  readonly #f: FunctionBuilder;
  readonly #program: ScalarProgram;
  readonly #order: readonly Scalar[];
  readonly #uses = new Map<Scalar, number>();
  readonly #constants = new Map<number, Local>();
  readonly #locals: Local[] = [];
  #taken = 0;
  #values = new Map<Scalar, Local>();
  #significands = new Map<Scalar, Significand>();

  constructor(f: FunctionBuilder, program: ScalarProgram) {
    this.#f = f;
    this.#program = program;
    const use = (node: Scalar) => this.#uses.set(node, (this.#uses.get(node) ?? 0) + 1);
    this.#order = topologicalOrder(program.outputs);
    program.outputs.forEach(use);
    for (const node of this.#order) node.operands.forEach(use);
  }

  /** Sets the constants. To be called once, before the loop. */
  constants(): void {
    for (const { operation, immediate } of this.#order) {
      if (operation === "input") continue;
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
   * Emits the program once. `store` is called for each output in order and must call `push` exactly once, which puts
   * the value on the stack. May be called again for other inputs; locals are used again.
   */
  emit(inputs: readonly Local[], store: (output: number, push: () => void) => void): void {
    this.#taken = 0;
    this.#values = new Map();
    this.#significands = new Map();
    for (const node of this.#order) {
      if (node.operation === "input") this.#values.set(node, inputs[node.immediate]!);
    }
    this.#program.outputs.forEach((node, output) => store(output, () => this.push(node)));
  }

  get f(): FunctionBuilder {
    return this.#f;
  }

  /** Pushes the value of a node. */
  push(node: Scalar): void {
    const known = this.#known(node);
    if (known !== undefined) {
      this.#f.get(known);
      return;
    }
    if (node.operation === "constant" || node.operation === "input") {
      throw new Error(`Cannot emit ${node.operation} ${node.immediate}: it has no local`);
    }
    LOWERINGS[node.operation](this, node);
    if (this.#uses.get(node)! > 1) {
      const local = this.temporary();
      this.#values.set(node, local);
      this.#f.tee(local);
    }
  }

  /** A local that holds the value of a node. */
  hold(node: Scalar): Local {
    const known = this.#known(node);
    if (known !== undefined) return known;
    this.push(node);
    const after = this.#known(node);
    if (after !== undefined) {
      this.#f.op("drop");
      return after;
    }
    const local = this.temporary();
    this.#f.set(local);
    this.#values.set(node, local);
    return local;
  }

  #known(node: Scalar): Local | undefined {
    return node.operation === "constant" ? this.#constants.get(node.immediate) : this.#values.get(node);
  }

  /** A vector local that nothing else uses until the next `emit`. */
  temporary(): Local {
    if (this.#taken === this.#locals.length) this.#locals.push(this.#f.local(V128));
    return this.#locals[this.#taken++]!;
  }

  /** Pushes one of the constants that the operation declares in `CONSTANTS`. */
  constant(bits: number): FunctionBuilder {
    return this.#f.get(this.#constants.get(bits)!);
  }

  /** What significandOf and exponentOf share, computed once for each operand. */
  significand(operand: Scalar): Significand {
    let shared = this.#significands.get(operand);
    if (shared === undefined) {
      shared = splitFloat(this, operand);
      this.#significands.set(operand, shared);
    }
    return shared;
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
  bitsOf(emitter, { operands: [x] }) {
    const value = emitter.hold(x!);
    emitter.f.get(value);
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

/** True for operations that are the same vector under any name. */
function isZero(node: Scalar): boolean {
  return node.operation === "constant" && node.immediate === 0;
}

/** Chooses by a mask, with fewer instructions where a side is zero bits or the choice is a maximum or minimum. */
function select(emitter: WasmScalarEmitter, node: Scalar): void {
  let [condition, whenTrue, whenFalse] = node.operands as [Scalar, Scalar, Scalar];
  while (condition.operation === "not") {
    condition = condition.operands[0]!;
    [whenTrue, whenFalse] = [whenFalse, whenTrue];
  }
  const { f } = emitter;
  if (node.type === "f32" && condition.operation === "less") {
    // pmax(a, b) is a < b ? b : a, and pmin(a, b) is b < a ? b : a: bit for bit, with NaN and zeros.
    const [a, b] = condition.operands as [Scalar, Scalar];
    if (whenTrue === b && whenFalse === a) {
      emitter.push(a);
      emitter.push(b);
      f.op("f32x4.pmax");
      return;
    }
    if (whenTrue === a && whenFalse === b) {
      emitter.push(b);
      emitter.push(a);
      f.op("f32x4.pmin");
      return;
    }
  }
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
  const a = emitter.hold(x!);
  const b = emitter.hold(y!);
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
  const exponent = emitter.hold(n!);
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
  const value = emitter.hold(operand);
  const small = emitter.temporary();
  const ordinary = emitter.temporary();
  const scaled = emitter.temporary();
  f.get(value).op("f32x4.abs").tee(scaled);
  emitter.constant(SMALLEST_NORMAL).op("f32x4.lt").set(small);
  f.get(scaled);
  emitter.constant(1).op("i32x4.sub");
  emitter.constant(LARGEST_FINITE).op("i32x4.lt_u").set(ordinary);
  f.get(value);
  emitter.constant(TWO_TO_24).op("f32x4.mul").get(value).get(small).op("v128.bitselect").set(scaled);
  return { value, scaled, small, ordinary };
}

/** About how many instructions each operation takes on a common processor, for choosing tile sizes and grains. */
const COSTS: Partial<Record<ScalarOperation, number>> = {
  divide: 6,
  squareRoot: 8,
  multiplyHighU32: 5,
  multiplyU32: 2,
  lessU32: 3,
  selectF32: 2,
  selectU32: 2,
  bitsOf: 4,
  fromBits: 0,
  f32FromU32: 8,
  u32FromF32: 10,
  i32FromF32: 6,
  scaleByPowerOfTwo: 14,
  significandOf: 8,
  exponentOf: 8,
};

/** About how many instructions a program takes for four lanes. */
export function scalarCost(program: ScalarProgram): number {
  let cost = 0;
  for (const { operation } of topologicalOrder(program.outputs)) {
    if (operation in SCALAR_OPERATIONS) cost += COSTS[operation as ScalarOperation] ?? 1;
  }
  return cost;
}
