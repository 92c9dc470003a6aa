import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("bzip2 data");
/** The first 48 bits of pi, which start a block, and of its square root, which end a stream; as two halves. */
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;
/** The format's bounds: symbols share a coding table in groups of 50; 18002 selectors cover 900,000 symbols. */
const GROUP = 50;
const MAX_SELECTORS = 18002;
const MAX_CODE_BITS = 20;

/**
 * Reads a bzip2 file: each block is Huffman-coded runs of move-to-front ranks of a Burrows-Wheeler transform, undone
 * here in the opposite order. Several streams may follow one another. Every checksum is compared.
 *
 * *Source* the format of bzip2 1.0.8 (J. Seward), without the randomised blocks of versions before 0.9.5.
 * @throws {MalformedFileError} if it is not a whole bzip2 file, a checksum differs or the content is more than the
 * limit.
 *
 * @example
 * ```ts
 * import { readBzip2 } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const empty = Uint8Array.of(0x42, 0x5a, 0x68, 0x39, 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0);
 * assertEquals(readBzip2(empty), new Uint8Array(0));
 * ```
 */
export function readBzip2(bytes: Uint8Array, limits: Limits = {}): Uint8Array {
  const bits = new BitReader(bytes);
  const output = new Output(limits);
  do {
    if (bits.read(24) !== 0x425a68) fail("a stream that starts with BZh", "something else");
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) fail("a block size of 1 to 9", `${level}`);
    let combined = 0;
    while (true) {
      const [high, low] = [bits.read(24), bits.read(24)];
      const stored = bits.read(32);
      if (high === END[0] && low === END[1]) {
        if (stored !== combined >>> 0) fail(`the stream's checksum ${hex(stored)}`, hex(combined));
        break;
      }
      if (high !== BLOCK[0] || low !== BLOCK[1]) fail("a block or the end of the stream", hex(high));
      const crc = readBlock(bits, level * 100_000, output);
      if (crc !== stored) fail(`a block's checksum ${hex(stored)}`, hex(crc));
      combined = ((combined << 1) | (combined >>> 31)) ^ crc;
    }
    bits.align();
  } while (!bits.atEnd);
  return output.bytes();
}

/** Reads one block behind its checksum, and gives the checksum of what it wrote. */
function readBlock(bits: BitReader, size: number, output: Output): number {
  if (bits.read(1) !== 0) fail("a block that is not randomised", "one of a version before 0.9.5");
  const origin = bits.read(24);
  const used = readUsedBytes(bits);
  const symbols = used.length + 2; // two for runs, one for each rank but the first, one for the end
  const end = symbols - 1;
  const next = readCodes(bits, symbols);
  const front = Uint8Array.from(used);
  const block = new Uint32Array(size);
  const starts = new Uint32Array(257);
  let length = 0, run = 0, place = 1;
  while (true) {
    const symbol = next();
    if (symbol <= 1) { // digits 1 and 2 of the run's length in bijective base 2, the least first
      run += place << symbol;
      place *= 2;
      if (run > size) fail(`at most ${size} bytes in a block`, `a run of ${run}`);
      continue;
    }
    if (run > 0) {
      if (length + run > size) fail(`at most ${size} bytes in a block`, "more");
      block.fill(front[0]!, length, length + run);
      starts[front[0]! + 1]! += run;
      length += run;
      [run, place] = [0, 1];
    }
    if (symbol === end) break;
    if (length === size) fail(`at most ${size} bytes in a block`, "more");
    const byte = front[symbol - 1]!;
    front.copyWithin(1, 0, symbol - 1);
    front[0] = byte;
    block[length++] = byte;
    starts[byte + 1]!++;
  }
  if (origin >= length) fail(`an origin below the block's ${length} bytes`, `${origin}`);
  for (let byte = 1; byte < 256; byte++) starts[byte]! += starts[byte - 1]!;
  for (let i = 0; i < length; i++) block[starts[block[i]! & 0xff]!++]! |= i << 8;
  return output.writeRuns(block, length, origin);
}

/** The byte values that occur: 16 bits say which groups of 16 have any, then 16 bits for each such group. */
function readUsedBytes(bits: BitReader): number[] {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if (((groups >> (15 - group)) & 1) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i++) if ((members >> (15 - i)) & 1) used.push(group * 16 + i);
  }
  if (used.length === 0) fail("a block that uses some byte value", "none");
  return used;
}

