import { latin1 } from "./_characters.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

/** What may be a key of a dictionary. */
export type PickleKey = null | boolean | number | string;

export const fail: Fail = failAs("a pickle");

/** The only globals that a file may name. None of them is ever called: each only tells what the data are. */
const GLOBALS = [
  "numpy ndarray",
  "numpy dtype",
  "numpy.core.multiarray _reconstruct",
  "scipy.sparse.csr csr_matrix",
  "collections defaultdict",
  "__builtin__ list",
] as const;
type GlobalName = typeof GLOBALS[number];

/** Names of the opcodes that are refused, for the error: what makes other objects, or is of another protocol. */
const REFUSED: Readonly<Record<number, string>> = {
  0x28: "MARK",
  0x46: "FLOAT",
  0x49: "INT",
  0x4c: "LONG",
  0x50: "PERSID",
  0x51: "BINPERSID",
  0x53: "STRING",
  0x56: "UNICODE",
  0x62: "BUILD",
  0x63: "GLOBAL",
  0x69: "INST",
  0x6f: "OBJ",
  0x82: "EXT1",
  0x83: "EXT2",
  0x84: "EXT4",
  0x92: "NEWOBJ_EX",
  0x93: "STACK_GLOBAL",
  0x95: "FRAME",
};

export class Global {
  constructor(readonly name: GlobalName) {}
}

/** A Python 2 string: text or the bytes of an array. */
export class Bytes {
  constructor(readonly bytes: Uint8Array) {}
}

export class Tuple {
  constructor(readonly items: readonly Item[]) {}
}

/** An element type; its byte order comes with its state. */
export class Dtype {
  order: string | undefined;
  constructor(readonly code: string) {}
}

/** An object that NumPy or SciPy would make, which gets its state after it was made. */
export class Pending {
  state: Item | undefined;
  constructor(readonly of: "ndarray" | "csr_matrix") {}
}

/** What stands on the stack; lists and dictionaries still change. */
export type Item =
  | null
  | boolean
  | number
  | string
  | Bytes
  | Tuple
  | Item[]
  | Map<Item, Item>
  | Global
  | Dtype
  | Pending;

