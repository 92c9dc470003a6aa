import type { Plot, PlotAxis } from "../exhibit.ts";
import { drawChart, type LegendEntry, type Mark } from "./chart.ts";
import { plural } from "./format.ts";
import { INK, LINE_COLOURS } from "./palette.ts";
import { linearScale, logScale, type Scale, type TickFormat } from "./scale.ts";

/** Pixels between the axes of a plot of points, which is as much a picture as a curve. */
const POINTS_HEIGHT = 520;
const LINES_HEIGHT = 300;

/**
 * Draws a plot as SVG: one panel, each series in a colour of its own.
 *
 * @throws {RangeError} if there are more series than colours, no point, or a value not above zero on a logarithmic axis.
 */
export function drawPlot(plot: Plot): string {
  const { title, x, y, series } = plot;
  if (series.length > LINE_COLOURS.length) {
    throw new RangeError(
      `Cannot draw plot "${plot.name}": expected at most ${LINE_COLOURS.length} series, got ${series.length}`,
    );
  }
  const points = series.flatMap((one) => one.points);
  const colour = (i: number) => LINE_COLOURS[i] ?? INK;
  const legend = series.map(({ label, mark }, i): LegendEntry => ({
    label,
    colour: colour(i),
    ...(mark === "line" ? { dash: "solid" } : {}),
  }));
  const marks = series.map(({ mark, points }, i): Mark =>
    mark === "line"
      ? { kind: "line", colour: colour(i), dash: "solid", points }
      : { kind: "points", colour: colour(i), points }
  );
  const scattered = series.some(({ mark }) => mark === "points");
  return drawChart({
    title,
    description: `${y.title} over ${x.title}: ${series.map(({ label }) => label).join(", ")}; ${
      plural(points.length, "point")
    }.`,
    legend: series.length > 1 ? legend : [],
    plotHeight: scattered ? POINTS_HEIGHT : LINES_HEIGHT,
    panels: [{
      title: y.title,
      note: "",
      xTitle: x.title,
      x: scaleOf(plot, x, points.map((point) => point.x), "number", !scattered),
      y: scaleOf(plot, y, points.map((point) => point.y), y.format, false),
      marks,
      legend: [],
    }],
  });
}

/** Linear axes of lines begin at zero where zero is near; those of a cloud of points just hold it. */
function scaleOf(
  { name }: Plot,
  { title, scale }: PlotAxis,
  values: readonly number[],
  format: TickFormat,
  exact: boolean,
): Scale {
  const [low, high] = range(values);
  if (low > high || (scale === "logarithmic" && low <= 0)) {
    throw new RangeError(
      `Cannot draw plot "${name}": expected ${
        low > high ? "points" : `values above 0 on axis "${title}"`
      }, got ${low > high ? "none" : low}`,
    );
  }
  if (scale === "logarithmic") return logScale(low * 0.95, high * 1.05);
  const base = low > 0 && low < 0.4 * high && !exact ? 0 : low;
  return linearScale(base, high, { format: scale === "years" ? "year" : format, exact });
}

function range(values: readonly number[]): [low: number, high: number] {
  return [
    values.reduce((least, value) => Math.min(least, value), Infinity),
    values.reduce((most, value) => Math.max(most, value), -Infinity),
  ];
}
