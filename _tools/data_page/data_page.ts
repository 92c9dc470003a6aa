import type { Dataset } from "@verbatim/data";
import { columnTables } from "../../experiments/report/data_section.ts";
import { formatCount } from "../../experiments/report/format.ts";
import {
  address,
  bullets,
  code,
  details,
  escapeMarkdown,
  picture,
  table,
} from "../../experiments/report/markdown.ts";
import { formatBytes, isDefault, sourceBytes } from "../../data/dataset_facts.ts";

const BEGIN = "<!-- sets -->";
const END = "<!-- /sets -->";
const [UNFORMATTED, FORMATTED] = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"];
const PREVIEW = "<!-- preview -->";
const END_PREVIEW = "<!-- /preview -->";

/** A preview as the page shows it: Markdown, with pictures as files beside the page. */
export type PreviewText = string;

/** The generated part of the page on data: a table of all sets, then each with its columns, notes and preview. */
export function buildSets(
  datasets: readonly Dataset[],
  previews: ReadonlyMap<string, PreviewText>,
): string {
  const rows = datasets.map((dataset) => [
    `[${escapeMarkdown(dataset.title)}](#${anchorOf(dataset)})`,
    code(dataset.name),
    Object.values(dataset.splits).map(({ rows }) => formatCount(rows)).join(" + "),
    formatBytes(sourceBytes(dataset)),
    escapeMarkdown(dataset.licence),
    isDefault(dataset) ? "" : "by name",
  ]);
  const total = datasets.filter(isDefault).reduce((sum, dataset) => sum + sourceBytes(dataset), 0);
  return [
    `${datasets.length} sets. ${code("deno task data")} fetches those that npm or Debian has (${
      formatBytes(total)
    }); ` +
    "the others come from their own servers when they are named.",
    table(["set", "name", "rows", "size", "licence", "fetched"], rows, "llrrll"),
    ...datasets.map((dataset) => sectionOf(dataset, previews.get(dataset.name) ?? "")),
  ].join("\n\n");
}

/** The page with its generated part replaced. @throws {Error} if the page has no place for it. */
export function withSets(page: string, sets: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot write the data page: expected ${BEGIN} and ${END} in it`);
  }
  return `${page.slice(0, begin)}${BEGIN}\n\n${UNFORMATTED}\n\n${sets}\n\n${FORMATTED}\n\n${page.slice(end)}`;
}

/** The previews that a page shows, by set. */
export function previewsOf(page: string, datasets: readonly Dataset[]): Map<string, PreviewText> {
  const previews = new Map<string, PreviewText>();
  for (const dataset of datasets) {
    const start = page.indexOf(`<a id="${anchorOf(dataset)}"></a>`);
    const [begin, end] = [page.indexOf(PREVIEW, start), page.indexOf(END_PREVIEW, start)];
    if (start < 0 || begin < 0 || end < begin) continue;
    previews.set(dataset.name, page.slice(begin + PREVIEW.length, end).trim());
  }
  return previews;
}

/** A preview's pictures and rows as Markdown. */
export function previewText(dataset: Dataset, rows: string, pictureFile: string | undefined): PreviewText {
  const parts = pictureFile === undefined ? [] : [picture(pictureFile, `pictures of ${dataset.title}`, 640)];
  return [...parts, ...(rows === "" ? [] : [details("First rows", rows)])].join("\n\n");
}

function sectionOf(dataset: Dataset, preview: PreviewText): string {
  const { title, name, description, licence, citation, origin, notes, splitRule, splits, files } = dataset;
  const sources = [
    ...new Set(files.flatMap(({ sources }) =>
      sources.map((source) => {
        if (source.kind === "url") return `its server, ${escapeMarkdown(new URL(source.url).host)}`;
        return source.kind === "npm"
          ? `npm ${code(`${source.package}@${source.version}`)}`
          : `Debian ${code(source.package)}`;
      })
    )),
  ];
  const facts = bullets([
    `Split: ${escapeMarkdown(splitRule)}`,
    ...notes.map(escapeMarkdown),
    `From: ${sources.join("; ")}. Origin: ${address(origin)}`,
    `Licence: ${escapeMarkdown(licence)}. Cite: ${escapeMarkdown(citation)}`,
  ]);
  return [
    `<a id="${anchorOf(dataset)}"></a>`,
    `### ${escapeMarkdown(title)} (${code(name)})`,
    escapeMarkdown(description),
    facts,
    ...columnTables(splits),
    `${PREVIEW}\n\n${preview === "" ? noPreview(dataset) : preview}\n\n${END_PREVIEW}`,
  ].join("\n\n");
}

function noPreview(dataset: Dataset): string {
  return isDefault(dataset)
    ? `No preview yet: ${code("deno task data-page")} draws it.`
    : "No preview: this set is fetched by name only.";
}

function anchorOf({ name }: Dataset): string {
  return `set-${name}`;
}
