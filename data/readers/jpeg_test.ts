import { assert, assertEquals, assertThrows } from "@std/assert";
import { sha256 } from "../files/sha256.ts";
import { testMutations } from "./_fuzz.ts";
import { readJpeg } from "./jpeg.ts";
import { MalformedFileError } from "./malformed.ts";
import type { Picture } from "./png.ts";

/**
 * A picture of 19 x 13 pixels by cjpeg of libjpeg-turbo 2.1.5 with -quality 50 and the arguments beside each file; the
 * hash of the pixels, and the first six values, are those of Pillow 9.4 (which uses libjpeg-turbo).
 */
const FILES = {
  colour: {
    // -optimize -sample 1x1
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
      "Z2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj" +
      "Y2NjY2NjY2P/wAARCAANABMDAREAAhEBAxEB/8QAFwABAAMAAAAAAAAAAAAAAAAABAMFBv/EACEQAAICAQMFAQAAAAAAAAAAAAEC" +
      "ABEDBAUhBhIUIjGx/8QAFwEBAQEBAAAAAAAAAAAAAAAABQQGA//EAB0RAAIDAQEAAwAAAAAAAAAAAAECAAMEERIxUdH/2gAMAwEA" +
      "AhEDEQA/AJl3A39ke3vTBc+SN0+4GxzC072NU5Ih+ocOFjjPeSvBK1X7HqqLGQGc7dFNTlCCefXP2Ylc73L9uZfRluelYzT53sQt" +
      "My9jVNSyu8nI/sxssbJmrrzIFAEybJ7JZvkz/9k=",
    sha256: "b0a233c4d73d8fb7bae6744e14b1e26bbd16b7009871c19b291462713e0c7849",
    first: [14, 247, 228, 19, 250, 198],
  },
  halved: {
    // -optimize -sample 2x2 -restart 1B
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
      "Z2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj" +
      "Y2NjY2NjY2P/wAARCAANABMDASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAQGAwX/xAAhEAACAgEDBQEAAAAAAAAAAAAB" +
      "AgARAwQFIQYSFCIxsf/EABYBAQEBAAAAAAAAAAAAAAAAAAQDBf/EAB4RAAEDBAMAAAAAAAAAAAAAAAIAAREDBAUSEzFx/90ABAAB" +
      "/9oADAMBAAIRAxEAPwDZdwN/Y7p9wNjmSK53uOafO9iFu7I+btVscaMMv//Q7b9Q4cLHGe8leCVqv2EhPJyP7MbLGyYTTHFvq0o5" +
      "HVl9Yjxf/9k=",
    sha256: "27a94d4a69387b7da2c473005c8f2f47dbd72819e541c4e051b360a5ed365ff0",
    first: [24, 247, 202, 29, 246, 193],
  },
  halvedAcross: {
    // -progressive -sample 2x1
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
      "Z2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj" +
      "Y2NjY2NjY2P/wgARCAANABMDASEAAhEBAxEB/8QAGAAAAgMAAAAAAAAAAAAAAAAAAAMCBAX/xAAXAQADAQAAAAAAAAAAAAAAAAAD" +
      "BAUB/9oADAMBAAIQAxAAAAGblAMGyYjterlKf//EABsQAAIBBQAAAAAAAAAAAAAAAAABAgMREhMU/9oACAEBAAEFAthGodCRcizJ" +
      "n//EABkRAAMBAQEAAAAAAAAAAAAAAAABAwIREv/aAAgBAwEBPwGEh1wnwhlHk//EABoRAAMAAwEAAAAAAAAAAAAAAAABAwIREjL/" +
      "2gAIAQIBAT8Br7FPLRWa7FNH/8QAFhAAAwAAAAAAAAAAAAAAAAAAEBEg/9oACAEBAAY/Ago//8QAGxAAAgEFAAAAAAAAAAAAAAAA" +
      "AAEhEBExQVH/2gAIAQEAAT8hVA28o4Jxpcl7P//aAAwDAQACAAMAAAAQXOD/xAAZEQEBAAMBAAAAAAAAAAAAAAABABEhcdH/2gAI" +
      "AQMBAT8Q0k2Q657YRIXLf//EABcRAQEBAQAAAAAAAAAAAAAAAAEAERD/2gAIAQIBAT8Q1GB4mMv/xAAZEAEBAQEBAQAAAAAAAAAA" +
      "AAABEQAhMbH/2gAIAQEAAT8QS+5KdzhW8LE+6vVm9pVVd//Z",
    sha256: "55339ae37dac92523500819541b86ff003e9f7a2398ec8d197d6f187e5482af4",
    first: [12, 254, 196, 18, 253, 187],
  },
  halvedDown: {
    // -optimize -sample 1x2
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
      "Z2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj" +
      "Y2NjY2NjY2P/wAARCAANABMDARIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABgP/xAAhEAACAgEDBQEAAAAAAAAAAAABAgAR" +
      "AwQFIQYSFCIxsf/EABcBAQADAAAAAAAAAAAAAAAAAAUABAb/xAAeEQACAQUAAwAAAAAAAAAAAAABAgADBAUREiExQf/aAAwDAQAC" +
      "EQMRAD8Asu4G/sPLne5L2yfo+ZWt8asXafcDY5h3T53sQxLJ9+43RxqxU/UOHCxxnvJXglar9gTycj+zGyxsmaSnizwNmDu9QsSm" +
      "gPk//9k=",
    sha256: "8c1018b849805b4d461c5a040b95651bee4abdb112e37006039faea1ba38dc9b",
    first: [24, 241, 233, 29, 244, 200],
  },
  quarter: {
    // -optimize -sample 4x1
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
      "Z2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj" +
      "Y2NjY2NjY2P/wAARCAANABMDAUEAAhEBAxEB/8QAGAAAAgMAAAAAAAAAAAAAAAAAAAQDBQb/xAAhEAACAgEDBQEAAAAAAAAAAAAB" +
      "AgARAwQFIQYSFCIxsf/EABUBAQEAAAAAAAAAAAAAAAAAAAQF/8QAHhEAAQQCAwEAAAAAAAAAAAAAAwABAgQTcREhUcH/2gAMAwEA" +
      "AhEDEQA/AJl3A39jun3A2OYw/UOHCxxnvJXglar9hCVxzmWfCMJh1gxebP34sSud7jmnzvYld5OR/ZjZY2TCX6NaOUm0+2JsQ238" +
      "X//Z",
    sha256: "3efcf34ad92e9a3c83d5879195f07d1764cb40dfb162d1011afdb9d52e43495b",
    first: [19, 254, 177, 19, 254, 177],
  },
  rgb: {
    // -optimize -rgb
    file:
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAQCwwODAoQDg0OEhEQExgoGhgWFhgxIyUdKDozPTw5Mzg3QEhcTkBEV0U3OFBtUVdfYmdo" +
      "Zz5NcXlwZHhcZWdj/8AAEQgADQATA1IRAEcRAEIRAP/EABgAAAMBAQAAAAAAAAAAAAAAAAAFBgcB/8QAKBAAAAQDBgcBAAAAAAAA" +
      "AAAAAAECAwQFIQYRExUxQRIUIjJRYvBh/9oADANSAEcAQgAAPwCelMP20D7PfcLrSR7uOup6i1lMP20BnvuE8uj3ccqnqOx1spVL" +
      "IxyDcaiXVsnwqU0lKk33VK/i20P9IwZ77i/g493lW6noJyUtJ6RnWYvfGEtpJe3jrrv4FpKWk9IMxe+MJ5dL28cq7+BlS1LiXFxD" +
      "yuJ11RrWq4ivMzvM6AzF74xoEHL2+Vbrt4H/2Q==",
    sha256: "f73e4b65461b0c65f1d743dc35be2b1a1d9d256af944b30f3745f14a5968de2d",
    first: [0, 255, 231, 9, 255, 199],
  },
  grey: {
    // -progressive
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i" +
      "Z2hnPk1xeXBkeFxlZ2P/wgALCAANABMBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABQAG/9oACAEBAAAAATm45rKf/8QAGRAAAwEB" +
      "AQAAAAAAAAAAAAAAAAIDAQQy/9oACAEBAAEFApKSUfslN5YSw9b/AP/EABsQAQACAgMAAAAAAAAAAAAAAAECEAAREjFR/9oACAEB" +
      "AAY/AqYJJ15fJ7c//8QAGRABAQADAQAAAAAAAAAAAAAAAQARITGx/9oACAEBAAE/IeVynQGqgT2LUWpVFymVv//aAAgBAQAAABCn" +
      "/8QAGxABAAICAwAAAAAAAAAAAAAAAQARIVEQMWH/2gAIAQEAAT8Q0JoRMPZEKyXp0+jyiXaGrBatrif/2Q==",
    sha256: "83f14096476eb02581cb7f38d8499e749ef84e4d84b4e78bc2478718f1a43413",
    first: [0, 9, 25, 38, 49, 62],
  },
} as const;
const [WIDTH, HEIGHT] = [19, 13];
const names = Object.keys(FILES) as (keyof typeof FILES)[];
const file = (name: keyof typeof FILES) => Uint8Array.fromBase64(FILES[name].file);

