import { DataUnavailableError, openDataset, PackageStore } from "@verbatim/data";
import type { Dataset } from "@verbatim/data";
import {
  DATA_COMMAND,
  mayUseMirror,
  runWithMirror,
  showEvents,
  UsageError,
} from "@verbatim/data/command_line";
import type { ProfileName, RunRecord } from "../record.ts";
import { type Console, countOf } from "./console.ts";
import { privateFolder } from "./engine.ts";
import type { Unit } from "./plan.ts";
import { forEachParallel, keepDriver, RunFailure, runInWorker } from "./run_in_worker.ts";
import type { RunSettings } from "./run_messages.ts";

/** How units are done. */
export interface PerformOptions extends RunSettings {
  readonly root: string;
  /** The folder of all runs. */
  readonly runs: string;
  /** Hash of core's sources. */
  readonly core: string;
  /** Runs at one time. */
  readonly jobs: number;
  /** Reads and hashes the data in full. */
  readonly verifyData: boolean;
  /** A folder or web address that is asked for data first. */
  readonly mirror?: string | undefined;
  readonly checkpointIntervalMs?: number | undefined;
}

/** What came of a unit. */
export type Performed =
  | { readonly kind: "done"; readonly unit: Unit; readonly record: RunRecord; readonly seconds: number }
  | { readonly kind: "skipped" | "failed"; readonly unit: Unit; readonly reason: string };

/** Why data sets cannot be used, by name. */
type Obstacles = ReadonlyMap<string, { readonly kind: "skipped" | "failed"; readonly reason: string }>;

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.replace(/:$/, "");
}

/** Opens every data set once, here, so that the runs find it on disk and two of them never fetch it together. */
async function prepareData(
  units: readonly Unit[],
  { root, offline, verifyData, mirror }: PerformOptions,
  console: Console,
): Promise<Obstacles> {
  const datasets = new Map<string, Dataset>();
  for (const { entry } of units) {
    for (const dataset of entry.experiment.datasets) datasets.set(dataset.name, dataset);
  }
  const usable = mirror === undefined || await mayUseMirror(mirror);
  if (!usable) await fetchFromMirror(mirror, [...datasets.keys()], offline, console);
  using packages = new PackageStore(privateFolder(root));
  const obstacles = new Map<string, { kind: "skipped" | "failed"; reason: string }>();
  for (const dataset of datasets.values()) {
    const name = `data ${dataset.name}`;
    try {
      const opened = await openDataset(dataset, {
        directory: privateFolder(root),
        offline,
        mirror: usable ? mirror : undefined,
        packages,
        verify: verifyData,
        onEvent: showEvents(console.progress, `${name}: `),
      });
      opened.close();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      console.warn(`${name}: ${reason}`);
      const kind = error instanceof DataUnavailableError ? "skipped" : "failed";
      obstacles.set(dataset.name, { kind, reason: firstLine(reason) });
    } finally {
      console.progress.finish(name);
    }
  }
  return obstacles;
}

/** Has the data command, which gets the permission to read the mirror, put into the cache what can be had. */
async function fetchFromMirror(
  mirror: string,
  names: readonly string[],
  offline: boolean,
  console: Console,
): Promise<void> {
  const args = [...names, `--mirror=${mirror}`, ...(offline ? ["--offline"] : [])];
  const stderr = console.progress.quiet ? "null" : "inherit";
  const run = { script: DATA_COMMAND, permissions: "data", args, mirror, stdout: "null", stderr } as const;
  // What it cannot get is said below, where the sets are opened.
  if (await runWithMirror(run) !== 2) return;
  throw new UsageError(`Cannot use the mirror "${mirror}": expected a folder or a web address`);
}

async function performUnit(unit: Unit, options: PerformOptions, console: Console): Promise<Performed> {
  const { root, runs, core, device, workers, offline, allowInexact, checkpointIntervalMs } = options;
  const { entry, profile, seed, inputs, name } = unit;
  const interval = checkpointIntervalMs === undefined ? {} : { checkpointIntervalMs };
  const order = { profile, seed, inputs, core, runs, ...interval };
  try {
    const { record, notes } = await runInWorker(
      { root, file: entry.file, order, settings: { device, workers, offline, allowInexact } },
      {
        progress: ({ training, done, total, message }) =>
          console.progress.update({ name: `${name} ${training}`, done, total, message }),
        say: (line) => console.say(`${name} ${line}`),
      },
    );
    console.progress.finish(`${name} `);
    console.say(`${name}: done in ${notes.seconds.toFixed(1)} s`);
    return { kind: "done", unit, record, seconds: notes.seconds };
  } catch (error) {
    console.progress.finish(`${name} `);
    const message = error instanceof Error ? error.message : String(error);
    const long = error instanceof RunFailure ? error.workerStack : undefined;
    // The table's lines tell the rest.
    if (long !== undefined || message.includes("\n")) console.warn(`${name} failed: ${long ?? message}`);
    return { kind: "failed", unit, reason: firstLine(message) };
  }
}

/** Does units, several at a time, each in a worker of its own; gives what came of them in their order. */
export async function performUnits(
  units: readonly Unit[],
  options: PerformOptions,
  console: Console,
): Promise<Performed[]> {
  const obstacles = await prepareData(units, options, console);
  const performed = new Map<Unit, Performed>();
  const able: Unit[] = [];
  for (const unit of units) {
    const obstacle = unit.entry.experiment.datasets.map(({ name }) => obstacles.get(name)).find(Boolean);
    if (obstacle) performed.set(unit, { ...obstacle, unit });
    else able.push(unit);
  }
  if (options.device === "webgpu" && able.length > 0) await keepDriver();
  if (able.length > 1) console.say(`${countOf(able.length, "run")} to do, ${options.jobs} at a time`);
  await forEachParallel(able, options.jobs, async (unit) => {
    performed.set(unit, await performUnit(unit, options, console));
  });
  return units.map((unit) => performed.get(unit)!);
}

/** The number of threads of one run: the machine's, shared by the runs at one time, unless told otherwise. */
export function workersOf(workers: number | undefined, jobs: number): number {
  return workers ?? Math.max(1, Math.floor(navigator.hardwareConcurrency / jobs));
}

/** Reads a profile's name. */
export function profileOf(text: string | undefined, standard: ProfileName): ProfileName {
  return text === "quick" || text === "full" ? text : standard;
}
