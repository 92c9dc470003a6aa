/**
 * Line charts: one or more panels with their own axes, under one title and one legend. The marks are data (`Mark`), so
 * that points and bars can join them.
 *
 * @module
 */
import { FRAME, GRID, INK, MUTED } from "./palette.ts";
import type { Scale } from "./scale.ts";
import { coordinate, element, figure, fitText, text, textWidth } from "./svg.ts";

/** A place in a panel, in the units of its axes. A value that is not finite leaves a gap. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What a panel shows; later marks are drawn over earlier ones. */
export type Mark =
  | {
    readonly kind: "line";
    readonly colour: string;
    readonly dash: Dash;
    readonly points: readonly Point[];
  }
  | {
    readonly kind: "band";
    readonly colour: string;
    readonly opacity: number;
    readonly points: readonly { readonly x: number; readonly low: number; readonly high: number }[];
  }
  | { readonly kind: "cross" | "points"; readonly colour: string; readonly points: readonly Point[] };

/** How a line is broken up. */
export type Dash = "solid" | "dashed" | "dotted";

/** A word of a legend, and the line it stands for. */
export interface LegendEntry {
  readonly label: string;
  readonly colour: string;
  /** Absent for points. */
  readonly dash?: Dash;
}

/** One pair of axes. */
export interface Panel {
  /** What the vertical axis shows, with its unit. */
  readonly title: string;
  /** A remark under the title. */
  readonly note: string;
  readonly xTitle: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly marks: readonly Mark[];
  readonly legend: readonly LegendEntry[];
}

/** A whole chart. */
export interface Chart {
  readonly title: string;
  /** What a screen reader says. */
  readonly description: string;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  /** Height of a panel between its axes, in pixels. Default: 230. */
  readonly plotHeight?: number;
}

const WIDTH = 880;
const MARGIN = 24;
const PLOT_HEIGHT = 230;
const GAP = 28;

/** Draws a chart as SVG: panels side by side, two in a row. */
export function drawChart(chart: Chart): string {
  const plotHeight = chart.plotHeight ?? PLOT_HEIGHT;
  const columns = Math.min(2, Math.max(1, chart.panels.length));
  const width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
  const parts = [text(fitText(chart.title, 18, WIDTH - 2 * MARGIN), MARGIN, 36, { size: 17, weight: 600 })];
  const legend = drawLegend(chart.legend, MARGIN, 62, WIDTH - 2 * MARGIN);
  parts.push(...legend.parts);
  let top = chart.legend.length === 0 ? 52 : legend.bottom + 14;
  for (let row = 0; row < chart.panels.length; row += columns) {
    const panels = chart.panels.slice(row, row + columns);
    const head = Math.max(...panels.map(headHeight));
    for (const [column, panel] of panels.entries()) {
      const clip = `plot${row + column}`;
      parts.push(
        ...drawPanel(panel, clip, MARGIN + column * (width + GAP), top, width, top + head, plotHeight),
      );
    }
    top += head + plotHeight + 56;
  }
  return figure({ width: WIDTH, height: top }, chart.title, chart.description, parts);
}

/** Title, remark and legend of a panel, one line each. */
function headHeight(panel: Panel): number {
  return 28 + (panel.note === "" ? 0 : 18) + (panel.legend.length === 0 ? 0 : 20);
}

