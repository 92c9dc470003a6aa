/** Pinned baselines are what other code found on the same data, and experiments that name one give its pinned numbers. */
import { assert } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Comparison } from "../define_experiment.ts";
import { agrees, citedExperiment, entryFromLock, summarise } from "../report/mod.ts";
import { readLocks } from "../runner/plan.ts";
import { loadExperiments, type RegisteredExperiment } from "../runner/registry.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const all = await loadExperiments(root);
const locks = await readLocks(root, all);

/** The pinned metrics of an experiment, of its full profile. */
function pinned({ experiment }: RegisteredExperiment) {
  const lock = locks.get(experiment.id);
  assert(lock?.profiles.full !== undefined, `the full profile of ${experiment.id} is not pinned`);
  return summarise(entryFromLock(experiment, lock)!);
}

for (const entry of all.filter(({ experiment }) => experiment.family === "baselines")) {
  const { id, comparisons } = entry.experiment;
  Deno.test(`baseline ${id}: is pinned and agrees with independent figures`, () => {
    const results = pinned(entry);
    const independent = comparisons.filter(({ kind }) => kind === "independent");
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

/** Numbers are quoted with the digits that reports print of a percentage: four of a fraction. */
const QUOTED = 0.5e-4;

Deno.test("a number that an experiment takes from another is pinned there, as the same metric or as the first", () => {
  const cited = (comparison: Comparison) => citedExperiment(comparison) !== undefined;
  let count = 0;
  for (const { experiment } of all) {
    for (const { source, value, metric } of experiment.comparisons.filter(cited)) {
      const other = all.find(({ experiment: { family, id } }) => `${family}/${id}` === source);
      assert(other !== undefined, `${experiment.id} names ${source}, which is no experiment`);
      const there = pinned(other);
      const { mean = NaN } = there.find((result) => result.metric.name === metric) ?? there[0]!;
      assert(Math.abs(mean - value) <= QUOTED, `${experiment.id}: ${source} has ${mean}, not ${value}`);
      count++;
    }
  }
  assert(count >= 3, "the classifiers of Fashion-MNIST name one");
});
