import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { gzipSync, zlibSync } from "fflate";
import { columnOf, textOf } from "../columns.ts";
import { writeTar } from "../readers/tar.ts";
import { testMiniature } from "./_testing.ts";
import { oxfordPets } from "./oxford_pets.ts";

/** Pillow: 16 x 8 pixels, left (200, 40, 40), right (40, 40, 200), quality 90, no subsampling. */
const TWO_COLOURS = Uint8Array.fromBase64(
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMU" +
    "FRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU" +
    "FBQUFBQUFBT/wAARCAAIABADAREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAW" +
    "AQEBAQAAAAAAAAAAAAAAAAAIBwn/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwAUTc1Re0dAd//Z",
);

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A PNG file of rows of pixels, grey (colour type 0) or with alpha (6). */
function png(rows: readonly (readonly number[])[], colourType: 0 | 6): Uint8Array {
  const chunk = (type: string, content: Uint8Array) => {
    const [length, crc] = [new DataView(new ArrayBuffer(4)), new DataView(new ArrayBuffer(4))];
    const body = Uint8Array.of(...utf8(type), ...content);
    length.setUint32(0, content.length);
    crc.setUint32(0, crc32(body));
    return [...new Uint8Array(length.buffer), ...body, ...new Uint8Array(crc.buffer)];
  };
  const width = rows[0]!.length / (colourType === 0 ? 1 : 4);
  return Uint8Array.of(
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", Uint8Array.of(0, 0, 0, width, 0, 0, 0, rows.length, 8, colourType, 0, 0, 0)),
    ...chunk("IDAT", zlibSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    ...chunk("IEND", new Uint8Array()),
  );
}

const trimap = (name: string, ...rows: number[][]) =>
  [`annotations/trimaps/${name}.png`, png(rows, 0)] as const;

testMiniature(oxfordPets, {
  files: {
    "images.tar.gz": gzipSync(writeTar([
      ["images/Abyssinian_100.jpg", TWO_COLOURS],
      ["images/american_bulldog_7.jpg", png([[9, 8, 7, 0, 1, 2, 3, 255]], 6)],
      ["images/Egyptian_Mau_12.jpg", png([[0], [100], [200]], 0)],
      ["images/yorkshire_terrier_9.jpg", TWO_COLOURS.slice(0, 280)],
      ["images/beagle_1.mat", utf8("left out")],
    ])),
    "annotations.tar.gz": gzipSync(writeTar([
      trimap("Abyssinian_100", [1, 2, 3], [2, 2, 2]),
      trimap("american_bulldog_7", [1]),
      trimap("Egyptian_Mau_12", [3]),
      trimap("yorkshire_terrier_9", [2]),
      ["annotations/._trimaps", utf8("left out")],
      ["annotations/trainval.txt", utf8("Abyssinian_100 1 1 1\nyorkshire_terrier_9 37 2 25\n")],
      ["annotations/test.txt", utf8("american_bulldog_7 2 2 1\nEgyptian_Mau_12 12 1 6\n")],
    ])),
  },
  rows: { train: 2, test: 2 },
}, ({ train, test }) => {
  assertEquals([textOf(train!, "id"), textOf(test!, "id")], [
    ["Abyssinian_100", "yorkshire_terrier_9"],
    ["american_bulldog_7", "Egyptian_Mau_12"],
  ]);
  const numbers = (name: string) => [...columnOf(train!, name), ...columnOf(test!, name)];
  assertEquals([numbers("breed"), numbers("species"), numbers("readable")], [
    [0, 36, 1, 11],
    [0, 1, 1, 0],
    [1, 0, 1, 1],
  ]);
  const pixel = (rows: typeof train, row: number, y: number, x: number) => {
    const start = ((row * 128 + y) * 128 + x) * 3;
    return [...columnOf(rows!, "image").slice(start, start + 3)];
  };
  assertEquals([pixel(train, 0, 127, 63), pixel(train, 0, 0, 64)], [[200, 40, 40], [40, 40, 200]]);
  assertEquals(pixel(train, 1, 5, 5), [0, 0, 0]); // A file that is cut.
  assertEquals([pixel(test, 0, 3, 63), pixel(test, 0, 3, 64)], [[9, 8, 7], [1, 2, 3]]); // Alpha is dropped.
  // Each old row covers 42 2/3 new ones: row 42 is by two thirds grey 0, by one third grey 100.
  assertEquals([41, 42, 43].map((y) => pixel(test, 1, y, 0)), [[0, 0, 0], [33, 33, 33], [100, 100, 100]]);
  const labels = columnOf(train!, "trimap");
  assertEquals([0, 42, 43, 84, 85, 86, 127, 63 * 128, 64 * 128].map((i) => labels[i]), [
    0,
    0,
    1,
    1,
    2,
    2,
    2,
    0,
    1,
  ]);
  assertEquals([columnOf(test!, "trimap")[0], columnOf(test!, "trimap").at(-1)], [0, 2]);
});
