import { crc32 } from "node:zlib";
import { inflate } from "./_inflate.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

/** A picture read from a file. */
export interface Picture {
  /** Pixels of a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** 1 grey; 2 grey, alpha; 3 red, green, blue; 4 red, green, blue, alpha. Alpha 0 is transparent. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Values 0 to 255, [height, width, channels], row-major from the top left. */
  readonly pixels: Uint8Array;
  /** Of a picture with a palette, the number of each pixel's colour, [height, width]: label maps are kept so. */
  readonly indices?: Uint8Array;
}

const fail: Fail = failAs("a PNG picture");
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples for each pixel, and allowed bits for each sample, by colour type. */
const COLOUR_TYPES: ReadonlyMap<number, { samples: 1 | 2 | 3 | 4; depths: readonly number[] }> = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8] }],
  [2, { samples: 3, depths: [8] }],
  [3, { samples: 1, depths: [1, 2, 4, 8] }],
  [4, { samples: 2, depths: [8] }],
  [6, { samples: 4, depths: [8] }],
]);
const PALETTE = 3;

/**
 * Reads a PNG picture: grey, colour or palette, with or without alpha, up to 8 bits a sample.
 *
 * Grey values of d < 8 bits become v * 255 / (2^d - 1). A palette's colours are looked up. Transparency of single
 * colours (tRNS) becomes an alpha channel. Gamma and colour profiles are not applied: values are those of the file.
 * *Shapes* [height, width, channels].
 * *Dtypes* u8.
 * *Source* PNG specification, third edition.
 * @throws {MalformedFileError} if a chunk is missing, out of order, cut, or has a wrong CRC, the compressed data do not
 * hold exactly the picture, samples have 16 bits, the picture is interlaced, or the limits do not suffice.
 *
 * @example
 * ```ts
 * import { readPng } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = Uint8Array.fromBase64(
 *   "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNg+A8AAQIBANEay48AAAAASUVORK5CYII=",
 * );
 * const { width, height, channels, pixels } = readPng(file);
 * assertEquals([width, height, channels], [2, 1, 1]);
 * assertEquals(pixels, Uint8Array.of(0, 255));
 * ```
 */
export function readPng(bytes: Uint8Array, limits: Limits = {}): Picture {
  const budget = new Budget(limits, fail);
  const { header, palette, transparency, data } = readChunks(bytes);
  const { width, height, depth, samples, type } = header;
  const isPalette = type === PALETTE;
  const channels = (isPalette ? 3 : samples) + (transparency === undefined ? 0 : 1);
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4) {
    return fail("transparency of single colours in a picture without alpha", "both");
  }
  const rowBytes = Math.ceil(width * samples * depth / 8);
  // Before anything is inflated: what the rows take, and what the picture does.
  budget.takeBytes(height * (rowBytes + 1));
  budget.takeBytes(width * height * (channels + samples));
  const filtered = inflate("zlib", data, height * (rowBytes + 1), fail);
  if (filtered.length !== height * (rowBytes + 1)) {
    fail(`${height * (rowBytes + 1)} bytes of rows`, filtered.length);
  }
  const rows = unfilter(filtered, height, rowBytes, Math.max(1, samples * depth / 8));
  const values = depth === 8 ? rows : unpackBits(rows, header, rowBytes);
  if (isPalette) {
    if (palette === undefined) fail("a palette (PLTE)", "none");
    return {
      ...size(width, height, channels),
      pixels: lookUp(values, palette, transparency),
      indices: values,
    };
  }
  const scale = 255 / ((1 << depth) - 1); // 1, 17, 85 or 255: exact.
  const pixels = transparency === undefined
    ? scaled(values, scale)
    : withAlpha(values, samples, transparency, scale);
  return { ...size(width, height, channels), pixels };
}

const size = (width: number, height: number, channels: 1 | 2 | 3 | 4) => ({ width, height, channels });

interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly type: number;
  readonly samples: 1 | 2 | 3 | 4;
}

interface Chunks {
  readonly header: Header;
  readonly palette?: Uint8Array;
  readonly transparency?: Uint8Array;
  /** The content of all IDAT chunks. */
  readonly data: Uint8Array;
}

