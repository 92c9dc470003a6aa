import { modelFiles, type RegistryEntry } from "@verbatim/models";
import { join } from "node:path";
import type { Lock } from "../lock.ts";
import type { RunRecord } from "../record.ts";
import {
  buildClaimsPages,
  buildIndex,
  buildModels,
  buildReport,
  buildResultsTable,
  decideLedger,
  entryFromLock,
  insertModels,
  insertResults,
  isAbout,
  refreshClaims,
  type ReportEntry,
} from "../report/mod.ts";
import { readTextIfThere, writeFileIfChanged } from "@verbatim/data/files";
import { readFindings } from "./findings_file.ts";
import { type RegisteredExperiment, reportFolder } from "./registry.ts";
import { SourceGraph } from "./source_graph.ts";
import { Workspace } from "./workspace.ts";

/**
 * Writes the report of an experiment from the records of all its seeds, and removes figures that it no longer has. Gives
 * the number of files that changed.
 */
export async function writeReport(
  root: string,
  { experiment }: RegisteredExperiment,
  records: readonly RunRecord[],
): Promise<number> {
  const folder = reportFolder(root, experiment);
  const files = buildReport(experiment, records);
  let changed = 0;
  // The page comes last, so that it never shows a figure that is not there.
  const ordered = [...files].toSorted(([a], [b]) => Number(a.endsWith(".md")) - Number(b.endsWith(".md")));
  for (const [name, content] of ordered) {
    if (await writeFileIfChanged(join(folder, name), content)) changed++;
  }
  for await (const { name } of Deno.readDir(folder)) {
    if (files.has(name) || !/\.(?:svg|png)$/.test(name)) continue;
    await Deno.remove(join(folder, name));
    changed++;
  }
  return changed;
}

/**
 * The pages over all reports, by path, from what is pinned and so from what is committed: the index, the pages on the
 * claims where exact checks are pinned, the README and the page on models, where they have a place for results. None where
 * nothing is pinned.
 */
export async function buildPages(
  root: string,
  all: readonly RegisteredExperiment[],
  locks: ReadonlyMap<string, Lock>,
  graph?: SourceGraph,
): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const results = new Map<RegisteredExperiment, ReportEntry>();
  for (const registered of all) {
    const lock = locks.get(registered.experiment.id);
    const entry = lock && entryFromLock(registered.experiment, lock);
    if (entry !== undefined) results.set(registered, entry);
  }
  if (results.size === 0) return pages;
  const entries = [...results.values()];
  pages.set(join(root, "reports/README.md"), buildIndex(entries));
  const findings = await readFindings(root);
  if (findings !== undefined) {
    for (const [name, page] of buildClaimsPages(decideLedger(entries, findings))) {
      pages.set(join(root, "reports", name), page);
    }
  }
  const readme = join(root, "README.md");
  const text = await readTextIfThere(readme);
  if (text !== undefined) pages.set(readme, insertResults(text, buildResultsTable(entries)));
  const zoo = join(root, "models/README.md");
  const zooText = await readTextIfThere(zoo);
  if (zooText !== undefined) {
    pages.set(
      zoo,
      insertModels(zooText, await modelsTable(graph ?? new SourceGraph(await Workspace.read(root)), results)),
    );
  }
  return pages;
}

/** The reports that are written, by path, with what they say of claims as it is now, of what is pinned. */
export async function buildClaims(
  root: string,
  all: readonly RegisteredExperiment[],
  locks: ReadonlyMap<string, Lock>,
): Promise<Map<string, string>> {
  const reports = new Map<string, string>();
  for (const { experiment } of all) {
    const lock = locks.get(experiment.id);
    const entry = lock && entryFromLock(experiment, lock);
    const path = join(reportFolder(root, experiment), "report.md");
    const text = entry && await readTextIfThere(path);
    if (entry !== undefined && text !== undefined) reports.set(path, refreshClaims(text, entry));
  }
  return reports;
}

/** Writes the pages over all reports. Gives the number of files that changed. */
export async function writeIndexes(
  root: string,
  all: readonly RegisteredExperiment[],
  locks: ReadonlyMap<string, Lock>,
  graph?: SourceGraph,
): Promise<number> {
  let changed = 0;
  for (const [path, content] of await buildPages(root, all, locks, graph)) {
    // The tasks may write no other file beside the two pages.
    if (await writeFileIfChanged(path, content, { temporaryFolder: join(root, "reports") })) changed++;
  }
  return changed;
}

/** The tables of models, each with the experiments that say so, or say nothing and import its file themselves. */
async function modelsTable(
  graph: SourceGraph,
  results: ReadonlyMap<RegisteredExperiment, ReportEntry>,
): Promise<string> {
  const users = new Map<RegistryEntry, ReportEntry[]>();
  for (const [{ experiment, file }, result] of results) {
    const imported = experiment.model.of === undefined ? await graph.imports(file) : undefined;
    for (const [entry, path] of modelFiles) {
      if (!(imported?.has(`models/${path}`) ?? isAbout(experiment.model, entry))) continue;
      users.set(entry, [...users.get(entry) ?? [], result]);
    }
  }
  return buildModels(
    [...modelFiles].map(([entry, file]) => ({ entry, file, results: users.get(entry) ?? [] })),
  );
}
