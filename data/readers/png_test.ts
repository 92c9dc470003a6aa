import { assert, assertEquals, assertThrows } from "@std/assert";
import { inflateSync } from "fflate";
import { crc32, deflateSync } from "node:zlib";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { type Picture, readPng } from "./png.ts";

/**
 * Pictures of 7 x 6 pixels by an encoder in Python (struct, zlib) whose rows have the filters 4, 0, 1, 2, 3, 4 in turn;
 * Pillow read the same values from them. Sample c of pixel (x, y) is x * x * 23 + y * 41 * (x + 1) + c * 59 mod 2^bits;
 * colour i of a palette is (7 i, 11 i, 13 i) mod 256. colourAlpha has three IDAT chunks, one of them empty.
 */
const FILES = {
  grey1:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGAQAAAAAndbnbAAAAFElEQVR42mMJYfjHGMK0ivkqyyoAFbUD3gvd+/EAAAAASUVORK5C" +
    "YII=",
  grey2:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGAgAAAABg1cMLAAAAGklEQVR42mMx/ssQH8O4+y+TjAzzibUsOn8BOScGiIUISu4AAAAA" +
    "SUVORK5CYII=",
  grey4:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGBAAAAADvlTarAAAAKUlEQVR42gEeAOH/BAfIQLEAmXPVsAEr/IT1ApK0xvAD8frHFQSC" +
    "Yuop1uIOutE85vgAAAAASUVORK5CYII=",
  grey8:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGCAAAAAAqZduqAAAAOUlEQVR42mNhEHctXnj+L4Nm5vViW9NoxqDM6Uc/K/ozaQZVLzn7" +
    "TZ45nX3TPc6tCSyavEIOQt/kAbrfEbUSAZzEAAAAAElFTkSuQmCC",
  colour:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGCAIAAACAbBMhAAAAj0lEQVR42gGEAHv/BAA7dhcXF0VFRXNzc6Ghoc/Pz/39/QApZJ9p" +
    "pN/XEk1zruk9eLM1cKtbltEBUo3IaWlpl5eXxcXF8/PzISEhT09PAikpKVJSUnt7e6SkpM3Nzfb29h8fHwNnhKIHB4eyMjLe3l4J" +
    "iYm1tTVgYOAEKSkpDeRSEhISQEBAEhLN9vacHx8f/Oc7D/7n9qgAAAAASUVORK5CYII=",
  greyAlpha:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGCAQAAAClB0z9AAAAY0lEQVR42mNhsBYXd3UtLl648Pz5v38ZNFMyl1wXKl5nW2FaED2N" +
    "Mag3M3P69KNHP39WVPT3Z9LUDAqqrl6y5OzZb9/k5ZnTW9jZNxndu8fZuXVrQgKLpibvEyEhBwchIZAsAMskJWKTXPUTAAAAAElF" +
    "TkSuQmCC",
  colourAlpha:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGCAYAAAAPDoR2AAAAFElEQVR42mNhsC7bKA4ErkBQDAQLgeA8EKdhzyIAAAAASURBVDWv" +
    "Bh4AAACFSURBVPwFAgbNlPm3Mpfcl7ou5NtRvO6lim3F5nemBaufRU+7yMMY1HuCORMIpgPBUSD4DASKQOAPBEyaQBAEBNVAsAQI" +
    "zgLBNyCQBwLm9JZF9uzs7e2bjIw23bsXF8fZ2cm5daupaULCgwcsIJ28T4J4hYSEqh0cHJYICZ3N+/ZtDlgnABvPTu8RL5u9AAAA" +
    "AElFTkSuQmCC",
  palette1:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGAQMAAAA1wBY1AAAABlBMVEUAAAAHCw09bQo8AAAAFElEQVR42mMJYfjHGMK0ivkqyyoA" +
    "FbUD3gvd+/EAAAAASUVORK5CYII=",
  palette2:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGAgMAAAByYGzlAAAADFBMVEUAAAAHCw0OFhoVISe0Q1JzAAAAGklEQVR42mMx/ssQH8O4" +
    "+y+TjAzzibUsOn8BOScGiIUISu4AAAAASUVORK5CYII=",
  palette4:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGBAMAAAD9IJlFAAAAMFBMVEUAAAAHCw0OFhoVISccLDQjN0EqQk4xTVs4WGg/Y3VGboJN" +
    "eY9UhJxbj6limrZppcMRdm1cAAAAKUlEQVR42gEeAOH/BAfIQLEAmXPVsAEr/IT1ApK0xvAD8frHFQSCYuop1uIOutE85vgAAAAA" +
    "SUVORK5CYII=",
  paletteTransparent:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGAgMAAAByYGzlAAAADFBMVEUAAAAHCw0OFhoVISe0Q1JzAAAAAnRSTlMAZDxMaHkAAAAa" +
    "SURBVHjaYzH+yxAfw7j7L5OMDPOJtSw6fwE5JwaIhQhK7gAAAABJRU5ErkJggg==",
  greyTransparent:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGAgAAAABg1cMLAAAAAnRSTlMAA++anIIAAAAaSURBVHjaYzH+yxAfw7j7L5OMDPOJtSw6" +
    "fwE5JwaIhQhK7gAAAABJRU5ErkJggg==",
  colourTransparent:
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAGCAIAAACAbBMhAAAABnRSTlMAzwAKAEUOwkhSAAAAj0lEQVR42gGEAHv/BAA7dhcXF0VF" +
    "RXNzc6Ghoc/Pz/39/QApZJ9ppN/XEk1zruk9eLM1cKtbltEBUo3IaWlpl5eXxcXF8/PzISEhT09PAikpKVJSUnt7e6SkpM3Nzfb2" +
    "9h8fHwNnhKIHB4eyMjLe3l4JiYm1tTVgYOAEKSkpDeRSEhISQEBAEhLN9vacHx8f/Oc7D/7n9qgAAAAASUVORK5CYII=",
};
const file = (name: keyof typeof FILES) => Uint8Array.fromBase64(FILES[name]);
const [WIDTH, HEIGHT] = [7, 6];

