import { ByteWriter } from "./byte_writer.ts";
import { disassemble } from "./disassemble.ts";
import { LANE, MEMORY, MEMORY_LANE, PLAIN } from "./instructions.ts";
import { type Addresses, I32, I64, V128, type ValueType } from "./types.ts";

/** The index of a parameter or local variable. */
export type Local = number;

/** The value type of addresses. */
export function addressType(addresses: Addresses): typeof I32 | typeof I64 {
  return addresses === "i64" ? I64 : I32;
}

/** The end of a block, and of a function. */
const END = 0x0b;
/** The type of a block without a result. */
const NO_RESULT = 0x40;

const scratch = new DataView(new ArrayBuffer(16));

/**
 * Writes the body of one function. Methods append one instruction each and return the builder, so that a sequence
 * reads like the text format.
 */
export class FunctionBuilder {
  readonly #code = new ByteWriter();
  readonly #locals: ValueType[] = [];

  /** The type of addresses and of numbers of bytes: declare pointers with it. */
  readonly address: typeof I32 | typeof I64;

  /** For `ModuleBuilder.function`: `index` is the function's place in the module. */
  constructor(
    readonly name: string,
    readonly index: number,
    readonly parameters: readonly ValueType[],
    readonly results: readonly ValueType[],
    readonly addresses: Addresses = "i32",
  ) {
    this.address = addressType(addresses);
  }

  /** The type of a parameter or variable. */
  typeOf(local: Local): ValueType {
    const type = this.parameters[local] ?? this.#locals[local - this.parameters.length];
    if (type === undefined) throw new RangeError(`Cannot find the type of local ${local} of ${this.name}`);
    return type;
  }

  /** Declares a local variable, zero at entry. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return this.parameters.length + this.#locals.length - 1;
  }

  /**
   * Fresh local variables without end: as many are declared as are taken, when they are taken.
   *
   * @example
   * ```ts
   * import { assembler } from "@verbatim/core";
   * import { assertEquals } from "@std/assert";
   *
   * const { I32, ModuleBuilder } = assembler;
   * const f = new ModuleBuilder(1).function("sum", [I32]);
   * const [from, to] = f.locals(I32);
   * assertEquals([from, to, f.local(I32)], [1, 2, 3]);
   * ```
   */
  *locals(type: ValueType): Generator<Local, never> {
    while (true) yield this.local(type);
  }

  /** Declares several vector variables. */
  vectors(count: number): Local[] {
    return Array.from({ length: count }, () => this.local(V128));
  }

