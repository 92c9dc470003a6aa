/**
 * A canvas of RGB pixels: rectangles, pictures and lettering. Only `+ - * /` and `sqrt`, rounded to whole grey steps, so
 * the pixels are the same on every machine.
 *
 * @module
 */
import type { Rgb } from "./palette.ts";
import type { Picture } from "./png.ts";
import { strokesOf } from "./lettering.ts";

/** A picture that is being drawn. */
export interface Canvas extends Picture {
  readonly channels: 3;
}

/** A canvas filled with one colour. */
export function createCanvas(width: number, height: number, colour: Rgb): Canvas {
  const canvas: Canvas = { width, height, channels: 3, pixels: new Uint8Array(width * height * 3) };
  fillRectangle(canvas, 0, 0, width, height, colour);
  return canvas;
}

/** Fills the pixels [x, x + width) by [y, y + height) that lie on the canvas. */
export function fillRectangle(
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: Rgb,
): void {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(canvas.width, x + width), Math.min(canvas.height, y + height)];
  const { pixels } = canvas;
  for (let row = top; row < bottom; row++) {
    const end = (row * canvas.width + right) * 3;
    for (let at = (row * canvas.width + left) * 3; at < end; at += 3) {
      pixels[at] = colour[0];
      pixels[at + 1] = colour[1];
      pixels[at + 2] = colour[2];
    }
  }
}

/** Draws a picture, each of its pixels as a square of `scale` pixels. */
export function drawPicture(canvas: Canvas, picture: Picture, x: number, y: number, scale: number): void {
  const { width, height, channels, pixels } = picture;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * width + column) * channels;
      const [red, green, blue] = channels === 1 ? [0, 0, 0] : [0, 1, 2];
      const colour: Rgb = [pixels[at + red]!, pixels[at + green]!, pixels[at + blue]!];
      fillRectangle(canvas, x + column * scale, y + row * scale, scale, scale, colour);
    }
  }
}

/**
 * Writes one line. A pixel is mixed with the colour by how much of it the nearest stroke covers: half the stroke's width,
 * less the distance of the pixel's centre from its middle line, plus one half, clamped to 0 to 1.
 *
 * @param x left end; @param y baseline; @param size height of a capital letter in pixels.
 */
export function drawText(
  canvas: Canvas,
  content: string,
  x: number,
  y: number,
  size: number,
  colour: Rgb,
  weight: "regular" | "bold" = "regular",
): void {
  const half = Math.max(0.55, size * (weight === "bold" ? 0.085 : 0.058));
  const covers = new Map<number, number>();
  for (const stroke of strokesOf(content, size)) {
    // A dot is a stroke from a point to itself; it is drawn wider to look as dark as a line.
    const reach = stroke.length === 2 && stroke[0]!.x === stroke[1]!.x && stroke[0]!.y === stroke[1]!.y
      ? 1.45
      : 1;
    for (let i = 1; i < stroke.length; i++) {
      const [from, to] = [stroke[i - 1]!, stroke[i]!];
      coverSegment(canvas, covers, [x + from.x, y - from.y], [x + to.x, y - to.y], half * reach);
    }
  }
  for (const [pixel, cover] of covers) {
    for (let part = 0; part < 3; part++) {
      const old = canvas.pixels[pixel * 3 + part]!;
      canvas.pixels[pixel * 3 + part] = Math.round(old + (colour[part]! - old) * cover);
    }
  }
}

/** Raises the cover of the pixels near the segment from a to b. */
function coverSegment(
  canvas: Canvas,
  covers: Map<number, number>,
  [ax, ay]: readonly [number, number],
  [bx, by]: readonly [number, number],
  half: number,
): void {
  const length = (bx - ax) * (bx - ax) + (by - ay) * (by - ay);
  const bottom = Math.min(canvas.height - 1, Math.ceil(Math.max(ay, by) + half + 1));
  const right = Math.min(canvas.width - 1, Math.ceil(Math.max(ax, bx) + half + 1));
  for (let py = Math.max(0, Math.floor(Math.min(ay, by) - half - 1)); py <= bottom; py++) {
    for (let px = Math.max(0, Math.floor(Math.min(ax, bx) - half - 1)); px <= right; px++) {
      const [cx, cy] = [px + 0.5 - ax, py + 0.5 - ay];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (cx * (bx - ax) + cy * (by - ay)) / length));
      const [dx, dy] = [cx - along * (bx - ax), cy - along * (by - ay)];
      const cover = Math.min(1, half + 0.5 - Math.sqrt(dx * dx + dy * dy));
      const pixel = py * canvas.width + px;
      if (cover > (covers.get(pixel) ?? 0)) covers.set(pixel, cover);
    }
  }
}
