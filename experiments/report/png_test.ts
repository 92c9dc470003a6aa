import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { inflateSync } from "node:zlib";
import { crc32, encodePng, type Picture } from "./png.ts";

/** Reads a PNG of 8 bits without filters or interlacing, with the host's zlib. */
function decodePng(file: Uint8Array): Picture {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  assertEquals([...file.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const chunks: { type: string; data: Uint8Array }[] = [];
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const body = file.subarray(at + 4, at + 8 + length);
    assertEquals(view.getUint32(at + 8 + length), crc32(body));
    chunks.push({ type: String.fromCharCode(...body.subarray(0, 4)), data: body.subarray(4) });
    at += 12 + length;
  }
  assertEquals(chunks.map(({ type }) => type), ["IHDR", "IDAT", "IEND"]);
  const header = chunks[0]!.data;
  const size = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height] = [size.getUint32(0), size.getUint32(4)];
  assertEquals([...header.subarray(8)], [8, header[9]!, 0, 0, 0]);
  const channels = header[9] === 0 ? 1 : 3;
  const raw = inflateSync(chunks[1]!.data);
  const row = width * channels;
  assertEquals(raw.length, (row + 1) * height);
  const pixels = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    assertEquals(raw[y * (row + 1)], 0);
    pixels.set(raw.subarray(y * (row + 1) + 1, (y + 1) * (row + 1)), y * row);
  }
  return { width, height, channels, pixels };
}

Deno.test("the checksum agrees with published values", () => {
  assertEquals(crc32(new TextEncoder().encode("123456789")), 0xcbf43926);
  assertEquals(crc32(new TextEncoder().encode("IEND")), 0xae426082);
  assertEquals(crc32(new Uint8Array(0)), 0);
});

Deno.test("pictures read back through the host's zlib", () => {
  const picture = fc.tuple(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom(1, 3),
  )
    .chain(([width, height, channels]) =>
      fc.uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
        .map((pixels): Picture => ({ width, height, channels: channels === 1 ? 1 : 3, pixels }))
    );
  fc.assert(
    fc.property(picture, (original) => assertEquals(decodePng(encodePng(original)), original)),
    { seed: 8, numRuns: 100 },
  );
});

Deno.test("a picture whose values do not fit its size is an error", () => {
  const pixels = new Uint8Array(5);
  assertThrows(
    () => encodePng({ width: 2, height: 3, channels: 1, pixels }),
    RangeError,
    "= 6 values, got 5",
  );
  assertThrows(() => encodePng({ width: 0, height: 3, channels: 1, pixels }), RangeError, "positive");
});