/** What the files hold, by the formula above. */
function expected(
  channels: number,
  bits: number,
  pixel: (samples: number[]) => number[] = (samples) => samples,
) {
  const pixels = [];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const samples = Array.from(
        { length: channels },
        (_, c) => (x * x * 23 + y * 41 * (x + 1) + c * 59) % (1 << bits),
      );
      pixels.push(...pixel(samples));
    }
  }
  return Uint8Array.from(pixels);
}
const colours = ([i]: number[]) => [7, 11, 13].map((factor) => (i! * factor) % 256);

Deno.test("readPng reads grey and colour, with and without alpha, through all filters", () => {
  const samples = { grey8: 1, greyAlpha: 2, colour: 3, colourAlpha: 4 } as const;
  for (const [name, channels] of Object.entries(samples) as [keyof typeof samples, 1 | 2 | 3 | 4][]) {
    const pixels = expected(channels, 8);
    assertEquals(readPng(file(name)), { width: WIDTH, height: HEIGHT, channels, pixels });
  }
});

Deno.test("readPng spreads grey values of few bits over 0 to 255", () => {
  for (const [name, bits] of [["grey1", 1], ["grey2", 2], ["grey4", 4]] as const) {
    const { pixels, channels } = readPng(file(name));
    assertEquals(channels, 1);
    assertEquals(pixels, expected(1, bits, ([value]) => [value! * 255 / ((1 << bits) - 1)]));
  }
});

Deno.test("readPng looks colours up in the palette, and gives their numbers", () => {
  for (const [name, bits] of [["palette1", 1], ["palette2", 2], ["palette4", 4]] as const) {
    const { pixels, indices, channels } = readPng(file(name));
    assertEquals(channels, 3);
    assertEquals(indices, expected(1, bits));
    assertEquals(pixels, expected(1, bits, colours));
  }
});

