/**
 * The Markdown page of a report: what was asked, what came out, and everything needed to judge and repeat it.
 *
 * @module
 */
import type { Experiment } from "../define_experiment.ts";
import type { ConfusionMatrix, ProfileName, RunRecord } from "../record.ts";
import { sha256 } from "@verbatim/data/files";
import type { Figure, ShownExhibit } from "./figures.ts";
import { flattenConfiguration } from "./hyper_parameters.ts";
import { capitalised, formatCount, formatExact, formatValue, NO_VALUE, plural } from "./format.ts";
import { claimsSection } from "./claims_section.ts";
import { dataSection } from "./data_section.ts";
import { drawLayers } from "./layer_diagram.ts";
import {
  address,
  bullets,
  code,
  details,
  escapeMarkdown,
  fenced,
  picture,
  quotation,
  table,
} from "./markdown.ts";
import { metricsTables } from "./metrics_tables.ts";
import { answer, decideClaims, type ReportEntry, summarise, tally } from "./results.ts";
import { accuracy, classScores, macroF1 } from "./statistics.ts";

/** What the page is made of. */
export interface ReportContent {
  readonly entry: ReportEntry;
  /** In the order of the entry's seeds. */
  readonly records: readonly RunRecord[];
  readonly curves: readonly Figure[];
  readonly confusion: { readonly matrix: ConfusionMatrix; readonly figure: Figure } | undefined;
  readonly samples: Figure | undefined;
  readonly exhibits: readonly ShownExhibit[];
}

