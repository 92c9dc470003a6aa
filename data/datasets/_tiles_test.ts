import { assertEquals, assertThrows } from "@std/assert";
import { cutTiles } from "./_tiles.ts";

const sheet = {
  width: 4,
  height: 3,
  channels: 2,
  pixels: Uint8Array.from({ length: 24 }, (_, i) => i),
} as const;

Deno.test("tiles are cut at their places, in the order of these", () => {
  assertEquals([...cutTiles(sheet, 2, [[2, 1], [0, 0]])], [
    12,
    13,
    14,
    15,
    20,
    21,
    22,
    23,
    0,
    1,
    2,
    3,
    8,
    9,
    10,
    11,
  ]);
});

Deno.test("tiles beyond the sheet are refused", () => {
  for (const place of [[3, 0], [0, 2], [-1, 0], [0, NaN]] as const) {
    assertThrows(() => cutTiles(sheet, 2, [place]), RangeError, "got 4 x 3");
  }
});