Deno.test("readPng makes an alpha channel of transparent colours", () => {
  // Alphas of the first two colours are 0 and 100; the others are opaque.
  assertEquals(
    readPng(file("paletteTransparent")).pixels,
    expected(1, 2, ([i]) => [...colours([i!]), [0, 100][i!] ?? 255]),
  );
  assertEquals(
    readPng(file("greyTransparent")),
    {
      width: WIDTH,
      height: HEIGHT,
      channels: 2,
      pixels: expected(1, 2, ([v]) => [v! * 85, v === 3 ? 0 : 255]),
    },
  );
  const transparent = [207, 10, 69]; // The pixel (3, 0).
  assertEquals(
    readPng(file("colourTransparent")).pixels,
    expected(3, 8, (rgb) => [...rgb, rgb.every((v, c) => v === transparent[c]) ? 0 : 255]),
  );
});

interface Chunk {
  readonly type: string;
  readonly content: Uint8Array;
}

/** A file of chunks with right lengths and CRCs. */
function png(chunks: readonly Chunk[]): Uint8Array {
  const parts = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  for (const { type, content } of chunks) {
    const body = Uint8Array.from([...new TextEncoder().encode(type), ...content]);
    const numbers = new DataView(new ArrayBuffer(8));
    numbers.setUint32(0, content.length);
    numbers.setUint32(4, crc32(body));
    const bytes = new Uint8Array(numbers.buffer);
    parts.push(...bytes.subarray(0, 4), ...body, ...bytes.subarray(4));
  }
  return Uint8Array.from(parts);
}