for (const name of names) {
  Deno.test(`readJpeg reads the values of Pillow, bit for bit: ${name}`, () => {
    const { width, height, channels, pixels } = readJpeg(file(name));
    assertEquals([width, height, channels], [WIDTH, HEIGHT, name === "grey" ? 1 : 3]);
    assertEquals([...pixels.subarray(0, 6)], [...FILES[name].first]);
    assertEquals(sha256(pixels), FILES[name].sha256);
  });
}

/** Where a marker's segment starts. */
function find(bytes: Uint8Array, marker: number): number {
  const at = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);
  assert(at >= 0);
  return at;
}

Deno.test("readJpeg passes over what stands between segments and after the picture", () => {
  const good = file("grey");
  const inserted = (at: number, ...bytes: number[]) =>
    new Uint8Array([...good.subarray(0, at), ...bytes, ...good.subarray(at)]);
  const { pixels } = readJpeg(good);
  assertEquals(readJpeg(inserted(good.length, 1, 2, 3)).pixels, pixels);
  assertEquals(readJpeg(inserted(find(good, 0xc2), 0xff, 0xff)).pixels, pixels);
  assertEquals(readJpeg(inserted(find(good, 0xc2), 0xff, 0xfe, 0, 4, 0xff, 0xd9)).pixels, pixels); // A comment.
});

