/**
 * A picture of samples with what the model said of them: first some that it got right, then some that it got wrong, each
 * with its true class and, if wrong, the predicted one below.
 *
 * @module
 */
import type { Pictures } from "../exhibit.ts";
import type { SampleGrid } from "../record.ts";
import { type Canvas, createCanvas, drawPicture, drawText, fillRectangle } from "./canvas.ts";
import { fitLettering, letteringWidth } from "./lettering.ts";
import { FRAME, INK, MUTED, PAPER, rgb, WRONG_INK } from "./palette.ts";
import { encodePng, type Picture } from "./png.ts";

type Sample = SampleGrid["samples"][number];

/** Width on the page, in pixels of the page. */
export const SAMPLES_WIDTH = 880;

/** The picture has twice the pixels of its place on the page, so that it is sharp on dense screens. */
const DENSITY = 2;
const WIDTH = SAMPLES_WIDTH * DENSITY;
const MARGIN = 24 * DENSITY;
/** Numbers of columns to choose from: as many as show each pixel at least twice its size. */
const COLUMNS = [12, 8, 6, 4, 2];
/** Pictures with words below stand in places for their words, and are not drawn larger than this. */
const LARGEST = 104 * DENSITY;
const TITLE_HEIGHT = 38 * DENSITY;
const LINE_HEIGHT = 17 * DENSITY;
const TITLE_SIZE = 11 * DENSITY;
const SIZE = 8 * DENSITY;

/**
 * Draws the samples as PNG.
 *
 * @returns undefined if there are no samples.
 * @throws {RangeError} if a sample's values are neither height * width nor three times as many.
 */
export function drawSamples(grid: SampleGrid): Uint8Array | undefined {
  const right = grid.samples.filter(({ truth, predicted }) => truth === predicted);
  const wrong = grid.samples.filter(({ truth, predicted }) => truth !== predicted);
  const sections = [
    { title: "Right", note: "", samples: right, lines: 1 },
    { title: "Wrong", note: "true class, below it what the model said", samples: wrong, lines: 2 },
  ].filter(({ samples }) => samples.length > 0);
  if (sections.length === 0) return undefined;

  const { columns, cell, scale } = layOut(Math.max(grid.width, grid.height));
  const rowHeight = (lines: number) => grid.height * scale + lines * LINE_HEIGHT + 12 * DENSITY;
  const rows = (samples: readonly Sample[]) => Math.ceil(samples.length / columns);
  const height = sections.reduce(
    (sum, { samples, lines }) => sum + TITLE_HEIGHT + rows(samples) * rowHeight(lines),
    MARGIN,
  );
  const canvas = createCanvas(WIDTH, height, rgb(PAPER));
  let top = MARGIN / 2;
  for (const { title, note, samples, lines } of sections) {
    const baseline = top + TITLE_HEIGHT - 14 * DENSITY;
    drawText(canvas, title, MARGIN, baseline, TITLE_SIZE, rgb(INK), "bold");
    const noteLeft = MARGIN + letteringWidth(title, TITLE_SIZE) + 12 * DENSITY;
    drawText(canvas, note, noteLeft, baseline, SIZE, rgb(MUTED));
    top += TITLE_HEIGHT;
    for (const [i, sample] of samples.entries()) {
      const place = {
        left: MARGIN + (i % columns) * cell,
        top: top + Math.floor(i / columns) * rowHeight(lines),
      };
      drawSample(canvas, grid, sample, place, { cell, scale });
    }
    top += rows(samples) * rowHeight(lines);
  }
  return encodePng(canvas);
}

/**
 * Draws pictures with a word below each as PNG.
 *
 * @throws {RangeError} if a picture's values are neither height * width nor three times as many.
 */
export function drawPictures(grid: Pictures): Uint8Array {
  const widest = grid.pictures.reduce((most, { label }) => Math.max(most, letteringWidth(label, SIZE)), 0);
  const { columns, cell, scale } = layOut(Math.max(grid.width, grid.height), {
    width: widest + 6 * DENSITY,
    largest: LARGEST,
    choice: grid.columns === undefined ? COLUMNS : [grid.columns],
  });
  const rowHeight = grid.height * scale + LINE_HEIGHT + 12 * DENSITY;
  const rows = Math.ceil(grid.pictures.length / columns);
  const canvas = createCanvas(WIDTH, rows * rowHeight + MARGIN, rgb(PAPER));
  for (const [i, { label, pixels }] of grid.pictures.entries()) {
    const left = MARGIN + (i % columns) * cell;
    const top = MARGIN / 2 + Math.floor(i / columns) * rowHeight;
    drawFramed(canvas, decodePixels(grid, pixels, `"${label}"`), left, top, scale);
    const baseline = top + grid.height * scale + LINE_HEIGHT;
    drawText(canvas, fitLettering(label, SIZE, cell - 6 * DENSITY), left, baseline, SIZE, rgb(INK));
  }
  return encodePng(canvas);
}

function drawFramed(canvas: Canvas, picture: Picture, left: number, top: number, scale: number): void {
  const [width, height] = [picture.width * scale, picture.height * scale];
  fillRectangle(canvas, left, top, width + 2 * DENSITY, height + 2 * DENSITY, rgb(FRAME));
  drawPicture(canvas, picture, left + DENSITY, top + DENSITY, scale);
}

/**
 * How many samples stand in a row, how wide each one's place is, and how large its pixels are. A place is at least
 * `width` wide if one of the choices makes it so, and no picture with its margin wider than `largest`.
 */
function layOut(
  side: number,
  { width, largest, choice } = { width: 0, largest: WIDTH, choice: COLUMNS },
): { columns: number; cell: number; scale: number } {
  for (const columns of choice) {
    const cell = Math.floor((WIDTH - 2 * MARGIN) / columns);
    const scale = Math.floor((Math.min(cell, largest) - 12 * DENSITY) / side);
    if (scale >= 2 && (cell >= width || columns === choice.at(-1))) return { columns, cell, scale };
  }
  return { columns: 1, cell: WIDTH - 2 * MARGIN, scale: 1 };
}

function drawSample(
  canvas: Canvas,
  grid: SampleGrid,
  sample: Sample,
  { left, top }: { left: number; top: number },
  { cell, scale }: { cell: number; scale: number },
): void {
  drawFramed(canvas, decodePixels(grid, sample.pixels, `${sample.index}`), left, top, scale);
  const name = (c: number) => fitLettering(grid.classes[c] ?? String(c), SIZE, cell - 6 * DENSITY);
  const baseline = top + grid.height * scale + LINE_HEIGHT;
  drawText(canvas, name(sample.truth), left, baseline, SIZE, rgb(INK));
  if (sample.truth === sample.predicted) return;
  drawText(canvas, name(sample.predicted), left, baseline + LINE_HEIGHT, SIZE, rgb(WRONG_INK), "bold");
}

function decodePixels(
  { height, width }: { readonly height: number; readonly width: number },
  base64: string,
  which: string,
): Picture {
  const pixels = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const area = height * width;
  if (pixels.length !== area && pixels.length !== 3 * area) {
    throw new RangeError(
      `Cannot draw sample ${which}: expected ${area} or ${3 * area} values, got ${pixels.length}`,
    );
  }
  return { width, height, channels: pixels.length === area ? 1 : 3, pixels };
}
