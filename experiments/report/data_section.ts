import { classesOf, type Column, type Dataset, describeType } from "@verbatim/data";
import { formatCount } from "./format.ts";
import { address, bullets, code, details, escapeMarkdown, table } from "./markdown.ts";
import type { ReportEntry } from "./results.ts";
import type { RunRecord } from "../record.ts";

/**
 * The part of a report on the data: what each set is, how it was split, its columns, where it comes from, and the hash of
 * what the runs used.
 */
export function dataSection({ experiment }: ReportEntry, records: readonly RunRecord[]): string[] {
  if (experiment.datasets.length === 0) return [];
  const parts = experiment.datasets.flatMap((dataset) => {
    const { name, title, description, splits, splitRule, notes, origin, licence, citation } = dataset;
    const content = records[0]?.data[name];
    return [
      `### ${escapeMarkdown(title)}`,
      escapeMarkdown(description),
      ...columnTables(splits),
      bullets([
        `Split: ${escapeMarkdown(splitRule)}`,
        ...notes.map(escapeMarkdown),
        `Origin: ${address(origin)}`,
        `Licence: ${escapeMarkdown(licence)}`,
        `Citation: ${escapeMarkdown(citation)}`,
        `SHA-256 of the content: ${content === undefined ? "not used by these runs" : code(content)}`,
      ]),
    ];
  });
  return ["## Data", ...parts];
}

/** More columns are shown on demand. */
const FEW_COLUMNS = 12;

/** The columns of a data set with types, units and classes as Markdown: one table for all splits that have the same. */
export function columnTables(splits: Dataset["splits"]): string[] {
  const groups = new Map<string, { names: string[]; columns: Readonly<Record<string, Column>> }>();
  for (const [name, { rows, columns }] of Object.entries(splits)) {
    const key = JSON.stringify(columns);
    const shown = `${code(name)}, ${formatCount(rows)} rows`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [shown], columns });
    else group.names.push(shown);
  }
  return [...groups.values()].map(({ names, columns }) => {
    const rows = Object.entries(columns).map(([name, column]) => [
      code(name),
      typeText(column),
      escapeMarkdown(column.description) + classesText(column),
    ]);
    const columnTable = table(["column", "type", ""], rows);
    const shown = rows.length > FEW_COLUMNS ? details(`${rows.length} columns`, columnTable) : columnTable;
    return `${names.join(" · ")}\n\n${shown}`;
  });
}

function typeText(column: Column): string {
  return describeType(column) + (column.dtype === "utf8" && column.dictionary === true ? ", few values" : "");
}

/** The most classes that are named. */
const MOST_CLASSES = 20;

function classesText(column: Column): string {
  const classes = classesOf(column);
  if (classes === undefined) return "";
  const shown = classes.slice(0, MOST_CLASSES).map(escapeMarkdown).join(", ");
  return `: ${shown}${classes.length > MOST_CLASSES ? `, … (${classes.length})` : ""}`;
}
