import { LANE, MEMORY, MEMORY_LANE, PLAIN } from "./instructions.ts";

/** What follows an opcode. */
type Immediates = "none" | "memory" | "memoryLane" | "lane";

const key = (opcode: readonly number[]) => opcode.join();

/** Names of the instructions of the tables, by their opcodes. */
const NAMES = new Map<string, readonly [name: string, immediates: Immediates]>();
for (const [name, opcode] of Object.entries(PLAIN)) NAMES.set(key(opcode), [name, "none"]);
for (const [name, [opcode]] of Object.entries(MEMORY)) NAMES.set(key(opcode), [name, "memory"]);
for (const [name, [opcode]] of Object.entries(MEMORY_LANE)) NAMES.set(key(opcode), [name, "memoryLane"]);
for (const [name, opcode] of Object.entries(LANE)) NAMES.set(key(opcode), [name, "lane"]);

/** Instructions whose immediate is one unsigned number. */
const INDEXED: Readonly<Record<number, string>> = {
  0x0c: "br",
  0x0d: "br_if",
  0x20: "local.get",
  0x21: "local.set",
  0x22: "local.tee",
};
const NESTING: Readonly<Record<number, string>> = { 0x02: "block", 0x03: "loop", 0x04: "if" };
/** Opcodes that begin a group of instructions, which a number tells apart. */
const PREFIXES = [0xfc, 0xfd, 0xfe];

/**
 * The instructions of a function's body as text, one a line, indented by how deep they are nested. It reads what
 * `FunctionBuilder` writes.
 *
 * @param nameOf The name of the module's function with an index.
 * @throws {RangeError} if a byte is not one of its instructions.
 */
export function disassemble(code: Uint8Array, nameOf: (index: number) => string): string[] {
  const reader = new Reader(code);
  const lines: string[] = [];
  let depth = 0;
  while (!reader.done) {
    const opcode = reader.byte();
    if (opcode === 0x0b || opcode === 0x05) depth--;
    lines.push(`${"  ".repeat(depth)}${instruction(reader, opcode, nameOf)}`);
    if (opcode in NESTING || opcode === 0x05) depth++;
  }
  return lines;
}

function instruction(reader: Reader, opcode: number, nameOf: (index: number) => string): string {
  if (opcode in INDEXED) return `${INDEXED[opcode]} ${reader.unsigned()}`;
  if (opcode in NESTING) {
    reader.byte(); // no result
    return NESTING[opcode]!;
  }
  switch (opcode) {
    case 0x05:
      return "else";
    case 0x0b:
      return "end";
    case 0x0e:
      return `br_table ${Array.from({ length: reader.unsigned() + 1 }, () => reader.unsigned()).join(" ")}`;
    case 0x10:
      return `call $${nameOf(reader.unsigned())}`;
    case 0x41:
      return `i32.const ${reader.signed()}`;
    case 0x42:
      return `i64.const ${reader.signed()}`;
    case 0x43:
      return `f32.const ${hexadecimal(reader.word())}`;
  }
  if (!PREFIXES.includes(opcode)) return named(reader, [opcode]);
  const operation = reader.unsigned();
  if (opcode === 0xfd && operation === 12) {
    const words = Array.from({ length: 4 }, () => hexadecimal(reader.word()));
    return words.every((word) => word === words[0])
      ? `v128.const splat ${words[0]}`
      : `v128.const ${words.join(" ")}`;
  }
  if (opcode === 0xfd && operation === 13) {
    return `i8x16.shuffle ${Array.from({ length: 16 }, () => reader.byte()).join(" ")}`;
  }
  if (opcode === 0xfc && operation === 11) {
    reader.byte(); // the memory
    return "memory.fill";
  }
  return named(reader, [opcode, operation]);
}

function named(reader: Reader, opcode: readonly number[]): string {
  const known = NAMES.get(key(opcode));
  if (known === undefined) throw new RangeError(`Cannot disassemble: expected an instruction, got ${opcode}`);
  const [name, immediates] = known;
  if (immediates === "none") return name;
  if (immediates === "lane") return `${name} ${reader.byte()}`;
  reader.unsigned(); // the alignment
  const address = `${name} offset=${reader.unsigned()}`;
  return immediates === "memory" ? address : `${address} ${reader.byte()}`;
}

function hexadecimal(word: number): string {
  return `0x${word.toString(16).padStart(8, "0")}`;
}

/** Reads bytes and LEB128 numbers one after the other. */
class Reader {
  #at = 0;

  constructor(readonly code: Uint8Array) {}

  get done(): boolean {
    return this.#at === this.code.length;
  }

  byte(): number {
    const byte = this.code[this.#at++];
    if (byte === undefined) throw new RangeError("Cannot disassemble: expected more bytes, got the end");
    return byte;
  }

  /** A little-endian word. */
  word(): number {
    return (this.byte() | this.byte() << 8 | this.byte() << 16 | this.byte() << 24) >>> 0;
  }

  unsigned(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte < 128) return byte >= 64 ? value - factor : value;
    }
  }
}
