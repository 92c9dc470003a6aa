/**
 * A confusion matrix as a heat map: rows are true classes, columns predictions. What is right is blue, what is wrong is
 * orange, each on its own scale, so that rare mistakes can be seen beside many right answers.
 *
 * @module
 */
import type { ConfusionMatrix } from "../record.ts";
import { formatCount } from "./format.ts";
import { blend, GRID, INK, MUTED, RIGHT_RAMP, WRONG_RAMP } from "./palette.ts";
import { coordinate, element, figure, fitText, text, textWidth } from "./svg.ts";

const MARGIN = 24;
/** A size at which the estimate has room for the heading in bold in the widest of the usual fonts (DejaVu Sans). */
const HEADING = 20;
/** Steps of each colour ramp; cells of one step are one path, which keeps large matrices small. */
const LEVELS = 10;
/** Above so many classes there is no room for counts, and not for every name. */
const MOST_COUNTS = 20;
const MOST_NAMES = 60;

/** Draws a confusion matrix as SVG. */
export function drawConfusion(title: string, note: string, matrix: ConfusionMatrix): string {
  const n = matrix.classes.length;
  const cell = Math.max(3, Math.min(52, Math.floor(640 / Math.max(1, n))));
  const named = n <= MOST_NAMES;
  const names = named ? matrix.classes.map((name) => fitText(name, 12, 150)) : [];
  const widest = Math.max(0, ...names.map((name) => textWidth(name, 12)));
  const upright = widest <= cell - 6;
  const left = MARGIN + 26 + widest + (named ? 8 : 0);
  const top = 92 + (named ? (upright ? 20 : 8 + widest * 0.72) : 0);
  const [right, bottom] = [left + cell * n, top + cell * n];
  const heading = fitText(title, 18, Math.max(right - MARGIN, 560));
  const parts = [
    text(heading, MARGIN, 36, { size: 17, weight: 600 }),
    text(note, MARGIN, 56, { fill: MUTED }),
    text("predicted class", left + (cell * n) / 2, 80, { anchor: "middle", weight: 600 }),
    text("true class", MARGIN + 12, top + (cell * n) / 2, { anchor: "middle", weight: 600, rotate: -90 }),
    element("rect", { x: left, y: top, width: cell * n, height: cell * n, fill: "#ffffff" }),
  ];
  parts.push(...drawCells(matrix, left, top, cell));
  if (cell >= 8) parts.push(drawGrid(n, left, top, cell));
  for (const [i, name] of names.entries()) {
    const middle = i * cell + cell / 2;
    parts.push(text(name, left - 8, top + middle + 4, { anchor: "end" }));
    parts.push(
      upright
        ? text(name, left + middle, top - 8, { anchor: "middle" })
        : text(name, left + middle + 3, top - 7, { rotate: -45 }),
    );
  }
  const overhang = upright ? 0 : widest * 0.72;
  const key = drawKey(matrix, left, bottom + 22);
  parts.push(...key.parts);
  const width = Math.max(
    right + overhang,
    key.right,
    MARGIN + textWidth(heading, HEADING),
    MARGIN + textWidth(note, 12),
  ) +
    MARGIN;
  const description = `Confusion matrix of ${formatCount(n)} classes. ${note}`;
  return figure({ width: Math.ceil(width), height: Math.ceil(bottom + 62) }, title, description, parts);
}

function drawCells(matrix: ConfusionMatrix, left: number, top: number, cell: number): string[] {
  const n = matrix.classes.length;
  const most = largest(matrix);
  const paths = new Map<string, string>();
  const labels: string[] = [];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const count = matrix.counts[row]?.[column] ?? 0;
      if (!(count > 0)) continue;
      const right = row === column;
      const level = Math.ceil(share(count, right ? most.right : most.wrong) * LEVELS);
      const fill = blend(right ? RIGHT_RAMP : WRONG_RAMP, level / LEVELS);
      const [x, y] = [left + column * cell, top + row * cell];
      paths.set(fill, `${paths.get(fill) ?? ""}M${coordinate(x)} ${coordinate(y)}h${cell}v${cell}h-${cell}z`);
      if (n > MOST_COUNTS) continue;
      const label = formatCount(count);
      const size = Math.min(13, (12 * (cell - 6)) / textWidth(label, 12));
      const colour = right && level > LEVELS * 0.55 ? "#ffffff" : INK;
      labels.push(
        text(label, x + cell / 2, y + cell / 2 + size * 0.36, { size, anchor: "middle", fill: colour }),
      );
    }
  }
  return [...[...paths].sort().map(([fill, d]) => element("path", { fill, d })), ...labels];
}

function drawGrid(n: number, left: number, top: number, cell: number): string {
  let d = "";
  for (let i = 0; i <= n; i++) {
    d += `M${coordinate(left + i * cell)} ${coordinate(top)}v${n * cell}`;
    d += `M${coordinate(left)} ${coordinate(top + i * cell)}h${n * cell}`;
  }
  return element("path", { d, stroke: GRID, fill: "none" });
}

function drawKey(matrix: ConfusionMatrix, left: number, top: number): { parts: string[]; right: number } {
  const most = largest(matrix);
  const entries = [
    { label: `right, up to ${formatCount(most.right)}`, ramp: RIGHT_RAMP },
    { label: `wrong, up to ${formatCount(most.wrong)}`, ramp: WRONG_RAMP },
  ];
  let x = left;
  const parts = entries.flatMap(({ label, ramp }) => {
    const swatches: string[] = [];
    for (let level = 1; level <= LEVELS; level++) {
      const fill = blend(ramp, level / LEVELS);
      swatches.push(element("rect", { x: x + (level - 1) * 7, y: top, width: 7, height: 12, fill }));
    }
    const name = text(label, x + LEVELS * 7 + 8, top + 10, { fill: MUTED });
    x += LEVELS * 7 + 8 + textWidth(label, 12) + 24;
    return [...swatches, name];
  });
  return { parts, right: x - 24 };
}

/** The square root spreads small counts apart. */
function share(count: number, most: number): number {
  return most > 0 ? Math.sqrt(count / most) : 0;
}

function largest(matrix: ConfusionMatrix): { right: number; wrong: number } {
  let right = 0;
  let wrong = 0;
  for (const [r, row] of matrix.counts.entries()) {
    for (const [c, count] of row.entries()) {
      if (r === c) right = Math.max(right, count);
      else wrong = Math.max(wrong, count);
    }
  }
  return { right, wrong };
}
