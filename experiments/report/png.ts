import { zlibSync } from "fflate";

/** A picture: 8-bit grey values, or red, green and blue, row-major from the top left. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** height * width * channels values. */
  readonly pixels: Uint8Array;
}

/**
 * Encodes a picture as PNG. The bytes depend on the picture alone: fflate compresses the same way everywhere (zlib's
 * output differs between runtimes), the level is fixed, rows are unfiltered, and there is no time in the file.
 *
 * *Source* PNG specification, third edition (chunks IHDR, IDAT, IEND).
 *
 * @throws {RangeError} if the picture is empty or the number of values does not fit its size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodePng } from "./png.ts";
 *
 * const png = encodePng({ width: 2, height: 1, channels: 1, pixels: Uint8Array.of(0, 255) });
 * assertEquals([...png.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
 * ```
 */
export function encodePng({ width, height, channels, pixels }: Picture): Uint8Array {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(
      `Cannot encode a PNG: expected a positive width and height, got ${width} and ${height}`,
    );
  }
  const row = width * channels;
  if (pixels.length !== row * height) {
    throw new RangeError(
      `Cannot encode a PNG: expected ${height} * ${width} * ${channels} = ${
        row * height
      } values, got ${pixels.length}`,
    );
  }
  const unfiltered = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) unfiltered.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);

  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, channels === 1 ? 0 : 2], 8); // 8 bits; grey or truecolour; the rest is 0
  const parts = [
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", zlibSync(unfiltered, { level: 9 })),
    chunk("IEND", new Uint8Array(0)),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 as PNG and zip use it (polynomial 0xedb88320, reflected). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
