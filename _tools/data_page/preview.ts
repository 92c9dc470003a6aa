import type { Column, ColumnValues, OpenDataset, Rows } from "@verbatim/data";
import { columnOf } from "@verbatim/data";
import { createCanvas, drawPicture } from "../../experiments/report/canvas.ts";
import { code, escapeMarkdown, table } from "../../experiments/report/markdown.ts";
import { PAPER, rgb } from "../../experiments/report/palette.ts";
import { encodePng, type Picture } from "../../experiments/report/png.ts";

/** What a reader sees of a data set before using it. */
export interface Preview {
  /** The first rows of each split that has other columns than those before it, as Markdown. */
  readonly rows: string;
  /** Pictures of the first split that has an image column, as PNG. */
  readonly picture?: Uint8Array;
}

/** Rows that are shown of each split, and characters of a text. */
const ROWS = 3;
const CHARACTERS = 60;
/** Columns that are shown, and numbers of one. */
const SHOWN_COLUMNS = 12;
const NUMBERS = 6;
/** Pictures in a row of the grid, rows, and the pixels that the grid and one picture may take. */
const COLUMNS = 12;
const LINES = 3;
const WIDTH = 960;
const SIDE = 160;
const GAP = 4;

/** Reads the first rows of every split, and the pictures of the first that has any. */
export async function previewOf(opened: OpenDataset): Promise<Preview> {
  const parts: string[] = [];
  const kinds = new Set<string>();
  let picture: Uint8Array | undefined;
  for (const [name, { rows, columns }] of Object.entries(opened.dataset.splits)) {
    const texts = Object.entries(columns).filter(([, column]) => imageShape(column) === undefined);
    const shown = texts.slice(0, SHOWN_COLUMNS);
    const kind = JSON.stringify(columns);
    if (shown.length > 0 && !kinds.has(kind)) {
      const values = await opened.split(name).read(first(Math.min(ROWS, rows)));
      const lines = Array.from(
        { length: Math.min(ROWS, rows) },
        (_, row) => shown.map(([column, description]) => cellOf(description, values[column]!, row)),
      );
      const of = shown.length < texts.length ? ` of ${shown.length} of ${texts.length} columns` : "";
      parts.push(`${code(name)}, the first rows${of}:\n\n${table(shown.map(([column]) => column), lines)}`);
    }
    kinds.add(kind);
    for (const [column, description] of Object.entries(columns)) {
      const shape = imageShape(description);
      if (shape === undefined || picture !== undefined) continue;
      // Spread over the split: its beginning may be all of one kind.
      const count = Math.min(COLUMNS * LINES, rows);
      const spread = Array.from({ length: count }, (_, i) => Math.floor(i * rows / count));
      picture = gridOf(await opened.split(name).read(spread), column, shape, count);
    }
  }
  return { rows: parts.join("\n\n"), ...(picture === undefined ? {} : { picture }) };
}

