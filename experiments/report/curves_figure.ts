/**
 * Learning curves: the loss of every step, smoothed, over a faint band of its raw range, and beside it each curve that
 * the runs recorded. One colour for each run; curves of one quantity share a panel and differ by their dashes.
 *
 * @module
 */
import type { MetricDescription } from "../define_experiment.ts";
import type { TrainingRecord } from "../record.ts";
import { type Dash, drawChart, type LegendEntry, type Mark, type Panel, type Point } from "./chart.ts";
import { capitalised, formatCount } from "./format.ts";
import { type Bucket, decodeLosses, firstNonFinite, smoothingWindow, smoothLosses } from "./loss_curve.ts";
import { INK, LINE_COLOURS } from "./palette.ts";
import { linearScale, logScale, type Scale, type TickFormat } from "./scale.ts";

/** A training run and what the legend calls it. */
export interface NamedTraining {
  readonly label: string;
  readonly training: TrainingRecord;
}

/** Most points that one curve is drawn with. */
const POINTS = 160;
const DASHES: readonly Dash[] = ["solid", "dashed", "dotted"];

/**
 * Draws the curves of some training runs.
 *
 * @param metrics the experiment's metrics: a curve whose quantity is a metric in percent is drawn in percent.
 * @param several what the runs are together ("seeds"), for a legend when there are more runs than colours.
 * @returns SVG, or undefined if no run has a curve.
 */
export function drawCurves(
  title: string,
  runs: readonly NamedTraining[],
  metrics: readonly MetricDescription[],
  several: string,
): string | undefined {
  const coloured = runs.length <= LINE_COLOURS.length;
  const colour = (run: number) => LINE_COLOURS[coloured ? run : 0] ?? INK;
  const names = new Set(runs.flatMap(({ training }) => Object.keys(training.curves)));
  const quantities = new Map<string, string[]>();
  const hasLosses = runs.some(({ training }) => training.losses.length > 0);
  if (hasLosses) quantities.set("loss", []);
  for (const name of [...names].sort()) {
    const quantity = words(name).at(-1) ?? name;
    quantities.set(quantity, [...quantities.get(quantity) ?? [], name]);
  }
  if (quantities.size === 0) return undefined;
  const steps = Math.max(...runs.map(({ training }) => lastStep(training)), 1);
  const panels = [...quantities].map(([quantity, curves]) =>
    quantity === "loss"
      ? lossPanel(runs, curves, steps, colour, hasLosses)
      : curvePanel(runs, quantity, curves, steps, colour, isPercent(quantity, metrics) ? "percent" : "number")
  );
  const legend: LegendEntry[] = coloured
    ? runs.map(({ label }, run) => ({ label, colour: colour(run), dash: "solid" }))
    : [{ label: `${formatCount(runs.length)} ${several}`, colour: colour(0), dash: "solid" }];
  const description = `${panels.map((panel) => panel.title).join("; ")}; over ${formatCount(steps)} steps.`;
  return drawChart({ title, description, legend, panels });
}

function lossPanel(
  runs: readonly NamedTraining[],
  curves: readonly string[],
  steps: number,
  colour: (run: number) => string,
  hasLosses: boolean,
): Panel {
  const window = smoothingWindow(steps, POINTS);
  const bands: Mark[] = [];
  const lines: { colour: string; dash: Dash; points: readonly Point[] }[] = [];
  const failures: { colour: string; step: number }[] = [];
  for (const [run, { training }] of runs.entries()) {
    const losses = decodeLosses(training.losses);
    const buckets = smoothLosses(losses, window);
    if (window > 1) {
      const band = (bucket: Bucket) => ({ x: bucket.step, low: bucket.low, high: bucket.high });
      const opacity = Math.max(0.03, 0.15 / runs.length);
      bands.push({ kind: "band", colour: colour(run), opacity, points: buckets.map(band) });
    }
    const points = buckets.map((bucket) => ({ x: bucket.step, y: bucket.mean }));
    if (points.length > 0) lines.push({ colour: colour(run), dash: "solid", points });
    const failed = firstNonFinite(losses);
    if (failed !== undefined) failures.push({ colour: colour(run), step: failed });
  }
  const first = hasLosses ? 1 : 0;
  lines.push(...curveLines(runs, curves, colour, first));
  const y = valueScale(lines.flatMap((line) => line.points), "number");
  const crosses = failures.map((failure): Mark => ({
    kind: "cross",
    colour: failure.colour,
    points: [{ x: failure.step, y: y.high }],
  }));
  const notes: string[] = [];
  if (hasLosses) {
    notes.push(window === 1 ? "every step" : `mean of ${formatCount(window)} steps; faint: its range`);
  }
  if (failures.length > 0) notes.push("×: first loss that is not finite");
  const labels = [...(hasLosses ? ["training"] : []), ...curves.map(qualifier)];
  return {
    title: hasLosses && curves.length === 0 ? "Training loss" : "Loss",
    note: notes.join("; "),
    xTitle: "optimisation step",
    x: linearScale(0, steps, { exact: true }),
    y,
    marks: [...bands, ...lines.map((line): Mark => ({ kind: "line", ...line })), ...crosses],
    legend: dashLegend(labels),
  };
}

