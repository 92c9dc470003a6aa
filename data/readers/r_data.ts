import { inflate } from "./_inflate.ts";
import { unserialize } from "./_r_unserialize.ts";
import { readBzip2 } from "./bzip2.ts";
import { decodeLzma2 } from "./lzma2.ts";
import { DEFAULT_LIMITS, type Fail, failAs, type Limits } from "./malformed.ts";
import type { RValue } from "./r_value.ts";
import { readXz } from "./xz.ts";

const fail: Fail = failAs("R data");

/**
 * Reads the values that R's `save` wrote into an .rda or .RData file, by their names.
 *
 * Compressed by gzip, bzip2 or xz, or not at all; serialised in version 2 or 3, binary. Functions and environments are
 * passed over: their values are "opaque". Compiled functions are refused.
 * *Source* R Internals, 1.8 "Serialization Formats"; R 4.2.2, serialize.c.
 * @throws {MalformedFileError} if it is not such a file, is damaged, or needs more than the limits: `bytes` bounds what
 * is decompressed.
 *
 * @example
 * ```ts
 * import { readRData } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Made by R 4.2.2: x <- c(TRUE, NA); save(x, file = "x.rda", version = 2)
 * const file = Uint8Array.fromBase64(
 *   "H4sIAAAAAAAAAwtyiTDiiuBiYGBgYmBhYmJgYgYyWZiABCMDCwMniK4AEhAFQE4DAxj8AwCsoBzxOAAA" +
 *   "AA==",
 * );
 * const x = readRData(file).get("x");
 * assertEquals(x, { type: "logical", values: Int32Array.of(1, -2147483648), attributes: new Map() });
 * ```
 */
export function readRData(bytes: Uint8Array, limits: Limits = {}): ReadonlyMap<string, RValue> {
  const content = decompress(bytes, limits);
  const magic = String.fromCharCode(...content.subarray(0, 5));
  if (!/^RD[XB][23]\n$/.test(magic)) {
    fail(
      "data of R's save, version 2 or 3, binary",
      /^RD/.test(magic) ? magic.slice(0, 4) : "another format",
    );
  }
  const list = unserialize(content.subarray(5), limits);
  if (list.type !== "pairlist" && list.type !== "null") fail("a list of names and values", list.type);
  return named(list);
}

/**
 * Reads the value that R's `saveRDS` wrote, of the same kinds as {@linkcode readRData}.
 *
 * @throws {MalformedFileError} as `readRData` does.
 *
 * @example
 * ```ts
 * import { readRds } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Made by R 4.2.2: serialize(c("\u00e9", NA), NULL, version = 2)
 * const bytes = Uint8Array.fromHex(
 *   "580a000000020004020200020300" + "0000001000000002" + "0000800900000002c3a9" + "00000009ffffffff",
 * );
 * assertEquals(readRds(bytes), { type: "character", values: ["\u00e9", null], attributes: new Map() });
 * ```
 */
export function readRds(bytes: Uint8Array, limits: Limits = {}): RValue {
  return unserialize(decompress(bytes, limits), limits);
}

/** A lazy-load database: values by name, each decoded when it is asked for. */
export interface RDatabase {
  /** The names, as the index has them. */
  readonly names: readonly string[];
  /**
   * Decodes one value.
   *
   * @throws {RangeError} if there is none of that name; {@linkcode MalformedFileError} if it is damaged.
   */
  read(name: string): RValue;
}

/**
 * Reads the data of an installed R package: the index `Rdata.rdx` names places in `Rdata.rdb`, where each value is
 * compressed by itself.
 *
 * *Source* R 4.2.2, makeLazyLoad.R and R_decompress1 to R_decompress3 of serialize.c.
 * @throws {MalformedFileError} if the index is not one.
 *
 * @example
 * ```ts
 * import { readRDatabase } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * // Made by R 4.2.2: tools:::makeLazyLoadDB(list2env(list(x = c(a = 7L))), "x")
 * const index = Uint8Array.fromBase64(
 *   "H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC0YGJiEwRIQmhGIeYGYiQECnBmAOsDiLAycIE15ibmpxUCGAJIgYwWQ" +
 *   "+Ac1gQGig/E/VBEDRI6BC2o6I5o8M9QQzrLEoszEpByg6RABrqLUtNSi1LxkhEhyfm5BUWpxcWoKyFAACX+Ag9IAAAA=",
 * );
 * const data = Uint8Array.fromBase64(
 *   "AAAATXici+BiYGBgZmBhYmJgZgUyGVhDQ9x0LRgYmHiBHEYgZmcAyoLZLAycIAV5ibmpxUCGAJIgYyKQ" +
 *   "+AcArgwFkQ==",
 * );
 * const database = readRDatabase(index, data);
 * assertEquals(database.names, ["x"]);
 * const x = database.read("x");
 * assertEquals(x.type === "integer" && x.values, Int32Array.of(7));
 * ```
 */