Deno.test("readJpeg names what is wrong with a file", () => {
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(
      () => readJpeg(bytes),
      MalformedFileError,
      `Cannot read a JPEG picture: expected ${message}`,
    );
  const good = file("colour");
  const [frame, scan, tables, codes] = [0xc0, 0xda, 0xdb, 0xc4].map((marker) => find(good, marker)) as [
    ...[number, number, number, number],
  ];
  const changed = (at: number, ...bytes: number[]) => {
    const copy = good.slice();
    copy.set(bytes, at);
    return copy;
  };
  refuses(new Uint8Array(0), "the marker of a picture's start, got other bytes");
  refuses(good.subarray(0, 2), "the marker of the picture's end, got the end of the file");
  refuses(good.subarray(0, -2), "the marker of the picture's end, got the end of the file");
  refuses(good.subarray(0, scan + 20), "more data of the picture, got the end");
  refuses(
    new Uint8Array([...good.subarray(0, scan + 20), 0xff, 0xd9]),
    "more data of the picture, got a marker",
  );
  refuses(good.subarray(0, frame + 6), "a whole segment at");
  refuses(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), "a frame and a scan, got none");
  refuses(changed(frame + 1, 0xc3), "baseline or progressive coding with Huffman codes, got marker 0xc3");
  refuses(changed(frame + 4, 12), "samples of 8 bits, got 12");
  refuses(changed(frame + 5, 0, 0), "a positive width and height, got 19 x 0");
  refuses(changed(frame + 9, 4), "a frame header (SOF), got 15 bytes");
  refuses(changed(frame + 11, 0x51), "sampling factors of 1 to 4");
  refuses(changed(frame + 11, 0x31, 0, 2, 0x21), "sampling factors that divide the largest");
  refuses(changed(frame + 13, 1), "components of different names");
  refuses(changed(frame + 12, 3), "a table of quantisation, got none");
  refuses(changed(tables + 4, 0x20), "whole tables of quantisation");
  refuses(changed(codes + 4, 0x20), "whole Huffman tables");
  const symbols = good.subarray(codes + 5, codes + 21).reduce((sum, count) => sum + count, 0);
  refuses(
    changed(codes + 5, symbols, ...Array(15).fill(0)),
    "a Huffman table of 16 bits, got more codes than there are",
  );
  refuses(changed(scan + 4, 2), "a scan header (SOS), got 10 bytes");
  refuses(changed(scan + 5, 9), "a component of the frame, got 9");
  refuses(changed(scan + 6, 0x33), "a Huffman table, got none");
  refuses(changed(scan + 7, 1), "each component once, got one twice");
  refuses(changed(scan + 11, 1), "coefficients and bits that a scan may have, got 1 to 63, 0x0");
  const restarts = file("halved");
  refuses(restarts.with(find(restarts, 0xd0) + 1, 0xd1), "restart marker 0, got other data");
  const progressive = file("grey");
  const first = find(progressive, 0xda);
  refuses(
    new Uint8Array([...progressive.subarray(0, first), ...progressive.subarray(find(progressive, 0xd9))]),
    "a frame and a scan, got none",
  );
  refuses(progressive.with(first + 9, 0x20), "coefficients and bits that a scan may have, got 0 to 0, 0x20");
});