function readChunks(bytes: Uint8Array): Chunks {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) fail("the signature of PNG", "other bytes");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const seen = new Map<string, Uint8Array>();
  const parts: Uint8Array[] = [];
  let previous = "";
  for (let at = SIGNATURE.length; previous !== "IEND";) {
    if (at + 12 > bytes.length) fail(`a chunk at ${at}`, `${bytes.length - at} bytes`);
    const length = view.getUint32(at);
    const end = at + 12 + length;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) fail(`a chunk at ${at}`, `the type ${quoted(type)}`);
    if (end > bytes.length) fail(`${length} bytes of ${type}`, bytes.length - at - 12);
    const crc = crc32(bytes.subarray(at + 4, end - 4));
    if (view.getUint32(end - 4) !== crc) fail(`${type} with CRC ${crc}`, view.getUint32(end - 4));
    if ((previous === "") !== (type === "IHDR")) fail("one IHDR as the first chunk", type);
    const content = bytes.subarray(at + 8, end - 4);
    if (type === "IDAT") {
      if (parts.length > 0 && previous !== "IDAT") fail("IDAT chunks together", `${previous} between`);
      parts.push(content);
    } else if (["IHDR", "PLTE", "tRNS", "IEND"].includes(type)) {
      if (seen.has(type)) fail(`one ${type}`, "several");
      if (parts.length > 0 && type !== "IEND") fail(`${type} before IDAT`, "it after");
      seen.set(type, content);
    } else if (type < "a") {
      fail("chunks that are known, or that need not be", type); // Capital: one must understand it.
    }
    previous = type;
    at = end;
  }
  if (parts.length === 0) fail("data (IDAT)", "none");
  const header = headerOf(seen.get("IHDR")!);
  const palette = seen.get("PLTE");
  if (palette !== undefined && (palette.length % 3 !== 0 || palette.length > 768 || palette.length === 0)) {
    fail("a palette of 1 to 256 colours", `${palette.length} bytes`);
  }
  const transparency = seen.get("tRNS");
  const most = header.type === PALETTE ? (palette?.length ?? 0) / 3 : 2 * header.samples;
  if (transparency !== undefined) {
    const fits = header.type === PALETTE ? transparency.length <= most : transparency.length === most;
    if (!fits) fail(`transparency (tRNS) of ${most} bytes`, transparency.length);
  }
  return {
    header,
    data: parts.length === 1 ? parts[0]! : concatenated(parts),
    ...palette !== undefined && { palette },
    ...transparency !== undefined && { transparency },
  };
}

function headerOf(content: Uint8Array): Header {
  if (content.length !== 13) fail("13 bytes of IHDR", content.length);
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = content.subarray(8);
  if (width === 0 || height === 0) fail("a positive width and height", `${width} x ${height}`);
  const colours = COLOUR_TYPES.get(type!);
  if (colours === undefined || !colours.depths.includes(depth!)) {
    return fail("grey, colour or palette of up to 8 bits", `type ${type} of ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0) {
    fail("compression and filter methods 0", `${compression} and ${filter}`);
  }
  if (interlace !== 0) fail("a picture without interlacing", `method ${interlace}`);
  return { width, height, depth: depth!, type: type!, samples: colours.samples };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Undoes the filter that each row names: samples were told by their left (a), upper (b), upper left (c) neighbours. */
function unfilter(filtered: Uint8Array, height: number, rowBytes: number, step: number): Uint8Array {
  const rows = new Uint8Array(height * rowBytes);
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1);
    const type = filtered[start]!;
    const row = rows.subarray(y * rowBytes, (y + 1) * rowBytes);
    row.set(filtered.subarray(start + 1, start + 1 + rowBytes));
    if (type === 1) {
      for (let i = step; i < rowBytes; i++) row[i]! += row[i - step]!;
    } else if (type === 2) {
      for (let i = 0; i < rowBytes; i++) row[i]! += above[i]!;
    } else if (type === 3) {
      for (let i = 0; i < step; i++) row[i]! += above[i]! >> 1;
      for (let i = step; i < rowBytes; i++) row[i]! += (row[i - step]! + above[i]!) >> 1;
    } else if (type === 4) {
      for (let i = 0; i < step; i++) row[i]! += above[i]!;
      for (let i = step; i < rowBytes; i++) row[i]! += paeth(row[i - step]!, above[i]!, above[i - step]!);
    } else if (type !== 0) {
      fail("filters 0 to 4", `${type} in row ${y}`);
    }
    above = row;
  }
  return rows;
}

/** The neighbour that is nearest to a + b - c; of equally near ones a, then b. */
function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

/** One value a byte from rows of packed bits, of which the highest come first. */
function unpackBits(rows: Uint8Array, { width, height, depth }: Header, rowBytes: number): Uint8Array {
  const values = new Uint8Array(width * height);
  const mask = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      values[y * width + x] = (rows[y * rowBytes + (bit >> 3)]! >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return values;
}

/** The colours of indices, with an alpha channel if there is transparency. */
function lookUp(indices: Uint8Array, palette: Uint8Array, alphas: Uint8Array | undefined): Uint8Array {
  const colours = palette.length / 3;
  const channels = alphas === undefined ? 3 : 4;
  const pixels = new Uint8Array(indices.length * channels);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (index >= colours) fail(`one of ${colours} colours of the palette`, index);
    for (let c = 0; c < 3; c++) pixels[i * channels + c] = palette[index * 3 + c]!;
    if (alphas !== undefined) pixels[i * channels + 3] = alphas[index] ?? 255;
  }
  return pixels;
}

function scaled(values: Uint8Array, scale: number): Uint8Array {
  if (scale === 1) return values;
  for (let i = 0; i < values.length; i++) values[i]! *= scale;
  return values;
}

/** Adds an alpha channel that is 0 where a pixel has exactly the transparent colour, of 16 bits for each sample. */
function withAlpha(values: Uint8Array, samples: number, transparency: Uint8Array, scale: number): Uint8Array {
  const colour = Array.from(
    { length: samples },
    (_, c) => transparency[2 * c]! * 256 + transparency[2 * c + 1]!,
  );
  const count = values.length / samples;
  const pixels = new Uint8Array(count * (samples + 1));
  for (let i = 0; i < count; i++) {
    let alpha = 0;
    for (let c = 0; c < samples; c++) {
      const value = values[i * samples + c]!;
      if (value !== colour[c]) alpha = 255;
      pixels[i * (samples + 1) + c] = value * scale;
    }
    pixels[i * (samples + 1) + samples] = alpha;
  }
  return pixels;
}
