import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("LZMA2 data");

/** What LZMA2 data held. */
export interface Lzma2Content {
  /** The decoded bytes. */
  readonly content: Uint8Array;
  /** The position behind the end marker. */
  readonly end: number;
}

const STATES = 12;
const MIN_MATCH = 2;
/** Probabilities have 11 bits, start at one half and move a 32nd of the way. */
const HALF = 1024;

/**
 * Decodes raw LZMA2: chunks that are copied or coded by LZMA, up to the end marker. This is what an xz block holds, and
 * what R keeps in a lazy-load database.
 *
 * *Source* the LZMA specification (I. Pavlov) and the format of xz 1.1.0.
 * Reading starts at `start` and ends behind the end marker.
 *
 * @throws {MalformedFileError} if the data are cut or damaged, or the content is more than the limit.
 *
 * @example
 * ```ts
 * import { decodeLzma2 } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Chunk 1: copied, with a new dictionary, 3 bytes. Chunk 0: the end.
 * assertEquals(decodeLzma2(Uint8Array.of(1, 0, 2, 7, 8, 9, 0)), { content: Uint8Array.of(7, 8, 9), end: 7 });
 * ```
 */
export function decodeLzma2(
  bytes: Uint8Array,
  limits: Limits = {},
  start = 0,
): Lzma2Content {
  const window = new Window(limits);
  const decoder = new LzmaDecoder(bytes, window);
  let at = start, needsDictionary = true, needsProperties = true, needsState = true;
  const byte = (): number =>
    at < bytes.length ? bytes[at++]! : fail("more data", `the end after ${at} bytes`);
  while (true) {
    const control = byte();
    if (control === 0) return { content: window.bytes(), end: at };
    if (control >= 0xe0 || control === 1) {
      window.startDictionary();
      needsDictionary = false;
    } else if (needsDictionary) fail("a first chunk that starts the dictionary", `chunk ${control}`);
    if (control < 0x80) {
      if (control > 2) fail("a chunk of a known kind", `${control}`);
      const size = byte() * 256 + byte() + 1;
      if (size > bytes.length - at) fail(`${size} bytes to copy`, `${bytes.length - at}`);
      window.append(bytes.subarray(at, at + size));
      at += size;
      needsState ||= control === 1;
      continue;
    }
    const size = (control & 0x1f) * 0x10000 + byte() * 256 + byte() + 1;
    const compressed = byte() * 256 + byte() + 1;
    if (control >= 0xc0) {
      decoder.setProperties(byte());
      [needsProperties, needsState] = [false, false];
    } else if (needsProperties) fail("properties before the first coded chunk", "none");
    else if (control >= 0xa0) {
      decoder.resetState();
      needsState = false;
    } else if (needsState) fail("a new state in the first coded chunk", "none");
    if (compressed > bytes.length - at) fail(`a chunk of ${compressed} bytes`, `${bytes.length - at}`);
    decoder.decode(at, at + compressed, size);
    at += compressed;
  }
}

/** The content so far, which is also the dictionary. */
class Window {
  bytesSoFar = new Uint8Array(1 << 16);
  length = 0;
  /** Where the present dictionary starts. */
  base = 0;
  readonly #budget: Budget;

  constructor(limits: Limits) {
    this.#budget = new Budget(limits, fail);
  }

  startDictionary(): void {
    this.base = this.length;
  }

  reserve(count: number): void {
    this.#budget.takeBytes(count);
    const needed = this.length + count;
    if (needed <= this.bytesSoFar.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytesSoFar.length));
    grown.set(this.bytesSoFar);
    this.bytesSoFar = grown;
  }

  append(run: Uint8Array): void {
    this.reserve(run.length);
    this.bytesSoFar.set(run, this.length);
    this.length += run.length;
  }

  bytes(): Uint8Array {
    return this.bytesSoFar.slice(0, this.length);
  }
}

