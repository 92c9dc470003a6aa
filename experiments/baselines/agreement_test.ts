/** Every pinned baseline is what other code found for the same method on the same data. */
import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import { agrees, entryFromLock, summarise } from "../report/mod.ts";
import { readLocks } from "../runner/plan.ts";
import { loadExperiments } from "../runner/registry.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const baselines = (await loadExperiments(root)).filter(({ experiment }) => experiment.family === "baselines");
const locks = await readLocks(root, baselines);

for (const { experiment } of baselines) {
  Deno.test(`baseline ${experiment.id}: is pinned and agrees with independent figures`, () => {
    const lock = locks.get(experiment.id);
    assert(lock?.profiles.full !== undefined, "its full profile is not pinned");
    const results = summarise(entryFromLock(experiment, lock)!);
    const independent = experiment.comparisons.filter(({ kind }) => kind === "independent");
    assert(independent.length > 0, "nothing independent stands beside it");
    for (const comparison of independent) {
      const mean = results.find(({ metric }) => metric.name === comparison.metric)?.mean ?? NaN;
      assert(
        agrees(comparison, mean - comparison.value),
        `${comparison.label}: ${comparison.value}, here ${mean}`,
      );
    }
  });
}
