import { type Fail, failAs } from "./malformed.ts";

/** An array read from an IDX file. */
export interface IdxArray {
  /** Lengths of the dimensions, the slowest first. */
  readonly shape: readonly number[];
  /** The elements in row-major order: a view of the file's bytes. */
  readonly values: Uint8Array;
}

const fail: Fail = failAs("IDX data");
/** The code of unsigned bytes, the only element type of the published image sets. */
const UNSIGNED_BYTE = 0x08;
/** No published set has more dimensions than count, height, width, channels. */
const MAX_RANK = 4;

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, the element type, the number of dimensions, each dimension as a
 * big-endian u32, then the elements.
 *
 * *Dtypes* u8.
 * *Source* the format of the MNIST distribution.
 * @throws {MalformedFileError} if the header is not that of unsigned bytes in 1 to 4 dimensions, a dimension is 0, or
 * the length is not exactly what the dimensions say.
 *
 * @example
 * ```ts
 * import { readIdx } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { shape, values } = readIdx(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 3, 7, 8, 9));
 * assertEquals(shape, [1, 3]);
 * assertEquals(values, Uint8Array.of(7, 8, 9));
 * ```
 */
export function readIdx(bytes: Uint8Array): IdxArray {
  if (bytes.length < 4) fail("a header of at least 4 bytes", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0) fail("two zero bytes at the start", hex(view.getUint16(0), 4));
  const type = view.getUint8(2);
  if (type !== UNSIGNED_BYTE) fail("unsigned bytes (type 0x08)", `type ${hex(type, 2)}`);
  const rank = view.getUint8(3);
  if (rank < 1 || rank > MAX_RANK) fail(`1 to ${MAX_RANK} dimensions`, rank);
  const start = 4 + 4 * rank;
  if (bytes.length < start) fail(`a header of ${start} bytes`, bytes.length);
  const shape: number[] = [];
  let length = 1;
  for (let axis = 0; axis < rank; axis++) {
    const size = view.getUint32(4 + 4 * axis);
    if (size === 0) fail("positive dimensions", `[${[...shape, size]}, ...]`);
    shape.push(size);
    length *= size; // At most 2^128: a float64 holds its magnitude, and equality below is exact up to 2^53.
  }
  if (bytes.length - start !== length) {
    fail(`${length} elements for shape [${shape.join(", ")}]`, bytes.length - start);
  }
  return { shape, values: bytes.subarray(start) };
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
