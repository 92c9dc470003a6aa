import { BYTES_PER_ELEMENT, type HostArray, viewAs } from "@verbatim/core";
import { sizeOf } from "../columns.ts";
import type { Column, ColumnValues } from "../dataset.ts";

/** The bytes [start, start + length) of one of a column's buffers in a record batch, at a multiple of four. */
export type BufferReader = (buffer: number, start: number, length: number) => Uint8Array;

/** What a column is read from. */
export interface ColumnSource {
  readonly read: BufferReader;
  /** The texts of the column's dictionary, if it has one. */
  readonly dictionary: readonly string[] | undefined;
}

/**
 * The values of the rows [first, first + rows) of a column in a record batch: views where the bytes can be used as they
 * are.
 *
 * @throws {RangeError} if offsets descend or point outside, a text is not UTF-8, or a code not in the dictionary.
 */
export function decodeColumn(
  column: Column,
  { read, dictionary }: ColumnSource,
  first: number,
  rows: number,
): ColumnValues {
  switch (column.dtype) {
    case "utf8": {
      if (dictionary !== undefined) return decodeCodes(integers(read(0, 4 * first, 4 * rows)), dictionary);
      return decodeTextBuffers(read, 0, first, rows);
    }
    case "list": {
      const offsets = integers(read(0, 4 * first, 4 * (rows + 1)));
      const [start, elements] = range(offsets);
      if (column.of === "utf8") {
        return { offsets: fromZero(offsets), values: decodeTextBuffers(read, 1, start, elements) };
      }
      const size = sizeOf(column.shape);
      return { offsets: fromZero(offsets), values: numbers(column.of, size, start, elements, read, 1) };
    }
    default:
      return numbers(column.dtype, sizeOf(column.shape), first, rows, read, 0);
  }
}

function numbers(
  dtype: keyof typeof BYTES_PER_ELEMENT,
  size: number,
  first: number,
  count: number,
  read: BufferReader,
  buffer: number,
): HostArray {
  const width = size * BYTES_PER_ELEMENT[dtype];
  const bytes = read(buffer, first * width, count * width);
  return viewAs(dtype, bytes.buffer, bytes.byteOffset, count * size);
}

function integers(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** The start and the number of the elements that offsets enclose. @throws {RangeError} if they are not offsets. */
function range(offsets: Int32Array): [number, number] {
  for (let i = 0; i < offsets.length; i++) {
    if (offsets[i]! < (i === 0 ? 0 : offsets[i - 1]!)) {
      throw new RangeError(`expected offsets that do not descend, got ${offsets[i]}`);
    }
  }
  return [offsets[0]!, offsets[offsets.length - 1]! - offsets[0]!];
}

function fromZero(offsets: Int32Array): Uint32Array {
  const first = offsets[0]!;
  const view = new Uint32Array(offsets.buffer, offsets.byteOffset, offsets.length);
  return first === 0 ? view : view.map((offset) => offset - first);
}

function decodeTextBuffers(read: BufferReader, buffer: number, first: number, count: number): string[] {
  const offsets = integers(read(buffer, 4 * first, 4 * (count + 1)));
  const [start, length] = range(offsets);
  return decodeTexts(read(buffer + 1, start, length), offsets);
}

function decodeCodes(codes: Int32Array, dictionary: readonly string[]): string[] {
  return Array.from(codes, (code) => {
    const text = dictionary[code];
    if (text === undefined) {
      throw new RangeError(`expected codes of ${dictionary.length} texts, got ${code}`);
    }
    return text;
  });
}

// A byte order mark is text like any other.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** As many bytes as surely fit into one string. */
const MAX_TEXT = 2 ** 28;

/**
 * The texts whose bytes stand one after the other. They are cut out of one string, which takes a tenth of the time of
 * decoding them one by one.
 *
 * @throws {RangeError} if the bytes are not UTF-8, or an offset cuts a character.
 */
export function decodeTexts(bytes: Uint8Array, offsets: Int32Array): string[] {
  const first = offsets[0]!;
  const count = offsets.length - 1;
  try {
    if (bytes.length > MAX_TEXT) {
      return Array.from(
        { length: count },
        (_, i) => decoder.decode(bytes.subarray(offsets[i]! - first, offsets[i + 1]! - first)),
      );
    }
    const whole = decoder.decode(bytes);
    const texts = new Array<string>(count);
    if (whole.length === bytes.length) {
      for (let i = 0; i < count; i++) texts[i] = whole.slice(offsets[i]! - first, offsets[i + 1]! - first);
      return texts;
    }
    let unit = 0;
    for (let i = 0; i < count; i++) {
      const start = unit;
      for (let at = offsets[i]! - first; at < offsets[i + 1]! - first; at++) unit += unitsOf(bytes[at]!);
      if (isContinuation(bytes[offsets[i + 1]! - first])) throw new TypeError("an offset inside a character");
      texts[i] = whole.slice(start, unit);
    }
    return texts;
  } catch (error) {
    throw new RangeError(`expected texts in UTF-8, got ${error instanceof Error ? error.message : error}`);
  }
}

/** UTF-16 units of the character that a byte begins; 0 for a byte that continues one. */
function unitsOf(byte: number): number {
  if (isContinuation(byte)) return 0;
  return byte >= 0xf0 ? 2 : 1;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