Deno.test("readJpeg refuses a picture above its limits before it makes room for it", () => {
  const huge = file("colour");
  huge.set([0xff, 0xff, 0xff, 0xff], find(huge, 0xc0) + 5);
  assertThrows(() => readJpeg(huge), MalformedFileError, "at most 1073741824 bytes of content, got more");
  // 3 components of 3 x 2 blocks of 64, three bytes each, and twice 19 * 13 * 3.
  const bytes = 3 * 6 * 64 * 3 + 2 * 19 * 13 * 3;
  assertEquals(readJpeg(file("colour"), { bytes }).width, WIDTH);
  assertThrows(
    () => readJpeg(file("colour"), { bytes: bytes - 1 }),
    MalformedFileError,
    `at most ${bytes - 1} bytes`,
  );
});

Deno.test("readJpeg reads no more than 100 scans", () => {
  const grey = file("grey");
  const scan = grey.subarray(find(grey, 0xda), find(grey, 0xda) + 10 + 20);
  const next = scan.findIndex((byte, i) => i > 10 && byte === 0xff && scan[i + 1] !== 0);
  const first = scan.subarray(0, next);
  const start = grey.subarray(0, find(grey, 0xda));
  const repeated = (count: number) =>
    new Uint8Array([...start, ...Array(count).fill([...first]).flat(), 0xff, 0xd9]);
  assertEquals(readJpeg(repeated(100)).width, WIDTH);
  assertThrows(() => readJpeg(repeated(101)), MalformedFileError, "at most 100 scans, got more");
});

testMutations<Picture>("readJpeg", (bytes) => readJpeg(bytes, { bytes: 1 << 20 }), names.map(file), {
  bytes: 1 << 21,
  check: ({ width, height, channels, pixels }) => assert(pixels.length === width * height * channels),
});
