import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Experiment } from "../define_experiment.ts";
import type { ProfileName } from "../record.ts";
import { didYouMean, UsageError } from "@verbatim/data/command_line";
import { ExperimentFileError, placedMessage } from "./failures.ts";

/** An experiment and the file that defines it. */
export interface RegisteredExperiment {
  readonly experiment: Experiment;
  /** Path in the workspace, with slashes. */
  readonly file: string;
}

const NOT_FAMILIES = new Set(["runner", "report"]);

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  const entries: Deno.DirEntry[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) entries.push(entry);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Paths of the files that may define an experiment: `experiments/<family>/*.ts` without tests and private files. */
async function findFiles(root: string): Promise<string[]> {
  const files: string[] = [];
  for (const family of await entriesOf(join(root, "experiments"))) {
    if (!family.isDirectory || NOT_FAMILIES.has(family.name) || /^[_.]/.test(family.name)) continue;
    for (const { name, isFile } of await entriesOf(join(root, "experiments", family.name))) {
      if (!isFile || !name.endsWith(".ts") || name.endsWith("_test.ts") || /^[_.]|^mod\.ts$/.test(name)) {
        continue;
      }
      files.push(`experiments/${family.name}/${name}`);
    }
  }
  return files;
}

function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string" &&
    "family" in value && "profiles" in value && "run" in value && typeof value.run === "function";
}

/**
 * Loads the experiment that a file defines.
 *
 * @throws {ExperimentFileError} if the file cannot be loaded or its default export is no experiment of its folder's family.
 */
export async function loadExperiment(root: string, file: string): Promise<RegisteredExperiment> {
  let module: unknown;
  try {
    module = await import(pathToFileURL(join(root, file)).href);
  } catch (cause) {
    throw new ExperimentFileError(`Cannot load ${file}: ${placedMessage(cause, file)}`, { cause });
  }
  const experiment = typeof module === "object" && module !== null && "default" in module
    ? module.default
    : undefined;
  if (!isExperiment(experiment)) {
    throw new ExperimentFileError(
      `Cannot load ${file}: expected an experiment as default export, got ${typeof experiment}`,
    );
  }
  const family = file.split("/")[1];
  if (experiment.family !== family) {
    throw new ExperimentFileError(
      `Cannot load ${file}: expected the family "${family}", as its folder, got "${experiment.family}"`,
    );
  }
  return { experiment, file };
}

/**
 * All experiments of a workspace, by family and id.
 *
 * @throws {ExperimentFileError} if a file cannot be loaded or two experiments have one id.
 */
export async function loadExperiments(root: string): Promise<RegisteredExperiment[]> {
  const files = await findFiles(root);
  const entries = await Promise.all(files.map((file) => loadExperiment(root, file)));
  const owners = new Map<string, string>();
  for (const { experiment: { id }, file } of entries) {
    const other = owners.get(id);
    if (other !== undefined) {
      throw new ExperimentFileError(`Cannot load ${file}: expected a new id, got "${id}", as ${other} has`);
    }
    owners.set(id, file);
  }
  const key = ({ experiment: { family, id } }: RegisteredExperiment) => `${family}/${id}`;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * The experiments that names ask for: ids, families or `family/id`; all of them if there are no names.
 *
 * @throws {UsageError} if a name is none of them, with the nearest one.
 */
export function selectExperiments(
  all: readonly RegisteredExperiment[],
  names: readonly string[],
): readonly RegisteredExperiment[] {
  if (names.length === 0) return all;
  const matches = (name: string) => ({ experiment: { family, id } }: RegisteredExperiment) =>
    name === id || name === family || name === `${family}/${id}`;
  for (const name of names) {
    if (all.some(matches(name))) continue;
    const known = all.flatMap(({ experiment: { family, id } }) => [id, family]);
    const near = didYouMean(name, [...new Set(known)]) || ' "deno task list" shows them.';
    throw new UsageError(`Unknown experiment or family "${name}".${near}`);
  }
  return all.filter((entry) => names.some((name) => matches(name)(entry)));
}

/** The folder of an experiment's report and lock. */
export function reportFolder(root: string, { family, id }: Experiment): string {
  return join(root, "reports", family, id);
}

/** How people call a run. */
export function runName(experiment: string, profile: ProfileName, seed: number): string {
  return `${experiment} ${profile} seed ${seed}`;
}
