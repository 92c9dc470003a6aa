import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";
import { R_NA, type RAttributes, type RValue } from "./r_value.ts";

const fail: Fail = failAs("R data");

/** Codes of the types in a serialised stream, from R's Rinternals.h and serialize.c. */
const CODE = {
  symbol: 1,
  pairlist: 2,
  closure: 3,
  environment: 4,
  promise: 5,
  language: 6,
  special: 7,
  builtin: 8,
  char: 9,
  logical: 10,
  integer: 13,
  double: 14,
  complex: 15,
  character: 16,
  dots: 17,
  list: 19,
  expression: 20,
  externalPointer: 22,
  weakReference: 23,
  raw: 24,
  s4: 25,
  altrep: 238,
  persistent: 247,
  package: 248,
  namespace: 249,
  reference: 255,
} as const;

/** Codes of single values. */
const CONSTANTS: Readonly<Record<number, RValue>> = {
  0: { type: "null" },
  254: { type: "null" },
  241: { type: "opaque", kind: "base environment" },
  242: { type: "opaque", kind: "empty environment" },
  250: { type: "opaque", kind: "base namespace" },
  251: { type: "opaque", kind: "missing argument" },
  252: { type: "opaque", kind: "unbound value" },
  253: { type: "opaque", kind: "global environment" },
};

const NO_ATTRIBUTES: RAttributes = new Map();
/** Lists in lists, attributes of attributes: no data nest as deep. */
const MAX_DEPTH = 500;

/** A cell chain as it stands in the stream, before it is known what it means. */
interface Cells {
  readonly values: RValue[];
  readonly tags: string[];
  /** What follows the last cell where it is not NULL, as in the state of compact vectors. */
  readonly rest: RValue | undefined;
}

/**
 * Reads one serialised value (after "RDX3\n", or a whole .rds): "X\n" (big-endian) or "B\n" (little-endian), the
 * version 2 or 3, then items of flags and content. Functions and environments are passed over as opaque.
 */
export function unserialize(bytes: Uint8Array, limits: Limits = {}): RValue {
  return new Unserializer(bytes, limits).whole();
}

