import {
  formatDifference,
  formatExact,
  formatMean,
  formatMeanAndSpread,
  formatTolerance,
  formatValue,
  NO_VALUE,
} from "./format.ts";
import { address, details, escapeMarkdown, table } from "./markdown.ts";
import { agrees, citedExperiment, judge, type ReportEntry, type Result, summarise } from "./results.ts";

/**
 * The metrics of an experiment as Markdown: mean, deviation and the value of every seed, rounded for reading and then with
 * all digits, and beside them what they are compared with.
 */
export function metricsTables(entry: ReportEntry): string[] {
  const summary = summarise(entry);
  const parts = entry.experiment.deterministic ? valueTable(summary) : seedTables(entry, summary);
  const comparisons = compare(entry, summary);
  if (comparisons.length > 0) {
    parts.push(table(["metric", "here", "beside", "value", "difference", "source"], comparisons, "lrlrrl"));
  }
  return parts;
}

/** Metrics that no seed changes. */
function valueTable(summary: readonly Result[]): string[] {
  const rows = summary.map(({ metric, values, mean }) => [
    escapeMarkdown(metric.title),
    `**${formatValue(mean, metric.format)}**`,
    ...values.map(exactly),
  ]);
  return [
    table(["metric", "value", "exactly"], rows, "lrr"),
    "In the last column a percentage is a fraction of one.",
  ];
}

function seedTables({ seeds }: ReportEntry, summary: readonly Result[]): string[] {
  const rounded = summary.map(({ metric, values, mean, deviation }) => {
    const [value, spread] = formatMeanAndSpread(mean, deviation, metric.format);
    const each = values.map((one) => formatValue(one, metric.format));
    return [escapeMarkdown(metric.title), `**${value}**`, spread, ...each];
  });
  const exact = summary.map(({ metric, values }) => [escapeMarkdown(metric.title), ...values.map(exactly)]);
  const names = seeds.map((seed) => `seed ${seed}`);
  const align = "r".repeat(seeds.length);
  return [
    table(["metric", "mean", "standard deviation", ...names], rounded, `lrr${align}`),
    "Deviations are of the sample (n − 1), in points where the mean is in percent.",
    details(
      "The value of every seed with all digits; a percentage is a fraction of one",
      table(["metric", ...names], exact, `l${align}`),
    ),
  ];
}

function exactly(value: number | undefined): string {
  return value === undefined ? NO_VALUE : formatExact(value);
}

function compare({ experiment }: ReportEntry, summary: readonly Result[]): string[][] {
  return experiment.comparisons.flatMap((comparison) => {
    const result = summary.find(({ metric }) => metric.name === comparison.metric);
    if (result?.mean === undefined) return [];
    const { metric, mean, deviation } = result;
    const difference = mean - comparison.value;
    const verdict = comparison.kind !== "independent"
      ? judge(metric, difference)
      : `${agrees(comparison, difference) ? "agrees" : "disagrees"}: at most ${
        formatTolerance(comparison.tolerance ?? 0, metric.format)
      } expected`;
    return [[
      escapeMarkdown(metric.title),
      formatMean(mean, deviation, metric.format),
      `${comparison.kind}: ${escapeMarkdown(comparison.label)}`,
      formatValue(comparison.value, metric.format),
      `${formatDifference(difference, metric.format)} (${verdict})`,
      citedExperiment(comparison) === undefined
        ? address(comparison.source)
        : `[${escapeMarkdown(comparison.source)}](../../${comparison.source}/report.md)`,
    ]];
  });
}