function first(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** [height, width, channels] of a column of pictures in u8; of others nothing. */
function imageShape(column: Column): readonly [number, number, number] | undefined {
  if (column.dtype !== "u8") return undefined;
  const [height = 0, width = 0, channels = 0, ...more] = column.shape;
  if (height < 2 || width < 2 || ![1, 3, 4].includes(channels) || more.length > 0) return undefined;
  return [height, width, channels];
}

function gridOf(
  rows: Rows,
  column: string,
  [height, width, channels]: readonly [number, number, number],
  count: number,
): Uint8Array {
  const values = columnOf(rows, column) as Uint8Array;
  const size = height * width * channels;
  const cut = Math.ceil(Math.max(height, width) / SIDE);
  const pictures = Array.from(
    { length: count },
    (_, i) => smaller(opaque(values.subarray(i * size, (i + 1) * size), { height, width, channels }), cut),
  );
  const { height: tall, width: wide } = pictures[0]!;
  const columns = Math.max(1, Math.min(COLUMNS, count, Math.floor(WIDTH / (wide + GAP))));
  const lines = Math.min(LINES, Math.ceil(count / columns));
  const scale = Math.max(1, Math.floor((WIDTH / columns - GAP) / wide));
  const canvas = createCanvas(
    columns * (wide * scale + GAP) + GAP,
    lines * (tall * scale + GAP) + GAP,
    rgb(PAPER),
  );
  pictures.slice(0, columns * lines).forEach((picture, i) => {
    const x = GAP + (i % columns) * (wide * scale + GAP);
    drawPicture(canvas, picture, x, GAP + Math.floor(i / columns) * (tall * scale + GAP), scale);
  });
  return encodePng(canvas);
}

/** A picture whose pixels are the means of `cut` x `cut` of its own; what does not fill one at its ends is left out. */
function smaller({ height, width, channels, pixels }: Picture, cut: number): Picture {
  if (cut === 1) return { height, width, channels, pixels };
  const [tall, wide] = [Math.floor(height / cut), Math.floor(width / cut)];
  const means = new Uint8Array(tall * wide * channels);
  for (let at = 0; at < means.length; at++) {
    const [y, x, c] = [Math.floor(at / (wide * channels)), Math.floor(at / channels) % wide, at % channels];
    let sum = 0;
    for (let dy = 0; dy < cut; dy++) {
      for (let dx = 0; dx < cut; dx++) {
        sum += pixels[((y * cut + dy) * width + x * cut + dx) * channels + c]!;
      }
    }
    means[at] = Math.round(sum / (cut * cut));
  }
  return { height: tall, width: wide, channels, pixels: means };
}

/** A picture on white, without its opacity. */
function opaque(
  values: Uint8Array,
  { height, width, channels }: { height: number; width: number; channels: number },
): Picture {
  if (channels !== 4) return { height, width, channels: channels as 1 | 3, pixels: values };
  const pixels = new Uint8Array(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    const alpha = values[4 * i + 3]!;
    for (let c = 0; c < 3; c++) {
      pixels[3 * i + c] = Math.round((values[4 * i + c]! * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { height, width, channels: 3, pixels };
}

/** One row's value of a column. */
function cellOf(column: Column, values: ColumnValues, row: number): string {
  if (column.dtype === "utf8") return quoted((values as readonly string[])[row]!);
  if (column.dtype === "list") {
    const { offsets, values: elements } = values as { offsets: Uint32Array; values: ArrayLike<unknown> };
    const size = (column.shape ?? []).reduce((product, n) => product * n, 1);
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    const shown = Math.min(end - start, Math.max(1, Math.floor(NUMBERS / size)));
    const texts = Array.from(
      { length: shown },
      (_, i) => listElement(column, elements, start + i, size),
    );
    return `${texts.join(", ")}${shown < end - start ? `, … (${end - start})` : ""}`;
  }
  const size = column.shape.reduce((product, n) => product * n, 1);
  const numbers = values as ArrayLike<number>;
  if (column.shape.length === 0) return scalarText(numbers[row]!, column.dtype, column.classes);
  const shown = Math.min(NUMBERS, size);
  const texts = Array.from({ length: shown }, (_, i) => scalarText(numbers[row * size + i]!, column.dtype));
  return `${texts.join(", ")}${shown < size ? `, … (${size})` : ""}`;
}

function listElement(
  { of, classes }: Extract<Column, { dtype: "list" }>,
  elements: ArrayLike<unknown>,
  index: number,
  size: number,
): string {
  if (of === "utf8") return quoted(elements[index] as string);
  const numbers = Array.from(
    { length: size },
    (_, i) => scalarText(elements[index * size + i] as number, of, classes),
  );
  return size === 1 ? numbers[0]! : `(${numbers.join(", ")})`;
}

function scalarText(value: number, dtype: string, classes?: readonly string[]): string {
  if (classes !== undefined) return escapeMarkdown(classes[value] ?? `${value}`);
  // As many digits as tell floats apart, but no more than are of use here.
  return dtype === "f32" ? `${Number(value.toPrecision(5))}` : `${value}`;
}

function quoted(text: string): string {
  const characters = [...text];
  const cut = characters.length > CHARACTERS ? `${characters.slice(0, CHARACTERS).join("")}…` : text;
  return cut === "" ? "(empty)" : escapeMarkdown(cut);
}
