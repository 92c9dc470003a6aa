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
import { readTextIfThere, writeFileIfChanged } from "./atomic_write.ts";
import { type RegisteredExperiment, reportFolder } from "./registry.ts";

/** Writes the report of an experiment from the records of all its seeds; gives the number of files that changed. */
export async function writeReport(
  root: string,
  { experiment }: RegisteredExperiment,
  records: readonly RunRecord[],
): Promise<number> {
  const folder = reportFolder(root, experiment);
  let changed = 0;
  for (const [name, content] of buildReport(experiment, records)) {
    if (await writeFileIfChanged(join(folder, name), content)) changed++;
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
  const pages = new Map([
    [join(root, "reports", "README.md"), buildIndex(entries)],
    [join(root, "reports", "claims.md"), buildClaimsLedger(entries)],
  ]);
  const readme = join(root, "README.md");
  const text = await readTextIfThere(readme);
  if (text?.includes("<!-- results: begin")) {
    pages.set(readme, insertResults(text, buildResultsTable(entries)));
  }
  let changed = 0;
  for (const [path, content] of pages) if (await writeFileIfChanged(path, content)) changed++;
  return changed;
}
