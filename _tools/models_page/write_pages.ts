import { readLocks } from "../../experiments/runner/plan.ts";
import { loadExperiments } from "../../experiments/runner/registry.ts";
import { writeIndexes } from "../../experiments/runner/write_reports.ts";

/** Writes the page on models, and the other pages over all results, from what is pinned. */
export async function writePages(root: string): Promise<number> {
  const all = await loadExperiments(root);
  return await writeIndexes(root, all, await readLocks(root, all));
}