class Unserializer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #little = false;
  #depth = 0;
  /** Bytes that compact vectors may expand to. */
  readonly #expansion: Budget;
  /** What later items refer to by number: symbols, environments, pointers. */
  readonly #references: RValue[] = [];
  /** The encoding of strings that are not marked. */
  #native: TextDecoder | undefined;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#expansion = new Budget(limits, fail);
  }

  whole(): RValue {
    const format = this.#bytes.length < 2 ? "" : String.fromCharCode(this.#bytes[0]!, this.#bytes[1]!);
    if (format === "A\n") fail("a binary stream", "one in ASCII");
    if (format !== "X\n" && format !== "B\n") fail('a stream that starts with "X\\n" or "B\\n"', "another");
    this.#little = format === "B\n";
    this.#at = 2;
    const version = this.#int();
    if (version !== 2 && version !== 3) fail("version 2 or 3", `${version}`);
    this.#at += 8; // the versions of R that wrote it and that can read it
    if (version === 3) {
      const encoding = new TextDecoder().decode(this.#take(this.#length(1)));
      if (/^(latin1|ISO-?8859-1|CP1252|windows-1252)$/i.test(encoding)) this.#native = WINDOWS_1252;
    }
    const value = this.#item();
    if (this.#at !== this.#bytes.length) {
      fail("one value", `${this.#bytes.length - this.#at} bytes behind it`);
    }
    return value;
  }

  #item(flags = this.#int()): RValue {
    if (++this.#depth > MAX_DEPTH) fail(`values nested at most ${MAX_DEPTH} deep`, "deeper ones");
    const value = CONSTANTS[flags & 0xff] ?? this.#valueOf(flags);
    this.#depth--;
    return value;
  }

  #valueOf(flags: number): RValue {
    const code = flags & 0xff;
    const attributed = (flags & 0x200) !== 0;
    switch (code) {
      case CODE.reference: {
        const index = (flags >>> 8) || this.#int();
        return this.#references[index - 1] ??
          fail(`one of ${this.#references.length} references`, `${index}`);
      }
      case CODE.symbol:
        return this.#refer({ type: "symbol", name: this.#string() ?? "NA" });
      case CODE.persistent:
      case CODE.package:
      case CODE.namespace: {
        if (this.#int() !== 0) fail("a name without names of its own", "others");
        const parts = Array.from({ length: this.#length(8) }, () => this.#string());
        return this.#refer({ type: "opaque", kind: `environment ${parts.join(" ")}` });
      }
      case CODE.environment: {
        const environment = this.#refer({ type: "opaque", kind: "environment" });
        this.#int(); // whether it is locked
        for (let part = 0; part < 4; part++) this.#item(); // enclosure, frame, hash table, attributes
        return environment;
      }
      case CODE.pairlist:
        return this.#pairlist(flags);
      case CODE.closure:
      case CODE.promise:
      case CODE.language:
      case CODE.dots:
        this.#cells(flags);
        return { type: "opaque", kind: KINDS[code]! };
      case CODE.special:
      case CODE.builtin:
        return { type: "opaque", kind: `function ${String.fromCharCode(...this.#take(this.#length(1)))}` };
      case CODE.externalPointer: {
        const pointer = this.#refer({ type: "opaque", kind: "external pointer" });
        for (let part = 0; part < 2; part++) this.#item(); // what it protects, and its tag
        if (attributed) this.#item();
        return pointer;
      }
      case CODE.weakReference: {
        const reference = this.#refer({ type: "opaque", kind: "weak reference" });
        if (attributed) this.#item();
        return reference;
      }
      case CODE.altrep:
        return this.#compact();
      default:
        return this.#vector(code, attributed);
    }
  }

  #vector(code: number, attributed: boolean): RValue {
    const attributes = () => attributed ? this.#attributes() : NO_ATTRIBUTES;
    switch (code) {
      case CODE.logical:
      case CODE.integer: {
        const values = this.#integers(this.#length(4));
        return { type: code === CODE.logical ? "logical" : "integer", values, attributes: attributes() };
      }
      case CODE.double:
        return { type: "double", values: this.#doubles(this.#length(8)), attributes: attributes() };
      case CODE.complex:
        return { type: "complex", values: this.#doubles(2 * this.#length(16)), attributes: attributes() };
      case CODE.character: {
        const values = Array.from({ length: this.#length(8) }, () => this.#string());
        return { type: "character", values, attributes: attributes() };
      }
      case CODE.list:
      case CODE.expression: {
        const values = Array.from({ length: this.#length(4) }, () => this.#item());
        return { type: code === CODE.list ? "list" : "expression", values, attributes: attributes() };
      }
      case CODE.raw:
        return { type: "raw", values: this.#take(this.#length(1)).slice(), attributes: attributes() };
      case CODE.s4:
        return { type: "s4", attributes: attributes() };
    }
    return fail("a type of data", code === 21 ? "compiled code" : `type ${code}`);
  }

  #pairlist(flags: number): RValue {
    const { values, tags, rest } = this.#cells(flags);
    if (rest !== undefined) return { type: "opaque", kind: "dotted pair" };
    const names: RValue = { type: "character", values: tags, attributes: NO_ATTRIBUTES };
    const attributes = tags.some((tag) => tag !== "") ? new Map([["names", names]]) : NO_ATTRIBUTES;
    return { type: "pairlist", values, attributes };
  }

  /** Cells one after another, without recursion: each is its attributes, its tag, its value, and then the next. */
  #cells(flags: number): Cells {
    const values: RValue[] = [];
    const tags: string[] = [];
    while (true) {
      if (flags & 0x200) this.#item();
      const tag = flags & 0x400 ? this.#item() : undefined;
      tags.push(tag?.type === "symbol" ? tag.name : "");
      values.push(this.#item());
      flags = this.#int();
      if (!CHAINS.has(flags & 0xff)) break;
    }
    const last = this.#item(flags);
    return { values, tags, rest: last.type === "null" ? undefined : last };
  }

  #attributes(): RAttributes {
    const flags = this.#int();
    if ((flags & 0xff) !== CODE.pairlist) {
      return CONSTANTS[flags & 0xff]?.type === "null"
        ? NO_ATTRIBUTES
        : fail("attributes", `type ${flags & 0xff}`);
    }
    if (++this.#depth > MAX_DEPTH) fail(`values nested at most ${MAX_DEPTH} deep`, "deeper ones");
    const { values, tags } = this.#cells(flags);
    this.#depth--;
    return new Map(values.map((value, i) => [tags[i]!, value]));
  }

  /** A vector that R keeps in another form: its class, its state, its attributes. */
  #compact(): RValue {
    const info = this.#item();
    const name = info.type === "pairlist" && info.values[0]?.type === "symbol" ? info.values[0].name : "?";
    const flags = this.#int();
    const isChain = (flags & 0xff) === CODE.pairlist;
    const state = isChain ? undefined : this.#item(flags);
    const inner = isChain ? this.#cells(flags).values[0] : state?.type === "list" ? state.values[0] : state;
    const value = this.#expand(name, inner);
    const flagsOfAttributes = this.#peek() & 0xff;
    const attributes = CONSTANTS[flagsOfAttributes] ? (this.#item(), NO_ATTRIBUTES) : this.#attributes();
    return attributes.size > 0 && "attributes" in value ? { ...value, attributes } : value;
  }

  #expand(name: string, state: RValue | undefined): RValue {
    if (name.startsWith("wrap_") && state !== undefined && "attributes" in state) return state;
    if (name === "deferred_string" && state?.type === "integer") {
      const values = Array.from(state.values, (value) => value === R_NA ? null : String(value));
      return { type: "character", values, attributes: NO_ATTRIBUTES };
    }
    if (/^compact_(int|real)seq$/.test(name) && state?.type === "double" && state.values.length === 3) {
      const [length, first, step] = state.values as Float64Array & [number, number, number];
      if (!Number.isSafeInteger(length) || length < 0) fail("the length of a sequence", length);
      this.#expansion.takeBytes(8 * length);
      const real = name === "compact_realseq";
      const values = real ? new Float64Array(length) : new Int32Array(length);
      for (let i = 0; i < length; i++) values[i] = first + step * i;
      return values instanceof Float64Array
        ? { type: "double", values, attributes: NO_ATTRIBUTES }
        : { type: "integer", values, attributes: NO_ATTRIBUTES };
    }
    return fail("a known compact form", `"${name}"`);
  }

  /** A CHARSXP: flags that tell its encoding, its length or -1 for NA, its bytes. */
  #string(): string | null {
    const flags = this.#int();
    if ((flags & 0xff) !== CODE.char) fail("a string", `type ${flags & 0xff}`);
    const length = this.#int();
    if (length === -1) return null;
    if (length < 0) fail("the length of a string", `${length}`);
    const bytes = this.#take(length);
    if (flags & 0x200) this.#item();
    const levels = flags >>> 12;
    if (levels & 0x40) return WINDOWS_1252.decode(bytes); // ASCII
    if (levels & 0x06) return WINDOWS_1252.decode(bytes); // Latin-1, or bytes of no encoding
    try {
      return (levels & 0x08 ? UTF_8 : this.#native ?? UTF_8).decode(bytes);
    } catch {
      if (levels & 0x08) fail("a string in UTF-8", bytes.subarray(0, 16).toHex());
      return WINDOWS_1252.decode(bytes); // an unmarked string of an older session
    }
  }

  #refer(value: RValue): RValue {
    this.#references.push(value);
    return value;
  }

  #integers(count: number): Int32Array {
    const values = new Int32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.#view.getInt32(this.#at + 4 * i, this.#little);
    this.#at += 4 * count;
    return values;
  }

  /** Copied by words, so that the payload of a NaN, which tells NA, stays. */
  #doubles(count: number): Float64Array {
    const values = new Float64Array(count);
    const words = new BigUint64Array(values.buffer);
    for (let i = 0; i < count; i++) words[i] = this.#view.getBigUint64(this.#at + 8 * i, this.#little);
    this.#at += 8 * count;
    return values;
  }

  #peek(): number {
    if (this.#at + 4 > this.#bytes.length) fail("more data", `the end after ${this.#bytes.length} bytes`);
    return this.#view.getInt32(this.#at, this.#little);
  }

  #int(): number {
    const value = this.#peek();
    this.#at += 4;
    return value;
  }

  /** A length in elements of at least so many bytes each, which must be there. */
  #length(elementBytes: number): number {
    let length = this.#int();
    if (length === -1) length = (this.#int() >>> 0) * 0x1_0000_0000 + (this.#int() >>> 0);
    if (length < 0 || length * elementBytes > this.#bytes.length - this.#at) {
      fail(`a length that the ${this.#bytes.length - this.#at} bytes left can hold`, `${length}`);
    }
    return length;
  }

  #take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) {
      fail(`${count} bytes more`, `${this.#bytes.length - this.#at}`);
    }
    return this.#bytes.subarray(this.#at, this.#at += count);
  }
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Also for Latin-1: R takes the one for the other on some systems, and what they share is all that is written. */
const WINDOWS_1252 = new TextDecoder("windows-1252");

/** Items that continue a chain of cells. */
const CHAINS = new Set<number>([CODE.pairlist, CODE.language, CODE.closure, CODE.promise, CODE.dots]);

const KINDS: Readonly<Record<number, string>> = {
  [CODE.closure]: "function",
  [CODE.promise]: "promise",
  [CODE.language]: "expression",
  [CODE.dots]: "dots",
};