/** The probabilities of lengths: 2 to 9 and 10 to 17 by position, 18 to 273. */
interface LengthCoder {
  readonly choice: Uint16Array;
  readonly low: Uint16Array;
  readonly middle: Uint16Array;
  readonly high: Uint16Array;
}

/** LZMA with its range decoder; names as in the specification. */
class LzmaDecoder {
  readonly #bytes: Uint8Array;
  readonly #window: Window;
  #lc = 0;
  #lpMask = 0;
  #pbMask = 0;
  #state = 0;
  #reps = [0, 0, 0, 0];
  #literals = new Uint16Array(0);
  readonly #isMatch = new Uint16Array(STATES << 4);
  readonly #isRep = new Uint16Array(STATES);
  readonly #isRep0 = new Uint16Array(STATES);
  readonly #isRep1 = new Uint16Array(STATES);
  readonly #isRep2 = new Uint16Array(STATES);
  readonly #isRep0Long = new Uint16Array(STATES << 4);
  readonly #slots = new Uint16Array(4 << 6);
  readonly #special = new Uint16Array(115);
  readonly #align = new Uint16Array(16);
  readonly #lengths = newLengths();
  readonly #repLengths = newLengths();
  // The range decoder:
  #at = 0;
  #end = 0;
  #range = 0;
  #code = 0;

  constructor(bytes: Uint8Array, window: Window) {
    this.#bytes = bytes;
    this.#window = window;
  }

  setProperties(byte: number): void {
    const [lc, rest] = [byte % 9, Math.floor(byte / 9)];
    const [lp, pb] = [rest % 5, Math.floor(rest / 5)];
    if (pb > 4 || lc + lp > 4) fail("properties with lc + lp and pb of at most 4", `byte ${byte}`);
    this.#lc = lc;
    this.#lpMask = (1 << lp) - 1;
    this.#pbMask = (1 << pb) - 1;
    this.#literals = new Uint16Array(0x300 << (lc + lp));
    this.resetState();
  }