function header(width: number, height: number, ...rest: number[]): Chunk {
  const content = new Uint8Array(13);
  const view = new DataView(content.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  content.set(rest, 8);
  return { type: "IHDR", content };
}
const chunk = (type: string, ...content: number[]): Chunk => ({ type, content: Uint8Array.from(content) });
const data = (...rows: number[]): Chunk => ({ type: "IDAT", content: deflateSync(Uint8Array.from(rows)) });
const END = chunk("IEND");

Deno.test("readPng names what is wrong with a file", () => {
  const refuses = (chunks: readonly Chunk[], message: string) =>
    assertThrows(
      () => readPng(png(chunks)),
      MalformedFileError,
      `Cannot read a PNG picture: expected ${message}`,
    );
  const grey = header(2, 1, 8, 0);
  assertEquals(readPng(png([grey, data(0, 5, 6), END])).pixels, Uint8Array.of(5, 6));
  refuses([], "a chunk at 8, got 0 bytes");
  refuses([END], "one IHDR as the first chunk, got IEND");
  refuses([grey, END], "data (IDAT), got none");
  refuses([grey, grey, data(0, 5, 6), END], "one IHDR as the first chunk, got IHDR");
  refuses([grey, data(0, 5, 6)], "a chunk at");
  refuses([header(0, 1, 8, 0), data(0), END], "a positive width and height, got 0 x 1");
  refuses(
    [header(2, 1, 16, 0), data(0), END],
    "grey, colour or palette of up to 8 bits, got type 0 of 16 bits",
  );
  refuses(
    [header(2, 1, 4, 2), data(0), END],
    "grey, colour or palette of up to 8 bits, got type 2 of 4 bits",
  );
  refuses(
    [header(2, 1, 8, 7), data(0), END],
    "grey, colour or palette of up to 8 bits, got type 7 of 8 bits",
  );
  refuses([header(2, 1, 8, 0, 1), data(0), END], "compression and filter methods 0, got 1 and 0");
  refuses([header(2, 1, 8, 0, 0, 0, 1), data(0), END], "a picture without interlacing, got method 1");
  refuses([grey, data(0, 5), END], "3 bytes of rows, got 2");
  refuses([grey, data(0, 5, 6, 7), END], "at most 3 bytes of content, got more");
  refuses([grey, chunk("IDAT", 1, 2, 3), END], "whole compressed data, got ");
  refuses([grey, data(5, 5, 6), END], "filters 0 to 4, got 5 in row 0");
  refuses([grey, data(0, 5, 6), chunk("teXt"), data(), END], "IDAT chunks together, got teXt between");
  refuses([grey, chunk("ABCD"), data(0, 5, 6), END], "chunks that are known, or that need not be, got ABCD");
  refuses([grey, chunk("a b!"), data(0, 5, 6), END], 'a chunk at 33, got the type "a b!"');
  refuses([grey, data(0, 5, 6), chunk("tRNS", 0, 5), END], "tRNS before IDAT, got it after");
  refuses([grey, chunk("tRNS", 0), data(0, 5, 6), END], "transparency (tRNS) of 2 bytes, got 1");
  refuses(
    [header(1, 1, 8, 6), chunk("tRNS", ...Array(8)), data(0, 1, 2, 3, 4), END],
    "transparency of single",
  );
  const palette = header(2, 1, 8, 3);
  refuses([palette, data(0, 0, 1), END], "a palette (PLTE), got none");
  refuses([palette, chunk("PLTE", 1, 2, 3), data(0, 0, 1), END], "one of 1 colours of the palette, got 1");
  refuses([palette, chunk("PLTE", 1, 2), data(0, 0, 1), END], "a palette of 1 to 256 colours, got 2 bytes");
  const good = file("grey8");
  assertThrows(() => readPng(good.with(0, 0)), MalformedFileError, "the signature of PNG, got other bytes");
  assertThrows(() => readPng(good.with(20, 1)), MalformedFileError, "IHDR with CRC");
  assertThrows(() => readPng(good.subarray(0, 60)), MalformedFileError, "57 bytes of IDAT, got 15");
});

Deno.test("readPng refuses a picture above its limits before it inflates anything", () => {
  const bomb = png([header(0x7fffffff, 0x7fffffff, 8, 6), data(0), END]);
  assertThrows(() => readPng(bomb), MalformedFileError, "at most 1073741824 bytes of content, got more");
  // Rows of 6 (1 + 7 * 3) bytes, and 6 * 7 pixels of 3 + 3.
  assertEquals(readPng(file("colour"), { bytes: 384 }).channels, 3);
  assertThrows(() => readPng(file("colour"), { bytes: 383 }), MalformedFileError, "at most 383 bytes");
  const tooMuch = png([header(10, 1, 8, 0), {
    type: "IDAT",
    content: deflateSync(new Uint8Array(10_000_000)),
  }, END]);
  assertThrows(() => readPng(tooMuch), MalformedFileError, "at most 11 bytes of content, got more");
});

/** Puts the right CRC into each chunk that can be found, and the right checksum into its compressed data. */
function repair(mutated: Uint8Array): Uint8Array {
  const bytes = mutated.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const content = bytes.subarray(at + 8, end - 4);
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === "IDAT" && content.length > 6) {
      try {
        let [a, b] = [1, 0];
        for (const byte of inflateSync(content.subarray(2, -4))) {
          [a, b] = [(a + byte) % 65521, (b + a + byte) % 65521];
        }
        view.setUint16(end - 8, b);
        view.setUint16(end - 6, a);
      } catch {
        // Not even DEFLATE data any more.
      }
    }
    view.setUint32(end - 4, crc32(bytes.subarray(at + 4, end - 4)));
    at = end;
  }
  return bytes;
}

const seeds = (Object.keys(FILES) as (keyof typeof FILES)[]).map(file);
testMutations<Picture>("readPng", (bytes) => readPng(bytes, { bytes: 1 << 16 }), seeds, {
  repair,
  check: ({ width, height, channels, pixels }) => assert(pixels.length === width * height * channels),
});
