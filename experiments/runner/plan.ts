import { NUMERICS_EPOCH } from "@verbatim/core";
import { join } from "node:path";
import { type Lock, LOCK_FILE, parseLock } from "../lock.ts";
import type { ProfileName, RunRecord } from "../record.ts";
import { explainStaleness, findInputs, parseRunInputs, type RunInputs } from "../staleness.ts";
import { readTextIfThere } from "@verbatim/data/files";
import { privateFolder } from "./engine.ts";
import { readRecord, runFolder } from "./record_file.ts";
import { type RegisteredExperiment, reportFolder, runName } from "./registry.ts";
import type { SourceGraph } from "./source_graph.ts";
import { hasWeights } from "./weights_file.ts";

/** One experiment with one profile and one seed. */
export interface Unit {
  readonly entry: RegisteredExperiment;
  readonly profile: ProfileName;
  readonly seed: number;
  /** "lenet full seed 1". */
  readonly name: string;
  readonly inputs: RunInputs;
}

/** A unit and what is there of it. */
export interface UnitState {
  readonly unit: Unit;
  /** The record, stale or not. */
  readonly record: RunRecord | undefined;
  /** Why the record is stale; undefined if it is up to date. */
  readonly stale: string | undefined;
}

/** The folder of the records of a workspace. */
export function recordsFolder(root: string): string {
  return join(privateFolder(root), "runs");
}

/** The units of experiments, seeds in the order in which the profile lists them. */
export async function planUnits(
  graph: SourceGraph,
  entries: readonly RegisteredExperiment[],
  profile: ProfileName,
): Promise<Unit[]> {
  const planned = entries.flatMap((entry) => {
    const { experiment, file } = entry;
    return experiment.profiles[profile].seeds.map(async (seed): Promise<Unit> => {
      const inputs = await findInputs(graph, experiment, file, profile, seed, NUMERICS_EPOCH);
      return { entry, profile, seed, name: runName(experiment.id, profile, seed), inputs };
    });
  });
  return await Promise.all(planned);
}

/** What is there of a unit in the workspace's records. */
export async function findState(root: string, unit: Unit): Promise<UnitState> {
  const folder = runFolder(recordsFolder(root), unit.entry.experiment.id, unit.profile, unit.seed);
  let record: RunRecord | undefined;
  try {
    record = await readRecord(folder);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { unit, record: undefined, stale: "its record is not valid" };
  }
  if (record === undefined) return { unit, record, stale: "no record yet" };
  const stale = explainStaleness({ record }, unit.inputs) === undefined
    ? (await hasWeights(folder, record) ? undefined : "its weights are missing")
    : explainStaleness({ record, inputs: await keptInputs(folder) }, unit.inputs);
  return { unit, record, stale };
}

async function keptInputs(folder: string): Promise<RunInputs | undefined> {
  const path = join(folder, "inputs.json");
  const text = await readTextIfThere(path);
  try {
    return text === undefined ? undefined : parseRunInputs(text, path);
  } catch {
    return undefined; // it only serves to explain
  }
}

/** Path of an experiment's lock from the workspace's folder, with slashes. */
export function lockPath({ experiment }: RegisteredExperiment): string {
  return `reports/${experiment.family}/${experiment.id}/${LOCK_FILE}`;
}

/** The lock of an experiment; undefined if nothing is pinned. @throws {SyntaxError} in one line if it is not valid. */
export async function readLock(root: string, entry: RegisteredExperiment): Promise<Lock | undefined> {
  const text = await readTextIfThere(join(reportFolder(root, entry.experiment), LOCK_FILE));
  if (text === undefined) return undefined;
  const lock = parseLock(text, lockPath(entry));
  if (lock.experiment !== entry.experiment.id) {
    throw new SyntaxError(
      `Cannot read ${
        lockPath(entry)
      }: at experiment: expected "${entry.experiment.id}", got "${lock.experiment}"`,
    );
  }
  return lock;
}

/** The locks of experiments by id. @throws {SyntaxError} as `readLock` does. */
export async function readLocks(
  root: string,
  entries: readonly RegisteredExperiment[],
): Promise<Map<string, Lock>> {
  const locks = await Promise.all(
    entries.map(async (entry) => ({ entry, lock: await readLock(root, entry) })),
  );
  return new Map(
    locks.flatMap(({ entry, lock }) => lock === undefined ? [] : [[entry.experiment.id, lock] as const]),
  );
}