  resetState(): void {
    this.#state = 0;
    this.#reps = [0, 0, 0, 0];
    const { choice, low, middle, high } = this.#lengths;
    const rep = this.#repLengths;
    for (
      const probabilities of [
        ...[this.#literals, this.#isMatch, this.#isRep, this.#isRep0, this.#isRep1, this.#isRep2],
        ...[this.#isRep0Long, this.#slots, this.#special, this.#align],
        ...[choice, low, middle, high, rep.choice, rep.low, rep.middle, rep.high],
      ]
    ) probabilities.fill(HALF);
  }

  /** Decodes exactly `size` bytes from the bytes [at, end). */
  decode(at: number, end: number, size: number): void {
    if (end - at < 5 || this.#bytes[at] !== 0) fail("a coded chunk that starts with a zero byte", "none");
    this.#at = at + 5;
    this.#end = end;
    this.#range = 0xffffffff;
    this.#code = 0;
    for (let i = at + 1; i < at + 5; i++) this.#code = ((this.#code << 8) | this.#bytes[i]!) >>> 0;
    const window = this.#window;
    window.reserve(size);
    const limit = window.length + size;
    while (window.length < limit) {
      const position = (window.length - window.base) & this.#pbMask;
      if (this.#bit(this.#isMatch, (this.#state << 4) + position) === 0) {
        this.#literal(window);
        continue;
      }
      let length: number;
      if (this.#bit(this.#isRep, this.#state) === 0) {
        length = this.#length(this.#lengths, position);
        this.#reps = [this.#distance(length), this.#reps[0]!, this.#reps[1]!, this.#reps[2]!];
        this.#state = this.#state < 7 ? 7 : 10;
      } else {
        length = this.#repeat(position);
      }
      this.#copy(window, length, limit);
    }
    this.#normalise();
    if (this.#at !== this.#end || this.#code !== 0) {
      fail("a chunk that ends with its content", "a longer one");
    }
  }

  #literal(window: Window): void {
    const { bytesSoFar, length, base } = window;
    const previous = length > base ? bytesSoFar[length - 1]! : 0;
    const context = (((length - base) & this.#lpMask) << this.#lc) + (previous >> (8 - this.#lc));
    const offset = 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) { // after a match the byte that the last distance predicts is part of the context
      let match = this.#reps[0]! < length - base ? bytesSoFar[length - this.#reps[0]! - 1]! : 0;
      while (symbol < 0x100) {
        const expected = (match >> 7) & 1;
        match <<= 1;
        const bit = this.#bit(this.#literals, offset + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(this.#literals, offset + symbol);
    bytesSoFar[window.length++] = symbol & 0xff;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** One of the last four distances again; gives the length. */
  #repeat(position: number): number {
    const [rep0, rep1, rep2, rep3] = this.#reps as [number, number, number, number];
    const state = this.#state;
    if (this.#bit(this.#isRep0, state) === 0) {
      if (this.#bit(this.#isRep0Long, (state << 4) + position) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else if (this.#bit(this.#isRep1, state) === 0) this.#reps = [rep1, rep0, rep2, rep3];
    else if (this.#bit(this.#isRep2, state) === 0) this.#reps = [rep2, rep0, rep1, rep3];
    else this.#reps = [rep3, rep0, rep1, rep2];
    this.#state = state < 7 ? 8 : 11;
    return this.#length(this.#repLengths, position);
  }

  #copy(window: Window, length: number, limit: number): void {
    const distance = this.#reps[0]! + 1;
    const { bytesSoFar, length: start, base } = window;
    if (distance > start - base) fail(`a distance of at most ${start - base}`, `${distance}`);
    if (length > limit - start) fail(`at most ${limit - start} bytes more in the chunk`, `${length}`);
    for (let i = start; i < start + length; i++) bytesSoFar[i] = bytesSoFar[i - distance]!;
    window.length += length;
  }

  #length(coder: LengthCoder, position: number): number {
    if (this.#bit(coder.choice, 0) === 0) return MIN_MATCH + this.#tree(coder.low, position << 3, 3);
    if (this.#bit(coder.choice, 1) === 0) return MIN_MATCH + 8 + this.#tree(coder.middle, position << 3, 3);
    return MIN_MATCH + 16 + this.#tree(coder.high, 0, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(this.#slots, Math.min(length - MIN_MATCH, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < 14) return base + this.#reverseTree(this.#special, base - slot, bits);
    let direct = 0;
    for (let i = 0; i < bits - 4; i++) {
      this.#normalise();
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit) this.#code -= this.#range;
      direct = direct * 2 + bit;
    }
    return base + direct * 16 + this.#reverseTree(this.#align, 0, 4);
  }

  #tree(probabilities: Uint16Array, offset: number, bits: number): number {
    let symbol = 1;
    for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.#bit(probabilities, offset + symbol);
    return symbol - (1 << bits);
  }

  #reverseTree(probabilities: Uint16Array, offset: number, bits: number): number {
    let [node, symbol] = [1, 0];
    for (let i = 0; i < bits; i++) {
      const bit = this.#bit(probabilities, offset + node);
      node = (node << 1) | bit;
      symbol |= bit << i;
    }
    return symbol;
  }

  #bit(probabilities: Uint16Array, index: number): 0 | 1 {
    this.#normalise();
    const probability = probabilities[index]!;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + ((2 * HALF - probability) >> 5);
      return 0;
    }
    this.#range -= bound;
    this.#code -= bound;
    probabilities[index] = probability - (probability >> 5);
    return 1;
  }

  #normalise(): void {
    if (this.#range >= 0x1000000) return;
    if (this.#at === this.#end) fail("more data in a coded chunk", "its end");
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | this.#bytes[this.#at++]!) >>> 0;
  }
}

function newLengths(): LengthCoder {
  return {
    choice: new Uint16Array(2),
    low: new Uint16Array(16 << 3),
    middle: new Uint16Array(16 << 3),
    high: new Uint16Array(256),
  };
}
