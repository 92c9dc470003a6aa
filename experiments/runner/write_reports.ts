import { join } from "node:path";
import type { Lock } from "../lock.ts";
import type { RunRecord } from "../record.ts";
import {
  buildClaimsLedger,
  buildIndex,
  buildReport,
  buildResultsTable,
  entryFromLock,
  insertResults,
} from "../report/mod.ts";
import { readTextIfThere, writeFileIfChanged } from "@verbatim/data/files";
import { type RegisteredExperiment, reportFolder } from "./registry.ts";

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
 * Writes the pages over all reports, from what is pinned and so from what is committed: the index, the ledger of claims,
 * and the results in the README where it has a place for them. Gives the number of files that changed.
 */
export async function writeIndexes(
  root: string,
  all: readonly RegisteredExperiment[],
  locks: ReadonlyMap<string, Lock>,
): Promise<number> {
  const entries = all.flatMap(({ experiment }) => {
    const lock = locks.get(experiment.id);
    return (lock && entryFromLock(experiment, lock)) ?? [];
  });
  if (entries.length === 0) return 0;
  const folder = join(root, "reports");
  const pages = new Map([
    [join(folder, "README.md"), buildIndex(entries)],
    [join(folder, "claims.md"), buildClaimsLedger(entries)],
  ]);
  const readme = join(root, "README.md");
  const text = await readTextIfThere(readme);
  if (text !== undefined) pages.set(readme, insertResults(text, buildResultsTable(entries)));
  let changed = 0;
  for (const [path, content] of pages) {
    // The tasks may write no other file beside the README.
    if (await writeFileIfChanged(path, content, { temporaryFolder: folder })) changed++;
  }
  return changed;
}
