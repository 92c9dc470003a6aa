import { type Component, type Frame, NATURAL_ORDER } from "./_jpeg_frame.ts";
import type { Fail } from "./malformed.ts";

/** A Huffman code: for each length, the first code beyond it and where its symbols start. */
export interface HuffmanTable {
  /** For each length from 1: one more than its last code, or 0 if it has none. */
  readonly ends: Int32Array;
  /** For each length from 1: the index of its first symbol less its first code. */
  readonly shifts: Int32Array;
  readonly symbols: Uint8Array;
}

/** What one scan decodes. */
export interface Scan {
  readonly parts: readonly {
    component: Component;
    dc: HuffmanTable | undefined;
    ac: HuffmanTable | undefined;
  }[];
  /** The first and last coefficient, in zigzag order. */
  readonly first: number;
  readonly last: number;
  /** The bit that was decoded before, or 0; and the bit up to which this scan decodes. */
  readonly high: number;
  readonly low: number;
  /** Minimum coded units between restart markers, or 0. */
  readonly restartInterval: number;
}

/** Makes a code from the numbers of its symbols of each length (16) and the symbols. */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array, fail: Fail): HuffmanTable {
  const ends = new Int32Array(17);
  const shifts = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    shifts[length] = index - code;
    code += counts[length - 1]!;
    index += counts[length - 1]!;
    if (counts[length - 1]! > 0) ends[length] = code;
    if (code > 1 << length) fail("a Huffman table of 16 bits", "more codes than there are");
    code <<= 1;
  }
  return { ends, shifts, symbols };
}