/** Reads the coding tables and the selectors; gives the function that reads the next symbol. */
function readCodes(bits: BitReader, symbols: number): () => number {
  const count = bits.read(3);
  if (count < 2 || count > 6) fail("2 to 6 coding tables", `${count}`);
  const groups = bits.read(15);
  if (groups === 0) fail("at least one selector", "0");
  const selectors = new Uint8Array(Math.min(groups, MAX_SELECTORS)); // bzip2 ignores what is beyond
  const ranks = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < groups; i++) {
    let rank = 0;
    while (bits.read(1) === 1) if (++rank >= count) fail(`a selector below ${count}`, "more");
    ranks.unshift(...ranks.splice(rank, 1));
    if (i < MAX_SELECTORS) selectors[i] = ranks[0]!;
  }
  const tables = Array.from({ length: count }, () => readTable(bits, symbols));
  let [group, left, table] = [0, 0, tables[0]!];
  return () => {
    if (left === 0) {
      if (group === selectors.length) fail(`the end of a block within ${group * GROUP} symbols`, "more");
      table = tables[selectors[group++]!]!;
      left = GROUP;
    }
    left--;
    let code = 0, first = 0, before = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      code = (code << 1) | bits.read(1);
      const here = table.counts[length]!;
      if (code - first < here) return table.sorted[before + code - first]!;
      before += here;
      first = (first + here) << 1;
    }
    return fail("a symbol's code", "bits that are none");
  };
}

/** A canonical code: how many codes have each length, and the symbols by length and value. */
interface CodingTable {
  readonly counts: Uint16Array;
  readonly sorted: Uint16Array;
}

function readTable(bits: BitReader, symbols: number): CodingTable {
  const lengths = new Uint8Array(symbols);
  const counts = new Uint16Array(MAX_CODE_BITS + 1);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (true) {
      if (length < 1 || length > MAX_CODE_BITS) fail(`codes of 1 to ${MAX_CODE_BITS} bits`, `${length}`);
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
    counts[length]!++;
  }
  const sorted = new Uint16Array(symbols);
  let at = 0;
  for (let bitsOf = 1; bitsOf <= MAX_CODE_BITS; bitsOf++) {
    for (let symbol = 0; symbol < symbols; symbol++) if (lengths[symbol] === bitsOf) sorted[at++] = symbol;
  }
  return { counts, sorted };
}

/** Reads bits, the most significant of each byte first. */
class BitReader {
  #at = 0;
  #held = 0;
  #count = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(count: number): number {
    if (count > 24) return this.read(count - 16) * 0x10000 + this.read(16);
    while (this.#count < count) {
      if (this.#at === this.#bytes.length) fail("more data", `the end after ${this.#at} bytes`);
      this.#held = (this.#held << 8) | this.#bytes[this.#at++]!;
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  align(): void {
    this.#count = 0;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** The content, which grows as far as the limit. */
class Output {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  readonly #budget: Budget;

  constructor(limits: Limits) {
    this.#budget = new Budget(limits, fail);
  }

  /** Follows the links of a block from its origin; four equal bytes are followed by a number of repetitions. */
  writeRuns(links: Uint32Array, length: number, origin: number): number {
    let crc = -1, equal = 0, last = -1;
    let link = links[origin]!;
    for (let i = 0; i < length; i++) {
      link = links[link >>> 8]!;
      const byte = link & 0xff;
      if (equal === 4) {
        this.#reserve(byte);
        for (let n = 0; n < byte; n++) {
          this.#bytes[this.#length++] = last;
          crc = (crc << 8) ^ CRC[(crc >>> 24) ^ last]!;
        }
        [equal, last] = [0, -1];
        continue;
      }
      equal = byte === last ? equal + 1 : 1;
      last = byte;
      this.#reserve(1);
      this.#bytes[this.#length++] = byte;
      crc = (crc << 8) ^ CRC[(crc >>> 24) ^ byte]!;
    }
    return ~crc >>> 0;
  }

  #reserve(count: number): void {
    this.#budget.takeBytes(count);
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * this.#bytes.length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** The table of CRC-32, the most significant bit first, with the polynomial 0x04c11db7. */
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let i = 0; i < 8; i++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value;
});

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, "0")}`;
}
