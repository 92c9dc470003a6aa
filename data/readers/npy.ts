import type { HostArray } from "@verbatim/core";
import { type ElementType, readElements, sizeOf } from "./_elements.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";
import { readZip } from "./zip.ts";

/** An array that numpy saved. */
export interface NpyArray {
  /** Lengths of the dimensions, the slowest first; [] for a single number. */
  readonly shape: readonly number[];
  /** The elements in row-major order. */
  readonly values: HostArray;
}

const fail: Fail = failAs("an npy file");
/** "\x93NUMPY" */
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Longest header: numpy pads to a multiple of 64 bytes, and refuses more than 10,000 itself. */
const MAX_HEADER = 10_000;
/** As many as numpy 1 allows. */
const MAX_RANK = 32;
const TYPES: ReadonlyMap<string, ElementType> = new Map([
  ...["f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"].map((code): [string, ElementType] => {
    const type = `${code[0]}${8 * Number(code[1])}`;
    return [code, type as ElementType];
  }),
  ["b1", "u8"],
]);

/**
 * Reads an array that `numpy.save` wrote, formats 1.0 to 3.0, of either byte order, in row-major order whichever order
 * the file has.
 *
 * *Dtypes* u1 and bool (0 or 1) give u8; u2, u4 and u8 give u32; i1, i2, i4 and i8 give i32; f4 gives f32; f8 gives
 * f32, each value rounded once to nearest. A number of 64 bits that its dtype does not hold is an error.
 * *Source* numpy.lib.format.
 * @throws {MalformedFileError} if the header is not that of such an array (objects, structures, texts, complex and
 * 16-bit floating-point numbers are not), the length is not what it says, or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readNpy } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 2), }\n";
 * const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0);
 * const elements = Uint8Array.of(1, 0, 2, 0, 3, 0, 255, 255); // Column by column.
 * const array = readNpy(Uint8Array.of(...start, ...new TextEncoder().encode(header), ...elements));
 * assertEquals(array, { shape: [2, 2], values: Int32Array.of(1, 3, 2, -1) });
 * ```
 */
export function readNpy(bytes: Uint8Array, limits: Limits = {}): NpyArray {
  const { text, start } = headerOf(bytes);
  const { descr, fortranOrder, shape } = parseHeader(text);
  const [, order, code] = /^([<>|])([a-z][0-9]+)$/.exec(descr) ?? [];
  const type = TYPES.get(code ?? "");
  if (type === undefined || (order === "|") !== (sizeOf(type) === 1)) {
    return fail("numbers of type f4, f8, i1 to i8, u1 to u8 or b1", quoted(descr));
  }
  const length = shape.reduce((product, size) => product * size, 1);
  const content = bytes.subarray(start);
  if (length * sizeOf(type) !== content.length) {
    fail(`${length * sizeOf(type)} bytes of elements for shape [${shape.join(", ")}]`, content.length);
  }
  const budget = new Budget(limits, fail);
  if (fortranOrder) budget.takeBytes(4 * length); // For the copy.
  const values = readElements(content, type, order !== ">", { budget, fail });
  const strange = code === "b1" ? values.find((value) => value > 1) : undefined;
  if (strange !== undefined) fail("booleans of 0 and 1", strange);
  return { shape, values: fortranOrder ? rowMajor(values, shape) : values };
}

/**
 * Reads the arrays that `numpy.savez` or `savez_compressed` wrote, by their names; see `readNpy`.
 *
 * @throws {MalformedFileError} if it is not a zip archive of npy files, or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readNpz } from "@verbatim/data";
 * import { zipSync } from "fflate";
 * import { assertEquals } from "@std/assert";
 *
 * const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}\n";
 * const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0);
 * const npy = Uint8Array.of(...start, ...new TextEncoder().encode(header), 7, 8);
 * assertEquals(readNpz(zipSync({ "x.npy": npy })).get("x"), { shape: [2], values: Uint8Array.of(7, 8) });
 * ```
 */
export function readNpz(bytes: Uint8Array, limits: Limits = {}): Map<string, NpyArray> {
  return new Map(
    Array.from(readZip(bytes, limits), ([name, content]) => {
      if (!name.endsWith(".npy")) fail('members named "*.npy"', quoted(name));
      return [name.slice(0, -".npy".length), readNpy(content, limits)];
    }),
  );
}

function headerOf(bytes: Uint8Array): { text: string; start: number } {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) fail("the magic string of numpy", "other bytes");
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) {
    return fail("format 1, 2 or 3", `${version ?? "the end"}`);
  }
  const textStart = version === 1 ? 10 : 12;
  if (bytes.length < textStart) fail("the length of the header", "the end");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER) fail(`a header of at most ${MAX_HEADER} bytes`, length);
  const start = textStart + length;
  if (start > bytes.length) fail(`a header of ${length} bytes`, bytes.length - textStart);
  return { text: String.fromCharCode(...bytes.subarray(textStart, start)), start };
}

/** Parses the literal of a Python dictionary with the three entries that a header has. */
function parseHeader(text: string): { descr: string; fortranOrder: boolean; shape: number[] } {
  const tokens = tokensOf(text);
  const entries = new Map<string, string>();
  let at = 0;
  const next = (...allowed: string[]) => {
    const token = tokens[at++] ?? "the end";
    if (allowed.length > 0 && !allowed.includes(token)) {
      fail(`${allowed.join(" or ")} in the header`, quoted(token));
    }
    return token;
  };
  next("{");
  while (tokens[at] !== "}") {
    const key = next("'descr'", "'fortran_order'", "'shape'");
    next(":");
    if (entries.has(key)) fail("each entry of the header once", key);
    entries.set(key, next());
    if (tokens[at] !== "}") next(",");
  }
  if (at + 1 !== tokens.length) fail("nothing after the dictionary", quoted(tokens[at + 1]!));
  const entry = (key: string, pattern: RegExp) => {
    const value = entries.get(`'${key}'`) ?? "none";
    return pattern.exec(value)?.[1] ?? fail(`a header with ${key}`, quoted(value));
  };
  const sizes = entry("shape", /^\(([0-9L, ]*)\)$/);
  const list = /^(?:[0-9]{1,15}L?,|[0-9]{1,15}L?(?:, ?[0-9]{1,15}L?)+,?|)$/.test(sizes.trim());
  const shape = sizes.match(/[0-9]+/g)?.map(Number) ?? [];
  if (!list || shape.length > MAX_RANK) fail(`a shape of at most ${MAX_RANK} sizes`, quoted(`(${sizes})`));
  return {
    descr: entry("descr", /^'(.*)'$/),
    fortranOrder: entry("fortran_order", /^(True|False)$/) === "True",
    shape,
  };
}

function tokensOf(text: string): string[] {
  const token = /[ \n]*([{}:,]|'[^'\\]*'|True|False|\([0-9L, ]*\))[ \n]*/y;
  const tokens: string[] = [];
  while (token.lastIndex < text.length) {
    const { lastIndex } = token;
    const found = token.exec(text)?.[1];
    if (found === undefined) {
      return fail("a dictionary of numbers as the header", quoted(text.slice(lastIndex)));
    }
    tokens.push(found);
  }
  return tokens;
}

/** Elements in row-major order, of an array whose first dimension varies fastest. */
function rowMajor(values: HostArray, shape: readonly number[]): HostArray {
  const result = values.slice();
  const index = shape.map(() => 0);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    result[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