  #emit(...bytes: number[]): this {
    this.#code.bytes(bytes);
    return this;
  }

  #emitIndexed(opcode: number, index: number): this {
    this.#code.byte(opcode);
    this.#code.unsigned(index);
    return this;
  }

  /** Pushes the variable. */
  get(local: Local): this {
    return this.#emitIndexed(0x20, local);
  }

  /** Pops into the variable. */
  set(local: Local): this {
    return this.#emitIndexed(0x21, local);
  }

  /** Copies the top of the stack into the variable. */
  tee(local: Local): this {
    return this.#emitIndexed(0x22, local);
  }

  /** A constant i32. */
  i32(value: number): this {
    this.#code.byte(0x41);
    this.#code.signed(value | 0);
    return this;
  }

  /** A constant i64 within 53 bits. */
  i64(value: number): this {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(`Cannot write an i64: expected an integer of 53 bits, got ${value}`);
    }
    this.#code.byte(0x42);
    this.#code.signed(value);
    return this;
  }

  /** A constant address, or number of bytes. */
  bytes(value: number): this {
    return this.address === I64 ? this.i64(value) : this.i32(value);
  }

  /** An operation on two addresses: on pointers, or a pointer and a number of bytes. */
  addressOp(operation: "add" | "sub" | "eq" | "ne" | "lt_u" | "gt_u" | "le_u" | "ge_u"): this {
    return this.op(`${this.addresses}.${operation}`);
  }

  /** Adds a constant number of bytes, which may be negative, to the address on the stack. */
  offset(bytes: number): this {
    return this.bytes(bytes).addressOp("add");
  }

  /**
   * Turns the unsigned i32 on the stack into an address: index * bytes, computed in the type of addresses, so that it
   * may exceed 32 bits where addresses do.
   */
  scale(bytes: number): this {
    if (this.address === I64) this.op("i64.extend_i32_u");
    return bytes === 1 ? this : this.bytes(bytes).op(`${this.addresses}.mul`);
  }

  /** Loads an address that is kept in memory. */
  loadAddress(offset = 0): this {
    return this.memory(`${this.addresses}.load`, offset);
  }

  /** A constant f32 given as its bits. */
  f32Bits(bits: number): this {
    scratch.setUint32(0, bits, true);
    this.#code.byte(0x43);
    this.#code.bytes(new Uint8Array(scratch.buffer, 0, 4));
    return this;
  }

  /** A constant vector of four equal 32-bit words. Keep it in a local: inside a loop it is reloaded at every use. */
  splatBits(bits: number): this {
    for (let lane = 0; lane < 4; lane++) scratch.setUint32(4 * lane, bits, true);
    return this.#vector();
  }

  /** A constant vector of four 32-bit words. */
  vectorBits(words: readonly [number, number, number, number]): this {
    words.forEach((word, lane) => scratch.setUint32(4 * lane, word, true));
    return this.#vector();
  }

  /** A constant vector, whose bytes are in the scratch. */
  #vector(): this {
    this.#emit(0xfd, 12);
    this.#code.bytes(new Uint8Array(scratch.buffer));
    return this;
  }

  #opcode(opcode: readonly number[]): this {
    this.#code.byte(opcode[0]!);
    if (opcode.length > 1) this.#code.unsigned(opcode[1]!);
    return this;
  }

  /** An instruction without an immediate. */
  op(instruction: keyof typeof PLAIN): this {
    return this.#opcode(PLAIN[instruction]);
  }

  /** A load, a store or an atomic, at a constant byte offset from the address on the stack. */
  memory(instruction: keyof typeof MEMORY, offset = 0, alignment: number = MEMORY[instruction][1]): this {
    this.#opcode(MEMORY[instruction][0]);
    this.#code.unsigned(alignment);
    this.#code.unsigned(offset);
    return this;
  }

  /** A load or store of one lane of a vector. */
  memoryLane(instruction: keyof typeof MEMORY_LANE, lane: number, offset = 0): this {
    const [opcode, alignment] = MEMORY_LANE[instruction];
    this.#opcode(opcode);
    this.#code.unsigned(alignment);
    this.#code.unsigned(offset);
    this.#code.byte(lane);
    return this;
  }

  /** An instruction with a lane index. */
  lane(instruction: keyof typeof LANE, lane: number): this {
    this.#opcode(LANE[instruction]);
    this.#code.byte(lane);
    return this;
  }

  /** Fills memory: takes an address, a byte (i32) and a number of bytes (an address) from the stack. */
  memoryFill(): this {
    return this.#emit(0xfc, 0x0b, 0x00);
  }

  /** Picks four 32-bit words out of the eight of two vectors. */
  shuffleWords(words: readonly [number, number, number, number]): this {
    return this.shuffleBytes(words.flatMap((word) => [4 * word, 4 * word + 1, 4 * word + 2, 4 * word + 3]));
  }

  /** Picks sixteen bytes out of the thirty-two of two vectors. */
  shuffleBytes(bytes: readonly number[]): this {
    this.#emit(0xfd, 13);
    this.#code.bytes(bytes);
    return this;
  }

  #nested(opcode: number, body: () => void): this {
    this.#emit(opcode, NO_RESULT);
    body();
    return this.#emit(END);
  }

  /** A block: a branch to its label leaves it. */
  block(body: () => void): this {
    return this.#nested(0x02, body);
  }

  /** A loop: a branch to its label starts it again. */
  loop(body: () => void): this {
    return this.#nested(0x03, body);
  }

  /** Runs one of two bodies by the i32 on the stack. */
  if(then: () => void, otherwise?: () => void): this {
    return this.#nested(0x04, () => {
      then();
      if (otherwise === undefined) return;
      this.#emit(0x05);
      otherwise();
    });
  }

  /** Branches to the label `depth` levels out. */
  br(depth: number): this {
    return this.#emitIndexed(0x0c, depth);
  }

  /** Branches if the i32 on the stack is not zero. */
  brIf(depth: number): this {
    return this.#emitIndexed(0x0d, depth);
  }

  /** Branches to one of several labels by the i32 on the stack, or to the last one if it is too large. */
  brTable(depths: readonly number[], otherwise: number): this {
    this.#emit(0x0e);
    this.#code.unsigned(depths.length);
    for (const depth of depths) this.#code.unsigned(depth);
    this.#code.unsigned(otherwise);
    return this;
  }

  /** Calls a function of the same module, which may be one that calls this one. */
  call(callee: { readonly name: string; readonly index: number }): this {
    return this.#emitIndexed(0x10, callee.index);
  }

  /**
   * `for (; counter < end; counter += step) body()` over unsigned counters, or over addresses; the counter is set
   * before. One test at the bottom of the loop and one before it.
   */
  forUpTo(counter: Local, end: Local | { constant: number }, step: number, body: () => void): this {
    const type = this.typeOf(counter) === I64 ? "i64" : "i32";
    const pushEnd = () => typeof end === "number" ? this.get(end) : this[type](end.constant);
    return this.block(() => {
      this.get(counter);
      pushEnd().op(`${type}.ge_u`).brIf(0);
      this.loop(() => {
        body();
        this.get(counter)[type](step).op(`${type}.add`).tee(counter);
        pushEnd().op(`${type}.lt_u`).brIf(0);
      });
    });
  }

  /** Adds a constant, which may be negative, to a counter or an address. */
  advance(local: Local, constant: number): this {
    if (constant === 0) return this;
    const type = this.typeOf(local) === I64 ? "i64" : "i32";
    return this.get(local)[type](constant).op(`${type}.add`).set(local);
  }

  /** The function as an entry of the code section. */
  encode(): ByteWriter {
    const body = new ByteWriter();
    body.unsigned(this.#locals.length);
    for (const type of this.#locals) body.bytes([1, type]);
    body.bytes(this.#code.finish());
    body.byte(END);
    return body;
  }

  /**
   * The instructions as text, one a line.
   *
   * @param nameOf The name of the module's function with an index; default: the index.
   */
  text(nameOf = (index: number) => `${index}`): string {
    return [
      `func $${this.name} (params ${this.parameters.length}) (locals ${this.#locals.length})`,
      ...disassemble(this.#code.finish(), nameOf).map((line) => `  ${line}`),
    ].join("\n");
  }
}
