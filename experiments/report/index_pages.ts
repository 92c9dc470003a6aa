/**
 * The pages over all experiments: the index, and the table of results of the project's README.
 *
 * @module
 */
import type { Comparison, Experiment } from "../define_experiment.ts";
import { formatCount, formatMean, formatValue, NO_VALUE, plural } from "./format.ts";
import { escapeMarkdown, table } from "./markdown.ts";
import { comparisonsOf, decideClaims, headline, type ReportEntry, tally, VERDICTS } from "./results.ts";

/** The families in the order of the catalogue; others follow in the order of their names. */
const FAMILIES = [
  "classical",
  "feedforward",
  "vision",
  "sequence",
  "transformer",
  "generative",
  "graph",
  "representation",
  "reinforcement",
  "training",
  "insight",
  "baselines",
];

/** Families whose experiments stand in the index alone. */
const SUPPORTING = ["insight", "baselines"];

const BEGIN = "<!-- results -->";
const END = "<!-- /results -->";
/** Keeps the formatter from laying out the table, which would then never be as it is written here. */
const [UNFORMATTED, FORMATTED] = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];

/** Path of an experiment's report in the folder of all reports. */
export function reportPath({ family, id }: Experiment): string {
  return `${family}/${id}/report.md`;
}

/** The index of all reports, `reports/README.md`. */
export function buildIndex(entries: readonly ReportEntry[]): string {
  const sorted = inOrder(entries);
  const claims = sorted.flatMap(decideClaims);
  const parts = [
    "# Reports",
    `${plural(entries.length, "experiment")}. ${tally(claims) ?? "No claim of the notes tested."}`,
  ];
  if (claims.length > 0) {
    parts.push(
      "All claims with their verdicts: [claims.md](claims.md); what is wrong in the notes: [errata.md](errata.md).",
    );
  }
  for (const family of new Set(sorted.map(({ experiment }) => experiment.family))) {
    const rows = sorted.filter(({ experiment }) => experiment.family === family)
      .map((entry) => [...resultRow(entry, ""), claimCounts(entry)]);
    parts.push(`## ${escapeMarkdown(family.slice(0, 1).toUpperCase() + family.slice(1))}`);
    parts.push(table([...RESULT_HEADER, "claims"], rows, `${RESULT_ALIGN}l`));
  }
  return `${parts.join("\n\n")}\n`;
}

/**
 * The table of results for the project's README: of architectures and methods. What a baseline reaches stands beside them,
 * and what one insight needs is in the index.
 *
 * @param folder where the reports lie, seen from that page.
 */
export function buildResultsTable(entries: readonly ReportEntry[], folder = "reports/"): string {
  const shown = inOrder(entries).filter(({ experiment }) => !SUPPORTING.includes(experiment.family));
  return table(RESULT_HEADER, shown.map((entry) => resultRow(entry, folder)), RESULT_ALIGN);
}

/**
 * The page with the table put between its two markers, instead of what stood there. A page without markers stays as it is.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { insertResults } from "./mod.ts";
 *
 * const page = "# Title\n\n<!-- results --> old <!-- /results -->\n";
 * assertStringIncludes(insertResults(page, "new"), "\n\nnew\n\n");
 * ```
 *
 * @throws {SyntaxError} if the page has only one of the markers, or one twice, or the end first.
 */
export function insertResults(page: string, results: string): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 && end < 0) return page;
  if (start < 0 || end < start || page.lastIndexOf(BEGIN) !== start || page.lastIndexOf(END) !== end) {
    throw new SyntaxError(`Cannot insert the results: expected "${BEGIN}" and then "${END}", once each`);
  }
  const parts = [page.slice(0, start + BEGIN.length), UNFORMATTED, results, FORMATTED, page.slice(end)];
  return parts.join("\n\n");
}

const RESULT_HEADER = ["experiment", "result", "baseline", "published", "parameters", "seeds"];
const RESULT_ALIGN = "lrrrrr";

function resultRow(entry: ReportEntry, folder: string): string[] {
  const { experiment, parameterCount, seeds, profile } = entry;
  const result = headline(entry);
  const beside = (kind: Comparison["kind"]) => {
    if (result === undefined) return NO_VALUE;
    const { metric } = result;
    const values = comparisonsOf(experiment, metric, kind).map(({ value }) =>
      formatValue(value, metric.format)
    );
    return values.join(", ") || NO_VALUE;
  };
  const value = result === undefined
    ? NO_VALUE
    : `${escapeMarkdown(result.metric.title)} ${
      formatMean(result.mean, result.deviation, result.metric.format)
    }`;
  return [
    `[${escapeMarkdown(experiment.title)}](${folder}${reportPath(experiment)})`,
    value,
    beside("baseline"),
    beside("published"),
    parameterCount === undefined ? NO_VALUE : formatCount(parameterCount),
    `${experiment.deterministic ? NO_VALUE : seeds.length}${profile === "quick" ? " (quick)" : ""}`,
  ];
}

function claimCounts(entry: ReportEntry): string {
  const decided = decideClaims(entry);
  const parts = VERDICTS.flatMap((verdict) => {
    const count = decided.filter((claim) => claim.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return parts.length === 0 ? NO_VALUE : parts.join(", ");
}

function inOrder(entries: readonly ReportEntry[]): ReportEntry[] {
  const place = ({ experiment }: ReportEntry) => {
    const at = FAMILIES.indexOf(experiment.family);
    return at < 0 ? FAMILIES.length : at;
  };
  const name = ({ experiment }: ReportEntry) => `${experiment.family}/${experiment.id}`;
  return [...entries].sort((a, b) => place(a) - place(b) || (name(a) < name(b) ? -1 : 1));
}