export function readRDatabase(index: Uint8Array, data: Uint8Array, limits: Limits = {}): RDatabase {
  const parts = named(readRds(index, limits));
  const [variables, compressed] = [parts.get("variables"), parts.get("compressed")];
  if (variables === undefined || compressed === undefined) {
    fail('an index with "variables" and "compressed"', `"${[...parts.keys()].join(", ")}"`);
  }
  const places = named(variables!);
  return {
    names: [...places.keys()],
    read(name) {
      const place = places.get(name);
      if (place === undefined) {
        const names = [...places.keys()].join(", ");
        throw new RangeError(`Cannot read R data: expected one of ${names}, got ${name}`);
      }
      if (place.type !== "integer" || place.values.length !== 2) fail("an offset and a length", place.type);
      const [start, length] = (place as { values: Int32Array }).values as Int32Array & [number, number];
      if (start < 0 || length < 5 || start + length > data.length) {
        fail(`a place within ${data.length} bytes`, `${length} bytes at ${start}`);
      }
      return unserialize(decompressEntry(data.subarray(start, start + length), limits), limits);
    },
  };
}

/** An entry is its length when decompressed, a letter unless zlib always is used, and the compressed bytes. */
function decompressEntry(entry: Uint8Array, { bytes: maxBytes = DEFAULT_LIMITS.bytes }: Limits): Uint8Array {
  const length = new DataView(entry.buffer, entry.byteOffset).getUint32(0);
  if (length > maxBytes) fail(`at most ${maxBytes} bytes of content`, length);
  const limits = { bytes: length };
  const kind = entry[4]!;
  const rest = entry.subarray(5);
  const content = kind === 0x78 // the first byte of zlib's header
    ? inflate("zlib", entry.subarray(4), length, fail)
    : kind === 0x32 // "2"
    ? readBzip2(rest, limits)
    : kind === 0x5a // "Z"
    ? decodeLzma2(rest, limits).content
    : kind === 0x31 // "1"
    ? inflate("zlib", rest, length, fail)
    : kind === 0x30 // "0"
    ? rest
    : fail("an entry of zlib, bzip2, LZMA2 or plain bytes", `kind ${kind}`);
  if (content.length !== length) fail(`an entry of ${length} bytes`, content.length);
  return content;
}

/** Undoes the compression of a whole file, told by its first bytes. */
function decompress(bytes: Uint8Array, limits: Limits): Uint8Array {
  const [first, second, third] = bytes;
  if (first === 0x1f && second === 0x8b) {
    return inflate("gzip", bytes, limits.bytes ?? DEFAULT_LIMITS.bytes, fail);
  }
  if (first === 0x42 && second === 0x5a && third === 0x68) return readBzip2(bytes, limits);
  if (first === 0xfd && second === 0x37) return readXz(bytes, limits);
  return bytes;
}

/** The values of a list by their names. */
function named(list: RValue): ReadonlyMap<string, RValue> {
  if (list.type === "null") return new Map();
  if (list.type !== "list" && list.type !== "pairlist") return fail("a list with names", list.type);
  const names = list.attributes.get("names");
  if (names?.type !== "character" || names.values.length !== list.values.length) {
    return list.values.length === 0 ? new Map() : fail("a list with names", "one without");
  }
  const values = new Map<string, RValue>();
  names.values.forEach((name, i) => {
    if (name === null || values.has(name)) fail("names that differ", `"${name}"`);
    values.set(name!, list.values[i]!);
  });
  return values;
}