/** Writes the page. */
export function writeReportPage(content: ReportContent): string {
  const { experiment } = content.entry;
  const sections = [
    frontMatter(content.entry),
    `# ${escapeMarkdown(experiment.title)}`,
    escapeMarkdown(experiment.question),
    ...outcome(content.entry),
    ...notes(experiment),
    ...claimsSection(content.entry),
    ...dataSection(content.entry, content.records),
    ...model(content),
    ...method(content.entry),
    ...results(content),
    ...differences(experiment),
    ...reproduction(content),
    ...hashes(content),
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The layout that model hubs read (model-index). */
function frontMatter(entry: ReportEntry): string {
  const { experiment } = entry;
  const lines = ["---", "library_name: verbatim", "license: mit"];
  if (experiment.datasets.length > 0) {
    lines.push("datasets:", ...experiment.datasets.map(({ name }) => `  - ${JSON.stringify(name)}`));
  }
  const dataset = experiment.datasets[0];
  lines.push("model-index:", `  - name: ${JSON.stringify(experiment.model.name)}`, "    results:");
  lines.push("      - task:", `          type: ${JSON.stringify(experiment.family)}`);
  lines.push(`          name: ${JSON.stringify(experiment.title)}`);
  if (dataset !== undefined) {
    lines.push("        dataset:", `          type: ${JSON.stringify(dataset.name)}`);
    lines.push(`          name: ${JSON.stringify(dataset.title)}`);
  }
  const known = summarise(entry).filter(({ mean }) => mean !== undefined && Number.isFinite(mean));
  lines.push(known.length === 0 ? "        metrics: []" : "        metrics:");
  for (const { metric, mean } of known) {
    lines.push(
      `          - type: ${JSON.stringify(metric.name)}`,
      `            name: ${JSON.stringify(metric.title)}`,
    );
    lines.push(`            value: ${formatExact(mean ?? 0)}`);
  }
  return [...lines, "---"].join("\n");
}

function outcome(entry: ReportEntry): string[] {
  const lines = ["## What came out", `**${escapeMarkdown(capitalised(answer(entry)))}**`];
  const verdicts = tally(decideClaims(entry));
  if (verdicts !== undefined) lines.push(escapeMarkdown(verdicts));
  const listed = entry.experiment.profiles[entry.profile].seeds;
  const seeds = `${entry.seeds.length === 1 ? "seed" : "seeds"} ${entry.seeds.join(", ")}`;
  const missing = listed.filter((seed) => !entry.seeds.includes(seed));
  const rest = missing.length === 0 ? "" : `; not run: ${missing.join(", ")}`;
  const size = entry.profile === "quick" ? ", which trains less than the full one" : "";
  const which = entry.experiment.deterministic ? "" : ` (${seeds}${rest})`;
  lines.push(`Every number on this page is of the ${entry.profile} profile${size}${which}.`);
  return lines;
}

function notes({ notes }: Experiment): string[] {
  if (notes.length === 0) return [];
  const quotes = notes.map(({ note, section, quote }) =>
    quotation(`${escapeMarkdown(quote)}\n\n— ${escapeMarkdown(note)}, ${escapeMarkdown(section)}`)
  );
  return ["## What the notes say", ...quotes];
}

function model({ entry: { experiment, parameterCount }, records }: ReportContent): string[] {
  const { name, layers, counts } = experiment.model;
  const parts = ["## Model", escapeMarkdown(name)];
  const diagram = drawLayers(layers);
  if (diagram !== undefined) {
    const total = layers.reduce((sum, layer) => sum + layer.parameters, 0);
    const rows = layers.map((layer) => [
      escapeMarkdown(layer.name),
      escapeMarkdown(layer.shape),
      formatCount(layer.parameters),
    ]);
    rows.push(["**total**", "", `**${formatCount(total)}**`]);
    const listing = table(["layer", "output shape", "parameters"], rows, "llr");
    parts.push(fenced("mermaid", diagram));
    parts.push(layers.length > 24 ? details(`All ${layers.length} layers`, listing) : listing);
  }
  const rows = counts.map(({ label, count, source }) => [
    escapeMarkdown(label),
    escapeMarkdown(count),
    address(source),
  ]);
  const found = records[0]?.trainings["main"]?.steps === 0 ? "fitted" : "trained";
  if (parameterCount !== undefined) {
    rows.unshift([`**${found} here**`, `**${formatCount(parameterCount)}**`, "the runs"]);
  }
  if (counts.length > 0) {
    parts.push(
      "Beside what notes and papers say:",
      table(["number of parameters", "count", "source"], rows, "lrl"),
    );
  } else if (parameterCount !== undefined) {
    parts.push(`${capitalised(found)} here: **${plural(parameterCount, "parameter")}**.`);
  }
  return parts;
}

function method({ experiment, profile }: ReportEntry): string[] {
  const names: ProfileName[] = ["full", "quick"];
  const flat = names.map((name) => flattenConfiguration(experiment.profiles[name].config));
  const paths = new Set(flat.flatMap((values) => [...values.keys()]));
  const rows = [...paths].map((path) => [
    code(path),
    ...flat.map((values) => {
      const value = values.get(path);
      return value === undefined ? NO_VALUE : code(value);
    }),
  ]);
  if (!experiment.deterministic) {
    rows.unshift(["seeds", ...names.map((name) => experiment.profiles[name].seeds.join(", "))]);
  }
  const header = names.map((name) => name === profile ? `${name} (this report)` : name);
  return [
    "## Method",
    ...(experiment.method.length === 0 ? [] : [bullets(experiment.method.map(escapeMarkdown))]),
    ...(rows.length === 0 ? ["There are no hyper-parameters."] : [
      "Every hyper-parameter, by profile:",
      table(["hyper-parameter", ...header], rows, "lrr"),
    ]),
  ];
}

function results(content: ReportContent): string[] {
  const { entry, curves, confusion, samples, exhibits } = content;
  const parts = ["## Results", ...metricsTables(entry), ...exhibits.flatMap(showExhibit)];
  if (curves.length > 0) parts.push("### Learning curves", ...curves.flatMap(show));
  if (confusion !== undefined) parts.push("### Confusion matrix", ...showConfusion(confusion));
  if (samples !== undefined) parts.push("### Samples", ...show(samples));
  return parts;
}

function showConfusion({ matrix, figure }: NonNullable<ReportContent["confusion"]>): string[] {
  const percent = (share: number | undefined) => formatValue(share, "percent");
  const rows = classScores(matrix).map(({ name, support, precision, recall, f1 }) => [
    escapeMarkdown(name),
    formatCount(support),
    percent(precision),
    percent(recall),
    percent(f1),
  ]);
  const overall = `Accuracy ${percent(accuracy(matrix))}, macro-F1 ${percent(macroF1(matrix))}.`;
  const listing = table(["class", "samples", "precision", "recall", "F1"], rows, "lrrrr");
  return [...show(figure), overall, details("Precision, recall and F1 of each class", listing)];
}

function showExhibit({ exhibit, figure }: ShownExhibit): string[] {
  const title = `### ${escapeMarkdown(exhibit.title)}`;
  if (figure !== undefined) return [title, ...show(figure)];
  if (exhibit.kind !== "table") return [];
  const { columns, rows, caption } = exhibit;
  const isNumber = (cell: string) => /^[+\u2212-]?[0-9][0-9.,]*(?:e[+\u2212-]?[0-9]+)?%?$/.test(cell);
  const align = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i]!)) ? "r" : "l");
  const cells = rows.map((row) => row.map(escapeMarkdown));
  return [title, table(columns.map(escapeMarkdown), cells, align.join("")), escapeMarkdown(caption)];
}