function drawPanel(
  panel: Panel,
  clip: string,
  left: number,
  top: number,
  width: number,
  plotTop: number,
  plotHeight: number,
): string[] {
  const parts = [text(panel.title, left, top + 14, { size: 14, weight: 600 })];
  if (panel.note !== "") parts.push(text(panel.note, left, top + 32, { size: 11.5, fill: MUTED }));
  parts.push(...drawLegend(panel.legend, left, top + headHeight(panel) - 14, width).parts);
  const labels = Math.max(...panel.y.ticks.map((tick) => textWidth(tick.label, 12)), 8);
  const plot = {
    left: left + labels + 8,
    top: plotTop,
    width: width - labels - 8 - 10,
    height: plotHeight,
  };
  const x = (value: number) => plot.left + plot.width * panel.x.share(value);
  const y = (value: number) => plot.top + plot.height * (1 - panel.y.share(value));
  const [right, bottom] = [plot.left + plot.width, plot.top + plot.height];
  for (const tick of panel.y.ticks) {
    const at = y(tick.value);
    parts.push(
      element("path", {
        d: `M${coordinate(plot.left)} ${coordinate(at)}H${coordinate(right)}`,
        stroke: GRID,
      }),
    );
    parts.push(text(tick.label, plot.left - 8, at + 4, { anchor: "end", fill: MUTED }));
  }
  for (const tick of panel.x.ticks) {
    const at = coordinate(x(tick.value));
    parts.push(element("path", { d: `M${at} ${coordinate(bottom)}v5`, stroke: FRAME }));
    parts.push(text(tick.label, x(tick.value), bottom + 19, { anchor: "middle", fill: MUTED }));
  }
  const base = `M${coordinate(plot.left)} ${coordinate(bottom)}H${coordinate(right)}`;
  parts.push(element("path", { d: base, stroke: FRAME }));
  parts.push(text(panel.xTitle, plot.left + plot.width / 2, bottom + 38, { anchor: "middle", fill: INK }));
  const window = element("rect", {
    x: plot.left,
    y: plot.top - 2,
    width: plot.width + 2,
    height: plot.height + 3,
  });
  parts.push(element("clipPath", { id: clip }, window));
  // Crosses may stand on the edge; everything else is cut off there.
  const [crosses, others] = [true, false].map((isCross) =>
    panel.marks.filter(({ kind }) => (kind === "cross") === isCross).flatMap((mark) => drawMark(mark, x, y))
  );
  parts.push(element("g", { "clip-path": `url(#${clip})` }, ...others ?? []), ...crosses ?? []);
  return parts;
}

function drawMark(mark: Mark, x: (value: number) => number, y: (value: number) => number): string[] {
  const at = (point: Point) => `${coordinate(x(point.x))} ${coordinate(y(point.y))}`;
  switch (mark.kind) {
    case "line": {
      const runs = finiteRuns(mark.points);
      const d = runs.filter((run) => run.length > 1).map((run) => `M${run.map(at).join("L")}`).join("");
      const dots = runs.filter((run) => run.length === 1).flat().map((point) =>
        element("circle", { cx: x(point.x), cy: y(point.y), r: 2.5, fill: mark.colour })
      );
      if (d === "") return dots;
      return [...dots, element("path", { d, ...lineStyle(mark.colour, mark.dash) })];
    }
    case "band": {
      const points = mark.points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
      if (points.length < 2) return [];
      const upper = points.map((point) => at({ x: point.x, y: point.high }));
      const lower = points.map((point) => at({ x: point.x, y: point.low })).reverse();
      return [
        element("path", {
          d: `M${[...upper, ...lower].join("L")}Z`,
          fill: mark.colour,
          "fill-opacity": mark.opacity,
        }),
      ];
    }
    case "points":
      return mark.points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y)).map((point) =>
        element("circle", {
          cx: coordinate(x(point.x)),
          cy: coordinate(y(point.y)),
          r: 2.2,
          fill: mark.colour,
          "fill-opacity": 0.75,
        })
      );
    case "cross":
      return mark.points.map((point) => {
        const [left, top] = [coordinate(x(point.x) - 4), coordinate(y(point.y) - 4)];
        return element("path", { d: `M${left} ${top}l8 8m0 -8l-8 8`, ...lineStyle(mark.colour, "solid") });
      });
  }
}

function drawLegend(
  entries: readonly LegendEntry[],
  left: number,
  top: number,
  width: number,
): { parts: string[]; bottom: number } {
  const parts: string[] = [];
  let [x, y] = [left, top];
  for (const { label, colour, dash } of entries) {
    const needed = 28 + textWidth(label, 12) + 18;
    if (x > left && x + needed > left + width) [x, y] = [left, y + 20];
    const d = `M${coordinate(x)} ${coordinate(y - 4)}h22`;
    parts.push(
      dash === undefined
        ? element("circle", { cx: coordinate(x + 11), cy: coordinate(y - 4), r: 4, fill: colour })
        : element("path", { d, ...lineStyle(colour, dash) }),
      text(label, x + 28, y),
    );
    x += needed;
  }
  return { parts, bottom: y };
}

const DASHES: Readonly<Record<Dash, string | undefined>> = {
  solid: undefined,
  dashed: "6 4",
  dotted: "1.5 4",
};

function lineStyle(colour: string, dash: Dash) {
  return {
    fill: "none",
    stroke: colour,
    "stroke-width": 1.75,
    "stroke-linejoin": "round",
    "stroke-linecap": dash === "dashed" ? undefined : "round",
    "stroke-dasharray": DASHES[dash],
  };
}

/** The longest stretches of points that can be drawn. */
function finiteRuns(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point.x) && Number.isFinite(point.y)) runs.at(-1)?.push(point);
    else runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}
