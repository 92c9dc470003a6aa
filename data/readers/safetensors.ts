import type { HostArray, HostTensor, HostTree } from "@verbatim/core";
import { type ElementType, readElements } from "./_elements.ts";
import { isObject, type JsonObject, parseJson } from "./_json.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

/** What a safetensors file holds. */
export interface Safetensors {
  /** The tensors by name, names in sorted order. */
  readonly tensors: HostTree;
  /** What the writer noted, texts by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const fail: Fail = failAs("a safetensors file");
const LENGTH_BYTES = 8;
/** The longest header that the format's own library reads. */
const MAX_HEADER = 100_000_000;
const MAX_RANK = 32;

/** The types of the format that can be read, but for the two short floating-point ones. */
const TYPES: Readonly<Record<string, ElementType>> = {
  ...{ U8: "u8", U16: "u16", U32: "u32", U64: "u64", I8: "i8", I16: "i16", I32: "i32", I64: "i64" },
  ...{ F32: "f32", F64: "f64", BOOL: "u8" },
};
/** The first 16 bits of binary32, and binary16: every value is one of binary32. */
const SHORT_TYPES: Readonly<Record<string, (bits: number) => number>> = {
  BF16: fromBfloat16,
  F16: fromBinary16,
};

/**
 * Reads a safetensors file: weights that this project, PyTorch or another program wrote.
 *
 * *Dtypes* F32, F16 and BF16 give f32 with the same values; F64 gives f32, each value rounded once to nearest; U8 and BOOL
 * (0 or 1) give u8; U16, U32 and U64 give u32; I8 to I64 give i32. A number of 64 bits that its dtype does not hold is
 * an error; every NaN becomes the canonical one.
 * *Source* the description of the format in the README of huggingface/safetensors.
 * @throws {MalformedFileError} if the header is not of such tensors, they do not fill the rest of the file without gaps and
 * overlaps, or the limits do not suffice (`items` counts tensors).
 *
 * @example
 * ```ts
 * import { readSafetensors } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const header = new TextEncoder().encode('{"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}');
 * const length = Uint8Array.of(header.length, 0, 0, 0, 0, 0, 0, 0);
 * const { tensors } = readSafetensors(Uint8Array.of(...length, ...header, 0x80, 0x3f, 0x00, 0xc0));
 * assertEquals(tensors, { b: { dtype: "f32", shape: [2], values: Float32Array.of(1, -2) } });
 * ```
 */
export function readSafetensors(bytes: Uint8Array, limits: Limits = {}): Safetensors {
  const budget = new Budget(limits, fail);
  const { header, content } = partsOf(bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const places = Object.entries(entries).map(([name, entry]) => {
    budget.takeItems(1);
    return placeOf(name, entry);
  }).sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const { name, begin, end: next } of places) {
    if (begin !== end) fail(`a tensor that begins at byte ${end}`, `${quoted(name)} at ${begin}`);
    end = next;
  }
  if (end !== content.length) fail(`${end} bytes of tensors`, content.length);
  const tensors = places.map(({ name, begin, end, ...place }): [string, HostTensor] => {
    return [name, tensorOf(content.subarray(begin, end), place, budget)];
  });
  return {
    tensors: Object.fromEntries(tensors.sort(([a], [b]) => (a < b ? -1 : 1))),
    metadata: textsOf(metadata),
  };
}

interface Place {
  readonly type: string;
  readonly shape: readonly number[];
}

function partsOf(bytes: Uint8Array): { header: JsonObject; content: Uint8Array } {
  if (bytes.length < LENGTH_BYTES) fail("the length of the header in 8 bytes", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER) fail(`a header of at most ${MAX_HEADER} bytes`, length);
  const start = LENGTH_BYTES + length;
  if (start > bytes.length) fail(`a header of ${length} bytes`, bytes.length - LENGTH_BYTES);
  const header = parseJson(bytes.subarray(LENGTH_BYTES, start), fail);
  if (!isObject(header)) return fail("an object as the header", typeof header);
  return { header, content: bytes.subarray(start) };
}

function placeOf(name: string, entry: unknown): Place & { name: string; begin: number; end: number } {
  const expected = (what: string) => fail(`${what} of ${quoted(name)}`, JSON.stringify(entry));
  if (!isObject(entry)) return expected("dtype, shape and data_offsets");
  const { dtype: type, shape, data_offsets: offsets } = entry;
  const size = typeof type === "string" ? bytesOf(type) : undefined;
  if (typeof type !== "string" || size === undefined) {
    return expected(`${[...Object.keys(TYPES), ...Object.keys(SHORT_TYPES)].join(", ")} as dtype`);
  }
  if (!isCounts(shape) || shape.length > MAX_RANK) return expected("a shape");
  if (!isCounts(offsets) || offsets.length !== 2) return expected("two data_offsets");
  const [begin, end] = [offsets[0]!, offsets[1]!];
  const length = shape.reduce((product, count) => product * count, size);
  if (end - begin !== length) return expected(`${length} bytes`);
  return { name, type, shape, begin, end };
}

function bytesOf(type: string): number | undefined {
  if (Object.hasOwn(SHORT_TYPES, type)) return 2;
  return Object.hasOwn(TYPES, type) ? Number(TYPES[type]!.slice(1)) / 8 : undefined;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function tensorOf(bytes: Uint8Array, { type, shape }: Place, budget: Budget): HostTensor {
  const short = SHORT_TYPES[type];
  const values = short === undefined
    ? readElements(bytes, TYPES[type]!, true, { budget, fail })
    : readElements(bytes, "u16", true, { budget, fail, scale: short });
  const strange = type === "BOOL" ? values.find((value) => value > 1) : undefined;
  if (strange !== undefined) fail("booleans of 0 and 1", strange);
  return { dtype: dtypeOf(values), shape, values };
}

function dtypeOf(values: HostArray): HostTensor["dtype"] {
  if (values instanceof Float32Array) return "f32";
  if (values instanceof Uint8Array) return "u8";
  return values instanceof Uint32Array ? "u32" : "i32";
}

function textsOf(metadata: unknown): Record<string, string> {
  if (!isObject(metadata)) return fail("an object of texts as __metadata__", typeof metadata);
  return Object.fromEntries(
    Object.entries(metadata).map(([name, text]): [string, string] => [
      name,
      typeof text === "string" ? text : fail(`a text as metadata ${quoted(name)}`, typeof text),
    ]),
  );
}

const WORD = new DataView(new ArrayBuffer(4));

function fromBfloat16(bits: number): number {
  WORD.setUint32(0, bits << 16);
  return WORD.getFloat32(0);
}

function fromBinary16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction / 16777216; // 2^-14 * fraction / 2^10
  // (1 + fraction / 2^10) 2^(exponent - 15), from whole numbers and a power of two: exact
  WORD.setUint32(0, (exponent - 15 + 127) << 23);
  return sign * (1024 + fraction) / 1024 * WORD.getFloat32(0);
}