function show({ file, description, caption, width }: Figure): string[] {
  return [picture(file, description, width), escapeMarkdown(caption)];
}

function differences({ differences }: Experiment): string[] {
  if (differences.length === 0) return [];
  return ["## Differences from the notes and the paper", bullets(differences.map(escapeMarkdown))];
}

function reproduction({ entry: { experiment, profile }, records }: ReportContent): string[] {
  const what = `${experiment.id}${profile === "quick" ? " --profile quick" : ""}`;
  const trains = records.some(({ trainings }) => Object.values(trainings).some(({ steps }) => steps > 0));
  const again = trains ? "trains again, compares" : "computes again, compares";
  const commands = [
    `deno task reproduce ${what}`,
    `npx -y deno@2.9.6 task reproduce ${what}   # with nothing but Node`,
    `deno task verify ${what}                   # ${again}, writes nothing`,
  ];
  return [
    "## Reproduce it",
    fenced("sh", commands.join("\n")),
    "Any machine, any number of workers and any backend must give the same bits; " +
    `the first ${
      trains ? "step and tensor that differ are" : "number that differs is"
    } named if they do not.`,
  ];
}

function hashes({ entry, records }: ReportContent): string[] {
  const lines: string[] = [];
  for (const [name, content] of Object.entries(records[0]?.data ?? {}).sort()) {
    lines.push(`data ${name}`, `  content             ${content}`);
  }
  for (const { seed, trainings } of records) {
    for (const [name, training] of Object.entries(trainings).sort()) {
      const [first, last] = [training.milestones[0], training.milestones.at(-1)];
      const whose = `${entry.experiment.deterministic ? "" : `seed ${seed}, `}${name.replace(/\s+/g, " ")}`;
      if (training.steps === 0) {
        lines.push(`${whose}: fitted`, `  parameters          ${first?.parameters.sha256 ?? NO_VALUE}`);
        continue;
      }
      lines.push(`${whose}: ${plural(training.steps, "step")}`);
      lines.push(`  initial parameters  ${first?.parameters.sha256 ?? NO_VALUE}`);
      lines.push(`  final parameters    ${last?.parameters.sha256 ?? NO_VALUE}`);
      lines.push(`  loss of every step  ${sha256(training.losses)}`);
    }
  }
  if (lines.length === 0) return [];
  const listing = fenced("text", lines.join("\n"));
  return [
    "## Hashes",
    `SHA-256; arithmetic of numerics epoch ${records[0]?.numericsEpoch}.`,
    lines.length > 24 ? details("All hashes", listing) : listing,
  ];
}
