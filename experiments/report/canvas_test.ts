import { assert, assertEquals } from "@std/assert";
import { createCanvas, drawPicture, drawText, fillRectangle } from "./canvas.ts";

const pixel = (
  { pixels, width }: { pixels: Uint8Array; width: number },
  x: number,
  y: number,
) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

Deno.test("rectangles are cut at the canvas", () => {
  const canvas = createCanvas(4, 3, [9, 9, 9]);
  fillRectangle(canvas, 2, -1, 10, 2, [1, 2, 3]);
  assertEquals(pixel(canvas, 2, 0), [1, 2, 3]);
  assertEquals(pixel(canvas, 1, 0), [9, 9, 9]);
  assertEquals(pixel(canvas, 2, 1), [9, 9, 9]);
});

Deno.test("pictures are enlarged pixel by pixel, in grey and in colour", () => {
  const canvas = createCanvas(6, 2, [0, 0, 0]);
  drawPicture(canvas, { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(70) }, 0, 0, 2);
  drawPicture(canvas, { width: 2, height: 1, channels: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) }, 2, 0, 2);
  assertEquals(pixel(canvas, 1, 1), [70, 70, 70]);
  assertEquals([pixel(canvas, 3, 1), pixel(canvas, 4, 0)], [[1, 2, 3], [4, 5, 6]]);
});

Deno.test("a vertical stroke covers the pixels under it", () => {
  const canvas = createCanvas(21, 30, [255, 255, 255]);
  // "l" at 10.5 is a line through the middles of column 10, from the baseline 20 pixels up.
  drawText(canvas, "l", 10.5, 25, 20, [0, 0, 0]);
  assertEquals(pixel(canvas, 10, 15), [0, 0, 0]);
  assertEquals(pixel(canvas, 5, 15), [255, 255, 255]);
  // Half of a stroke of 2 * 1.16 pixels leaves 0.16 + 0.5 of the pixels beside it.
  const beside = Math.round(255 - 255 * (1.16 + 0.5 - 1));
  assertEquals([pixel(canvas, 9, 15)[0], pixel(canvas, 11, 15)[0]], [beside, beside]);
});

Deno.test("bold is darker", () => {
  const ink = (weight: "regular" | "bold") => {
    const canvas = createCanvas(100, 30, [255, 255, 255]);
    drawText(canvas, "Sneaker", 4, 22, 14, [0, 0, 0], weight);
    return canvas.pixels.reduce((sum, value) => sum + 255 - value, 0);
  };
  assert(ink("bold") > ink("regular") * 1.2);
});