function curvePanel(
  runs: readonly NamedTraining[],
  quantity: string,
  curves: readonly string[],
  steps: number,
  colour: (run: number) => string,
  format: TickFormat,
): Panel {
  const lines = curveLines(runs, curves, colour, 0);
  const points = lines.flatMap((line) => line.points);
  const settled = points.filter(({ x }) => x >= steps / 10);
  const few = settled.length < 0.8 * points.length;
  const zoomed = !few && extent(settled) > 0 && extent(points) > 4 * extent(settled);
  const only = curves.length === 1 ? words(curves[0] ?? quantity).join(" ") : quantity;
  return {
    title: capitalised(only) + (format === "percent" ? " (%)" : ""),
    note: zoomed ? "the beginning lies outside" : "",
    xTitle: "optimisation step",
    x: linearScale(0, steps, { exact: true }),
    y: valueScale(zoomed ? settled : points, format),
    marks: lines.map((line): Mark => ({ kind: "line", ...line })),
    legend: dashLegend(curves.map(qualifier)),
  };
}

function curveLines(
  runs: readonly NamedTraining[],
  curves: readonly string[],
  colour: (run: number) => string,
  firstDash: number,
): { colour: string; dash: Dash; points: readonly Point[] }[] {
  return curves.flatMap((name, i) =>
    runs.flatMap(({ training }, run) => {
      const points = (training.curves[name] ?? []).map(({ step, value }) => ({ x: step, y: value }));
      const dash = DASHES[Math.min(i + firstDash, DASHES.length - 1)] ?? "solid";
      return points.length === 0 ? [] : [{ colour: colour(run), dash, points: thinned(points) }];
    })
  );
}

/** At most about `POINTS` of the points: means over windows of equal length. */
function thinned(points: readonly Point[]): Point[] {
  const window = smoothingWindow(points.length, POINTS);
  if (window === 1) return [...points];
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += window) {
    const part = points.slice(start, start + window);
    const mean = (pick: (point: Point) => number) =>
      part.reduce((sum, point) => sum + pick(point), 0) / part.length;
    kept.push({ x: mean((point) => point.x), y: mean((point) => point.y) });
  }
  return kept;
}

/** Logarithmic where the values span more than a factor of 30, else linear and from zero where zero is near. */
function valueScale(points: readonly Point[], format: TickFormat): Scale {
  const [low, high] = range(points);
  if (low > high) return linearScale(0, 1, { format });
  if (low > 0 && high / low > 30 && format === "number") return logScale(low * 0.9, high * 1.1);
  const base = low > 0 && low < 0.4 * high ? 0 : low;
  return linearScale(base, high, { format });
}

/** Distance between the lowest and the highest finite value. */
function extent(points: readonly Point[]): number {
  const [low, high] = range(points);
  return low > high ? 0 : high - low;
}

function range(points: readonly Point[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { y } of points) {
    if (!Number.isFinite(y)) continue;
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  return [low, high];
}

function dashLegend(labels: readonly string[]): LegendEntry[] {
  if (labels.length < 2) return [];
  return labels.map((label, i) => ({
    label,
    colour: INK,
    dash: DASHES[Math.min(i, DASHES.length - 1)] ?? "solid",
  }));
}

function lastStep(training: TrainingRecord): number {
  const steps = Object.values(training.curves).flatMap((curve) => curve.map((point) => point.step));
  return Math.max(training.losses.length / 8, ...steps);
}

/** "validationAccuracy", "validation/accuracy" and "validation accuracy" as the words validation, accuracy. */
function words(name: string): string[] {
  const parts = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").split(/[\s/_.:-]+/).filter((part) => part !== "");
  return parts.map((part) => /^[A-Z][a-z]*$/.test(part) ? part.toLowerCase() : part);
}

function qualifier(name: string): string {
  return words(name).slice(0, -1).join(" ") || name;
}

function isPercent(quantity: string, metrics: readonly MetricDescription[]): boolean {
  return metrics.some((metric) =>
    metric.format === "percent" && [words(metric.name).at(-1), words(metric.title).at(-1)].includes(quantity)
  );
}