/** Reads bits from `at` on, where 0xff is followed by a 0 that does not count, and ends before a marker. */
class BitReader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #fail: Fail;
  #byte = 0;
  #left = 0;

  constructor(bytes: Uint8Array, at: number, fail: Fail) {
    this.#bytes = bytes;
    this.at = at;
    this.#fail = fail;
  }

  bit(): number {
    if (this.#left === 0) {
      const byte = this.#bytes[this.at];
      if (byte === undefined) return this.#fail("more data of the picture", "the end");
      if (byte === 0xff) {
        if (this.#bytes[this.at + 1] !== 0) return this.#fail("more data of the picture", "a marker");
        this.at++;
      }
      this.at++;
      this.#byte = byte;
      this.#left = 8;
    }
    this.#left--;
    return (this.#byte >> this.#left) & 1;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  /** A number of `count` bits, of which the lower half stands for negative ones. */
  signed(count: number): number {
    const value = this.bits(count);
    return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
  }

  symbol(table: HuffmanTable): number {
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = code * 2 + this.bit();
      if (code < table.ends[length]!) return table.symbols[code + table.shifts[length]!]!;
    }
    return this.#fail("a code of the Huffman table", "another");
  }

  /** Passes over the restart marker of that number, and the bits before it. */
  restart(number: number): void {
    this.#left = 0;
    if (this.#bytes[this.at] !== 0xff || this.#bytes[this.at + 1] !== 0xd0 + number) {
      this.#fail(`restart marker ${number}`, "other data");
    }
    this.at += 2;
  }
}

/** Decodes one scan into the components' coefficients, and gives the position after it. */
export function decodeScan(frame: Frame, scan: Scan, bytes: Uint8Array, start: number, fail: Fail): number {
  const reader = new BitReader(bytes, start, fail);
  const decoder = new BlockDecoder(reader, scan, fail);
  const { parts, restartInterval } = scan;
  const single = parts.length === 1 ? parts[0]!.component : undefined;
  const across = single?.blocksAcross ?? frame.unitsAcross;
  const units = across * (single?.blocksDown ?? frame.unitsDown);
  const decodeBlock = frame.isProgressive
    ? scan.first === 0
      ? scan.high === 0 ? decoder.dcFirst : decoder.dcAgain
      : scan.high === 0
      ? decoder.acFirst
      : decoder.acAgain
    : decoder.sequential;
  for (let unit = 0; unit < units; unit++) {
    if (restartInterval > 0 && unit > 0 && unit % restartInterval === 0) {
      reader.restart((unit / restartInterval - 1) % 8);
      decoder.reset();
    }
    const row = Math.floor(unit / across);
    const column = unit % across;
    for (let part = 0; part < parts.length; part++) {
      const { component } = parts[part]!;
      const [h, v] = single === undefined ? [component.h, component.v] : [1, 1];
      for (let y = 0; y < v; y++) {
        for (let x = 0; x < h; x++) {
          const block = (row * v + y) * component.stride + column * h + x;
          decodeBlock.call(decoder, part, component.coefficients, block * 64);
        }
      }
    }
  }
  return reader.at;
}

/** Decodes single blocks, in the five ways of scans, and keeps what goes from one block to the next. */
class BlockDecoder {
  readonly #reader: BitReader;
  readonly #scan: Scan;
  readonly #fail: Fail;
  /** The last DC coefficient of each component. */
  readonly #predictions: Int32Array;
  /** Blocks to come in which the rest of the band is zero. */
  #endOfBandRun = 0;

  constructor(reader: BitReader, scan: Scan, fail: Fail) {
    this.#reader = reader;
    this.#scan = scan;
    this.#fail = fail;
    this.#predictions = new Int32Array(scan.parts.length);
  }

  reset(): void {
    this.#predictions.fill(0);
    this.#endOfBandRun = 0;
  }

  sequential(part: number, coefficients: Int16Array, at: number): void {
    const reader = this.#reader;
    coefficients[at] = this.#difference(part);
    const table = this.#scan.parts[part]!.ac!;
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(table);
      const size = symbol & 15;
      k += symbol >> 4;
      if (size > 0) {
        if (k > 63) this.#tooMany();
        coefficients[at + NATURAL_ORDER[k]!] = reader.signed(size);
      } else if (symbol !== 0xf0) {
        break;
      }
    }
  }

  dcFirst(part: number, coefficients: Int16Array, at: number): void {
    coefficients[at] = this.#difference(part) << this.#scan.low;
  }

  dcAgain(_part: number, coefficients: Int16Array, at: number): void {
    if (this.#reader.bit() === 1) coefficients[at]! |= 1 << this.#scan.low;
  }

  acFirst(_part: number, coefficients: Int16Array, at: number): void {
    if (this.#endOfBandRun > 0) {
      this.#endOfBandRun--;
      return;
    }
    const reader = this.#reader;
    const { first, last, low, parts } = this.#scan;
    const table = parts[0]!.ac!;
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(table);
      const [run, size] = [symbol >> 4, symbol & 15];
      if (size > 0) {
        k += run;
        if (k > last) this.#tooMany();
        coefficients[at + NATURAL_ORDER[k]!] = reader.signed(size) << low;
      } else if (run === 15) {
        k += 15;
      } else {
        this.#endOfBandRun = (1 << run) + reader.bits(run) - 1; // This block is the first of the run.
        break;
      }
    }
  }

  acAgain(_part: number, coefficients: Int16Array, at: number): void {
    const reader = this.#reader;
    const { first, last, low, parts } = this.#scan;
    const table = parts[0]!.ac!;
    let k = first;
    if (this.#endOfBandRun === 0) {
      for (; k <= last; k++) {
        const symbol = reader.symbol(table);
        let run = symbol >> 4;
        let value = 0;
        if ((symbol & 15) === 1) {
          value = reader.bit() === 1 ? 1 << low : -1 << low;
        } else if ((symbol & 15) !== 0) {
          this.#fail("new coefficients of one bit", `${symbol & 15} bits`);
        } else if (run < 15) {
          this.#endOfBandRun = (1 << run) + reader.bits(run);
          break;
        }
        // Passes over `run` coefficients that are zero still; those that are not get a bit each.
        for (; k <= last; k++) {
          const index = at + NATURAL_ORDER[k]!;
          if (coefficients[index] !== 0) this.#refine(coefficients, index);
          else if (run-- === 0) break;
        }
        if (value !== 0) {
          if (k > last) this.#tooMany();
          coefficients[at + NATURAL_ORDER[k]!] = value;
        }
      }
    }
    if (this.#endOfBandRun > 0) {
      for (; k <= last; k++) {
        const index = at + NATURAL_ORDER[k]!;
        if (coefficients[index] !== 0) this.#refine(coefficients, index);
      }
      this.#endOfBandRun--;
    }
  }

  #difference(part: number): number {
    const size = this.#reader.symbol(this.#scan.parts[part]!.dc!);
    if (size > 15) this.#fail("differences of at most 15 bits", size);
    return this.#predictions[part]! += this.#reader.signed(size);
  }

  /** Takes one more bit of a coefficient, away from zero. */
  #refine(coefficients: Int16Array, index: number): void {
    if (this.#reader.bit() === 0) return;
    const value = coefficients[index]!;
    const bit = 1 << this.#scan.low;
    if ((value & bit) === 0) coefficients[index] = value + (value > 0 ? bit : -bit);
  }

  #tooMany(): never {
    return this.#fail("coefficients within their block", "more");
  }
}
