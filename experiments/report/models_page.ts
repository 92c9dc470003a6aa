/**
 * The generated part of the page on models: every architecture with its number of parameters beside the published, every
 * method, and what the experiments that use them came to.
 *
 * @module
 */
import { layersOf, type PublishedCount, type RegisteredModel, type RegistryEntry } from "@verbatim/models";
import type { Experiment } from "../define_experiment.ts";
import { formatCount, formatMean, formatValue, NO_VALUE, plural } from "./format.ts";
import { reportPath } from "./index_pages.ts";
import { drawLayers } from "./layer_diagram.ts";
import { code, details, escapeMarkdown, fenced, table } from "./markdown.ts";
import { comparisonsOf, headline, type ReportEntry } from "./results.ts";

/** An entry of the registry, its file below `models/`, and the results of the experiments that use it. */
export interface ModelUse {
  readonly entry: RegistryEntry;
  readonly file: string;
  readonly results: readonly ReportEntry[];
}

const BEGIN = "<!-- models -->";
const END = "<!-- /models -->";
const [UNFORMATTED, FORMATTED] = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];

/** The tables of architectures and methods, for `models/README.md`. */
export function buildModels(uses: readonly ModelUse[]): string {
  const models = uses.flatMap(({ entry, ...rest }) => entry.kind === "model" ? [{ entry, ...rest }] : []);
  const methods = uses.filter(({ entry }) => entry.kind === "method");
  const parts = [
    `${plural(models.length, "architecture")} and ${plural(methods.length, "fitted method")}.`,
    table(
      ["architecture", "notes", "paper", "parameters", "published", "result", "baseline"],
      models.map((use) => [
        ...wordsOf(use),
        parametersOf(use.entry),
        publishedOf(use.entry),
        ...resultsOf(use),
      ]),
      "lllrlll",
    ),
  ];
  if (methods.length > 0) {
    parts.push(
      "Methods need no steps of gradient descent: they are solved, counted or iterated to their end.",
      table(
        ["method", "notes", "paper", "result", "baseline"],
        methods.map((use) => [...wordsOf(use), ...resultsOf(use)]),
      ),
    );
  }
  if (models.length > 0) {
    parts.push("What each architecture does, read off its own `apply`; B is the batch.");
    for (const { entry } of models) {
      const [name, configuration] = Object.entries(entry.configurations)[0]!;
      const layers = layersOf(entry.build(configuration.config), configuration);
      const diagram = fenced("mermaid", drawLayers(layers)!);
      parts.push(
        details(`${entry.title}, ${name}: ${plural(configuration.parameters, "parameter")}`, diagram),
      );
    }
  }
  return parts.join("\n\n");
}

/**
 * The page with its generated part replaced; a page without a place for it stays as it is.
 *
 * @throws {SyntaxError} if the page has only one of the markers, or the end first.
 */
export function insertModels(page: string, models: string): string {
  const [start, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (start < 0 && end < 0) return page;
  if (start < 0 || end < start) {
    throw new SyntaxError(`Cannot insert the models: expected "${BEGIN}" and then "${END}", once each`);
  }
  return [page.slice(0, start + BEGIN.length), UNFORMATTED, models, FORMATTED, page.slice(end)].join("\n\n");
}

function wordsOf({ entry: { title, notes, paper }, file }: ModelUse): string[] {
  return [
    `[${escapeMarkdown(title)}](${file})`,
    notes.map(({ note, section }) => `${escapeMarkdown(note)}, ${escapeMarkdown(section)}`).join("<br>") ||
    NO_VALUE,
    paper === undefined ? NO_VALUE : escapeMarkdown(paper),
  ];
}

function parametersOf({ configurations }: RegisteredModel): string {
  return Object.entries(configurations)
    .map(([name, { parameters }]) => `${code(name)} ${formatCount(parameters)}`).join("<br>");
}

function publishedOf({ configurations }: RegisteredModel): string {
  const several = Object.keys(configurations).length > 1;
  const lines = Object.entries(configurations).flatMap(([name, { published = [] }]) =>
    published.map((count) => `${several ? `${code(name)} ` : ""}${describe(count)}`)
  );
  return lines.join("<br>") || NO_VALUE;
}

function describe({ count, source, within, differs }: PublishedCount): string {
  const near = within === undefined ? "" : ", rounded";
  const why = differs === undefined ? "" : `: ${differs}`;
  return escapeMarkdown(`${formatCount(count)} (${source}${near})${why}`);
}

/** Whether an experiment says that it is about an entry. */
export function isAbout({ of }: Experiment["model"], entry: RegistryEntry): boolean {
  return of?.some((about) => (("entry" in about) ? about.entry : about) === entry) ?? false;
}

/** The metric that says how well an entry did; undefined for the first. */
function metricFor({ of }: Experiment["model"], entry: RegistryEntry): string | undefined {
  for (const about of of ?? []) if ("metric" in about && about.entry === entry) return about.metric;
  return undefined;
}

/** The experiments named as the entry, or about it, or of its family, come first: the others use it beside another. */
function resultsOf({ entry, results }: ModelUse): [result: string, baseline: string] {
  const rank = ({ experiment: { id, family, model } }: ReportEntry) =>
    id === entry.id ? 0 : 2 * Number(!isAbout(model, entry)) + Number(family !== entry.family) + 1;
  const name = ({ experiment: { id, family } }: ReportEntry) => `${family}/${id}`;
  const sorted = results.toSorted((a, b) => rank(a) - rank(b) || (name(a) < name(b) ? -1 : 1));
  const main = sorted.filter((result) => rank(result) === rank(sorted[0]!));
  const [values, baselines] = [[] as string[], [] as string[]];
  for (const result of main) {
    const { experiment } = result;
    const found = headline(result, metricFor(experiment.model, entry));
    const title = `[${escapeMarkdown(experiment.title)}](../reports/${reportPath(experiment)})`;
    values.push(
      found === undefined
        ? title
        : `${title}: ${escapeMarkdown(found.metric.title)} ${
          formatMean(found.mean, found.deviation, found.metric.format)
        }`,
    );
    const baseline = found === undefined ? [] : comparisonsOf(experiment, found.metric, "baseline")
      .map(({ value, label }) => `${formatValue(value, found.metric.format)} (${escapeMarkdown(label)})`);
    baselines.push(baseline.join("; ") || NO_VALUE);
  }
  const more = sorted.slice(main.length).map(({ experiment }) =>
    `[${escapeMarkdown(experiment.title)}](../reports/${reportPath(experiment)})`
  );
  if (more.length > 0) values.push(`also in ${more.join(", ")}`);
  return [values.join("<br>") || NO_VALUE, baselines.join("<br>") || NO_VALUE];
}
