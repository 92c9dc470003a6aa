import { crc32 } from "node:zlib";
import { sha256 } from "../files/sha256.ts";
import { decodeLzma2 } from "./lzma2.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("xz data");
const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const LZMA2 = 0x21;
/** Bytes of the check behind a block, by the stream's flag: none, CRC-32, CRC-64, SHA-256. */
const CHECK_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 4, 4: 8, 10: 32 };

/**
 * Reads an xz file of one stream: blocks of LZMA2 with their checks, the index and the footer, all compared.
 *
 * *Source* the format of xz 1.1.0. *Differs*: no filter but LZMA2 (branch and delta filters are refused), and nothing
 * may follow the stream.
 * @throws {MalformedFileError} if it is not such a file, is damaged, or the content is more than the limit.
 *
 * @example
 * ```ts
 * import { readXz } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Made by `printf '' | xz --check=none`: a header, an empty index, a footer.
 * const empty = Uint8Array.fromHex("fd377a585a000000ff12d941000000001cdf442106729e7a010000000000595a");
 * assertEquals(readXz(empty), new Uint8Array(0));
 * ```
 */
export function readXz(bytes: Uint8Array, limits: Limits = {}): Uint8Array {
  const reader = new XzReader(bytes);
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) fail("a file that starts with fd377a585a00", "another");
  const flags = reader.take(8).subarray(6);
  if (flags[0] !== 0 || CHECK_BYTES[flags[1]!] === undefined) fail("known flags of the stream", hex(flags));
  reader.compareCrc(flags);
  const blocks: { readonly size: number; readonly content: Uint8Array }[] = [];
  const budget = new Budget(limits, fail);
  while (reader.peek() !== 0) {
    const block = readBlock(reader, flags[1]!, budget.bytesLeft);
    budget.takeBytes(block.content.length);
    blocks.push(block);
  }
  const indexSize = readIndex(reader, blocks);
  const stored = reader.u32();
  const footer = reader.take(6);
  if (crc32(footer) !== stored) fail("a footer with its checksum", "another");
  const backward = 4 * (new DataView(footer.buffer, footer.byteOffset).getUint32(0, true) + 1);
  if (backward !== indexSize) fail(`an index of ${indexSize} bytes by the footer`, `${backward}`);
  if (footer[4] !== flags[0] || footer[5] !== flags[1]) {
    fail(`flags ${hex(flags)} in the footer`, hex(footer.subarray(4)));
  }
  if (hex(reader.take(2)) !== "595a") fail("a footer that ends with YZ", "another");
  if (reader.at !== bytes.length) fail("one stream", `${bytes.length - reader.at} bytes behind it`);
  const content = new Uint8Array(blocks.reduce((sum, block) => sum + block.content.length, 0));
  let at = 0;
  for (const block of blocks) {
    content.set(block.content, at);
    at += block.content.length;
  }
  return content;
}

/** Reads one block; `size` is without its padding, as the index counts. */
function readBlock(reader: XzReader, check: number, maxBytes: number) {
  const start = reader.at;
  const header = reader.take(4 * (reader.peek() + 1) - 4);
  reader.compareCrc(header);
  const fields = new XzReader(header);
  const flags = fields.take(2)[1]!;
  if ((flags & 0x3f) !== 0) fail("blocks of one filter, LZMA2", `flags ${hex(Uint8Array.of(flags))}`);
  const compressed = flags & 0x40 ? fields.number() : undefined;
  const uncompressed = flags & 0x80 ? fields.number() : undefined;
  const filter = fields.number();
  if (filter !== LZMA2) fail("blocks of one filter, LZMA2", `filter ${filter}`);
  if (fields.number() !== 1 || fields.take(1)[0]! > 40) fail("a size of the dictionary", "another property");
  if (fields.rest().some((byte) => byte !== 0)) fail("a block header padded with zeros", "other bytes");
  const dataStart = reader.at;
  const { content, end } = decodeLzma2(reader.bytes, { bytes: maxBytes }, dataStart);
  reader.take(end - dataStart);
  if ((compressed ?? end - dataStart) !== end - dataStart) fail(`${compressed} bytes in a block`, "others");
  if ((uncompressed ?? content.length) !== content.length) {
    fail(`a block of ${uncompressed} bytes`, "another");
  }
  const unpadded = reader.at - start + CHECK_BYTES[check]!;
  reader.padding(start);
  const expected = hex(reader.take(CHECK_BYTES[check]!));
  const got = check === 1
    ? hex(littleEndian(crc32(content)))
    : check === 4
    ? crc64(content)
    : sha256(content);
  if (check !== 0 && got !== expected) fail(`a block's check ${expected}`, got);
  return { size: unpadded, content };
}

/** Compares the index with the blocks; gives its size. */
function readIndex(
  reader: XzReader,
  blocks: readonly { readonly size: number; readonly content: Uint8Array }[],
): number {
  const start = reader.at;
  reader.take(1);
  const count = reader.number();
  if (count !== blocks.length) fail(`an index of ${blocks.length} blocks`, `${count}`);
  for (const { size, content } of blocks) {
    const [unpadded, uncompressed] = [reader.number(), reader.number()];
    if (unpadded !== size || uncompressed !== content.length) {
      fail(`${size} and ${content.length} bytes for a block in the index`, `${unpadded} and ${uncompressed}`);
    }
  }
  reader.padding(start);
  reader.compareCrc(reader.bytes.subarray(start, reader.at));
  return reader.at - start;
}

/** Reads fields. */
class XzReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  peek(): number {
    return this.bytes[this.at] ?? fail("more data", `the end after ${this.at} bytes`);
  }

  take(count: number): Uint8Array {
    if (count > this.bytes.length - this.at) fail("more data", `the end after ${this.bytes.length} bytes`);
    return this.bytes.subarray(this.at, this.at += count);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.at);
  }

  u32(): number {
    const four = this.take(4);
    return new DataView(four.buffer, four.byteOffset).getUint32(0, true);
  }

  /** Seven bits a byte, the least first; beyond 2^53 nothing here is meant. */
  number(): number {
    let value = 0;
    for (let i = 0, place = 1; i < 7; i++, place *= 128) {
      const byte = this.take(1)[0]!;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
    return fail("a number below 2^49", "a greater one");
  }

  compareCrc(covered: Uint8Array): void {
    const stored = this.u32();
    if (crc32(covered) !== stored) fail("a header or index with its checksum", "another");
  }

  /** Zeros up to a multiple of four bytes from `start`. */
  padding(start: number): void {
    if (this.take((4 - ((this.at - start) & 3)) & 3).some((byte) => byte !== 0)) {
      fail("padding of zeros", "other bytes");
    }
  }
}

/** CRC-64 of ECMA-182, reflected, in halves of 32 bits; as the bytes in the file in hexadecimal. */
function crc64(bytes: Uint8Array): string {
  let [low, high] = [0xffffffff, 0xffffffff];
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (((low >>> 8) | (high << 24)) ^ CRC64_LOW[index]!) >>> 0;
    high = ((high >>> 8) ^ CRC64_HIGH[index]!) >>> 0;
  }
  return hex(littleEndian(~low)) + hex(littleEndian(~high));
}

const CRC64_LOW = new Uint32Array(256);
const CRC64_HIGH = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let [low, high] = [byte, 0];
  for (let i = 0; i < 8; i++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd) [low, high] = [low ^ 0xd7870f42, high ^ 0xc96c5795];
  }
  CRC64_LOW[byte] = low;
  CRC64_HIGH[byte] = high;
}

function littleEndian(value: number): Uint8Array {
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}