/** Executes the opcodes of a pickle, and gives what they leave. */
export class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #opcodes: Budget;
  readonly #memo = new Map<number, Item>();
  #stack: Item[] = [];
  /** The stacks below each mark. */
  readonly #marks: Item[][] = [];
  #at = 0;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#opcodes = new Budget(limits, fail);
  }

  run(): Item {
    if (this.#byte() !== 0x80) fail("an opcode PROTO at the start", "another");
    const protocol = this.#byte();
    if (protocol !== 2) fail("protocol 2", protocol);
    while (true) {
      this.#opcodes.takeItems(1);
      const at = this.#at;
      const opcode = this.#byte();
      if (opcode === 0x2e) break; // STOP
      this.#execute(opcode, at);
    }
    if (this.#at !== this.#bytes.length) {
      fail("one value", `${this.#bytes.length - this.#at} bytes behind it`);
    }
    if (this.#stack.length !== 1 || this.#marks.length > 0) fail("one value at the end", "another stack");
    return this.#pop();
  }

  #execute(opcode: number, at: number): void {
    switch (opcode) {
      case 0x28: // MARK
        this.#marks.push(this.#stack);
        this.#stack = [];
        return;
      case 0x4e: // NONE
        return this.#push(null);
      case 0x88: // NEWTRUE
        return this.#push(true);
      case 0x89: // NEWFALSE
        return this.#push(false);
      case 0x4a: // BININT
        return this.#push(this.#view.getInt32(this.#skip(4), true));
      case 0x4b: // BININT1
        return this.#push(this.#byte());
      case 0x4d: // BININT2
        return this.#push(this.#view.getUint16(this.#skip(2), true));
      case 0x8a: // LONG1
        return this.#push(this.#long(this.#byte()));
      case 0x47: // BINFLOAT
        return this.#push(this.#view.getFloat64(this.#skip(8), false));
      case 0x55: // SHORT_BINSTRING
        return this.#push(new Bytes(this.#take(this.#byte())));
      case 0x54: // BINSTRING
        return this.#push(new Bytes(this.#take(this.#view.getInt32(this.#skip(4), true))));
      case 0x58: // BINUNICODE
        return this.#push(utf8(this.#take(this.#view.getUint32(this.#skip(4), true))));
      case 0x29: // EMPTY_TUPLE
        return this.#push(new Tuple([]));
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        if (this.#stack.length < opcode - 0x84) {
          fail(`${opcode - 0x84} values for a tuple`, this.#stack.length);
        }
        return this.#push(new Tuple(this.#stack.splice(this.#stack.length - (opcode - 0x84))));
      case 0x74: // TUPLE
        return this.#push(new Tuple(this.#popMark()));
      case 0x5d: // EMPTY_LIST
        return this.#push([]);
      case 0x61: // APPEND
        return this.#append([this.#pop()]);
      case 0x65: // APPENDS
        return this.#append(this.#popMark());
      case 0x7d: // EMPTY_DICT
        return this.#push(new Map());
      case 0x73: { // SETITEM
        const value = this.#pop();
        return this.#set([this.#pop(), value]);
      }
      case 0x75: // SETITEMS
        return this.#set(this.#popMark());
      case 0x71: // BINPUT
        return this.#put(this.#byte());
      case 0x72: // LONG_BINPUT
        return this.#put(this.#view.getUint32(this.#skip(4), true));
      case 0x68: // BINGET
        return this.#get(this.#byte());
      case 0x6a: // LONG_BINGET
        return this.#get(this.#view.getUint32(this.#skip(4), true));
      case 0x63: // GLOBAL
        return this.#global();
      case 0x52: // REDUCE
      case 0x81: { // NEWOBJ
        const args = this.#pop();
        return this.#push(made(this.#pop(), args, opcode === 0x81));
      }
      case 0x62: { // BUILD
        const state = this.#pop();
        return build(this.#top(), state);
      }
    }
    fail("opcodes of plain data", `${REFUSED[opcode] ?? `0x${opcode.toString(16)}`} at ${at}`);
  }

  #append(items: Item[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) fail("a list to append to", "another value");
    for (const item of items) (list as Item[]).push(item);
  }

  #set(items: Item[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || items.length % 2 !== 0) fail("a dictionary, and keys with values", "others");
    for (let i = 0; i < items.length; i += 2) (map as Map<Item, Item>).set(keyOf(items[i]!), items[i + 1]!);
  }

  #global(): void {
    const name = `${latin1(this.#line())} ${latin1(this.#line())}`;
    const known = GLOBALS.find((each) => each === name);
    if (known === undefined) fail(`a global among ${GLOBALS.join(", ")}`, `"${name}"`);
    this.#push(new Global(known!));
  }

  /** A little-endian number of so many bytes in two's complement. */
  #long(length: number): number {
    if (length > 8) fail("integers of at most 8 bytes", length);
    let value = 0n;
    this.#take(length).forEach((byte, i) => value |= BigInt(byte) << BigInt(8 * i));
    const number = Number(BigInt.asIntN(8 * length, value));
    return Number.isSafeInteger(number) ? number : fail("integers below 2^53", `${number}`);
  }

  #put(slot: number): void {
    this.#memo.set(slot, this.#top());
  }

  #get(slot: number): void {
    const item = this.#memo.get(slot);
    this.#push(item === undefined ? fail("a slot of the memo that is used", slot) : item);
  }

  #push(item: Item): void {
    this.#stack.push(item);
  }

  #top(): Item {
    const item = this.#stack.at(-1);
    return item === undefined ? fail("a value on the stack", "none") : item;
  }

  #pop(): Item {
    const item = this.#top();
    this.#stack.pop();
    return item;
  }

  #popMark(): Item[] {
    const items = this.#stack;
    this.#stack = this.#marks.pop() ?? fail("a mark on the stack", "none");
    return items;
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)]!;
  }

  #line(): Uint8Array {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) fail("a line", "none");
    const line = this.#take(end - this.#at);
    this.#at++;
    return line;
  }

  #take(count: number): Uint8Array {
    const start = this.#skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Passes over so many bytes, which must be there; gives where they start. */
  #skip(count: number): number {
    const left = this.#bytes.length - this.#at;
    if (count < 0 || count > left) fail(`${count} bytes at ${this.#at}`, left);
    this.#at += count;
    return this.#at - count;
  }
}

function keyOf(item: Item): PickleKey {
  if (item instanceof Bytes) return latin1(item.bytes);
  if (item === null || typeof item !== "object") return item;
  return fail("keys that are numbers or texts", "others");
}

/** What a known global with arguments stands for. */
function made(callee: Item, args: Item, isNew: boolean): Item {
  const name = callee instanceof Global ? callee.name : undefined;
  const items = args instanceof Tuple ? args.items : fail("a tuple of arguments", "another value");
  const [first] = items;
  const firstName = first instanceof Global ? first.name : undefined;
  if (isNew) {
    if (name === "scipy.sparse.csr csr_matrix" && items.length === 0) return new Pending("csr_matrix");
  } else if (name === "numpy.core.multiarray _reconstruct") {
    if (firstName === "numpy ndarray") return new Pending("ndarray");
  } else if (name === "numpy dtype") {
    if (first instanceof Bytes) return new Dtype(latin1(first.bytes));
  } else if (name === "collections defaultdict" && items.length === 1 && firstName === "__builtin__ list") {
    return new Map();
  }
  return fail(
    "an array, an element type, sparse rows or a dictionary of lists",
    `${name ?? "another"} with others`,
  );
}

function build(item: Item, state: Item): void {
  if (item instanceof Pending && item.state === undefined) {
    item.state = state;
  } else if (item instanceof Dtype && state instanceof Tuple && state.items[1] instanceof Bytes) {
    item.order = latin1(state.items[1].bytes);
  } else fail("a state for an array, an element type or sparse rows", "another");
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("text in UTF-8", "other bytes");
  }
}
