import type { HostTree } from "@verbatim/core";
import type { Dataset, OpenDataset } from "@verbatim/data";
import type { Experiment, RunContext } from "../define_experiment.ts";
import type { Exhibit } from "../exhibit.ts";
import type { ConfusionMatrix, ProfileName, RunNotes, RunRecord, SampleGrid, TreeHash } from "../record.ts";
import { explainStaleness, type RunInputs } from "../staleness.ts";
import { join } from "node:path";
import { diskWriter, type FileWriter, writeFileAtomically } from "@verbatim/data/files";
import { canonicalJson, prettyJson } from "./canonical_json.ts";
import { now } from "./clock.ts";
import { DivergedError } from "./failures.ts";
import { FileMonitor, type ProgressUpdate } from "./monitor.ts";
import { parseRecord, readNotes, readRecord, runFolder, writeRecord } from "./record_file.ts";
import { lockFolder } from "./folder_lock.ts";
import { hasWeights, writeWeights } from "./weights_file.ts";

/** What a run takes from core and data; tests give their own. */
export interface Engine {
  hash(tree: HostTree): TreeHash;
  /** Makes the device on which the run computes. */
  openDevice(say: (line: string) => void): Promise<OpenDevice>;
  openData(dataset: Dataset, say: (line: string) => void): Promise<OpenDataset>;
}

/** A device in use. */
export interface OpenDevice {
  readonly backend: string;
  readonly workers: number;
  close(): Promise<void>;
}

/** One run to do. */
export interface RunOrder {
  readonly profile: ProfileName;
  readonly seed: number;
  readonly inputs: RunInputs;
  /** Hash of core's sources: a checkpoint of other sources is not used. */
  readonly core: string;
  /** The folder of all runs. */
  readonly runs: string;
  readonly checkpointIntervalMs?: number;
}

/** Follows a run. */
export interface RunListener {
  progress(update: ProgressUpdate): void;
  say(line: string): void;
}

/** What a run gave. */
export interface RunResult {
  readonly record: RunRecord;
  readonly notes: RunNotes;
}

const TRAINING_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/;

/** Collects what an experiment tells and gives it what it may use. */
class Run {
  readonly monitors = new Map<string, FileMonitor>();
  readonly metrics = new Map<string, number>();
  /** What was found without steps, by the name of its training. */
  readonly #fitted = new Map<string, HostTree>();
  confusion: ConfusionMatrix | null = null;
  samples: SampleGrid | null = null;
  readonly exhibits: Exhibit[] = [];

  constructor(readonly experiment: Experiment, readonly order: RunOrder) {}

  fail(what: string, expected: string, got: string): never {
    throw new RangeError(
      `Cannot ${what} of experiment "${this.experiment.id}": expected ${expected}, got ${got}`,
    );
  }

  monitor(
    name: string,
    engine: Engine,
    listener: RunListener,
    folder: string,
    writer: FileWriter,
  ): FileMonitor {
    if (!TRAINING_NAME.test(name)) {
      this.fail("follow a training", "a name of letters, digits, - and _", `"${name}"`);
    }
    if (this.monitors.has(name)) {
      this.fail("follow a training", "a name for each training", `"${name}" twice`);
    }
    const { inputs, core, profile, seed, checkpointIntervalMs } = this.order;
    const { numericsEpoch, hashes } = inputs;
    const identity = {
      experiment: this.experiment.id,
      profile,
      seed,
      training: name,
      numericsEpoch,
      hashes,
      core,
    };
    const monitor = new FileMonitor({
      training: name,
      path: join(folder, `${name}.checkpoint`),
      identity: canonicalJson(identity),
      hash: engine.hash,
      onProgress: listener.progress,
      say: listener.say,
      writer,
      ...(checkpointIntervalMs === undefined ? {} : { checkpointIntervalMs }),
    });
    this.monitors.set(name, monitor);
    return monitor;
  }

  fitted(monitor: FileMonitor, name: string, parameters: HostTree): void {
    monitor.milestone({ step: 0, parameters });
    const leaves = Object.entries(parameters);
    this.#fitted.set(name, Object.fromEntries(leaves.map(([path, leaf]) => [`params/${path}`, leaf])));
  }

  /** What each training leaves to be used. */
  weights(): Map<string, HostTree> {
    return new Map(
      [...this.monitors].map(([name, monitor]) => [name, this.#fitted.get(name) ?? monitor.weights()]),
    );
  }

  metric(name: string, value: number): void {
    const known = this.experiment.metrics.map((metric) => metric.name);
    if (!known.includes(name)) this.fail("record a metric", `one of ${known.join(", ")}`, `"${name}"`);
    if (this.metrics.has(name)) this.fail("record a metric", "each metric once", `"${name}" twice`);
    if (!Number.isFinite(value)) {
      const diverged = [...this.monitors.values()].map((monitor) => monitor.divergence()).join("");
      throw new DivergedError(
        `Cannot record metric "${name}" of experiment "${this.experiment.id}": expected a finite number, ` +
          `got ${value}${diverged}`,
      );
    }
    // JSON has no negative zero.
    this.metrics.set(name, value === 0 ? 0 : value);
  }

  exhibit(exhibit: Exhibit): void {
    const { name } = exhibit;
    if (this.exhibits.some((other) => other.name === name)) {
      this.fail("show an exhibit", "a name for each", `"${name}" twice`);
    }
    this.exhibits.push(exhibit);
  }

  record(data: ReadonlyMap<string, OpenDataset>): RunRecord {
    const missing = this.experiment.metrics.find(({ name }) => !this.metrics.has(name));
    if (missing) this.fail("finish a run", `the metric "${missing.name}"`, "none");
    const sorted = <V>(entries: Iterable<[string, V]>) =>
      Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const { profile, seed, inputs } = this.order;
    return {
      format: 1,
      experiment: this.experiment.id,
      profile,
      seed,
      numericsEpoch: inputs.numericsEpoch,
      data: sorted([...data].map(([name, { contentSha256 }]) => [name, contentSha256])),
      inputs: inputs.hashes,
      trainings: sorted([...this.monitors].map(([name, monitor]) => [name, monitor.record()])),
      metrics: sorted(this.metrics),
      confusion: this.confusion,
      samples: this.samples,
      ...(this.exhibits.length === 0 ? {} : { exhibits: this.exhibits }),
    };
  }
}

/** Removes what a run leaves beside its record: checkpoints, and temporary files of a run that was killed. */
async function clean(folder: string, pattern: RegExp): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (pattern.test(name)) await Deno.remove(join(folder, name));
  }
}

/** The result of another process that did the same run while this one waited for it. */
async function finishedMeanwhile(folder: string, inputs: RunInputs): Promise<RunResult | undefined> {
  const [record, notes] = [await readRecord(folder).catch(() => undefined), await readNotes(folder)];
  if (record === undefined || notes === undefined || explainStaleness({ record }, inputs)) return undefined;
  return await hasWeights(folder, record) ? { record, notes } : undefined;
}

/**
 * Does one run, or the rest of one that was interrupted, and writes its record. Its checkpoints are removed then.
 *
 * @throws {Error} if data cannot be had, the experiment fails, or it does not tell what its definition promises.
 */
export async function executeRun(
  experiment: Experiment,
  order: RunOrder,
  engine: Engine,
  listener: RunListener,
  writer: FileWriter = diskWriter,
): Promise<RunResult> {
  const start = now();
  const folder = runFolder(order.runs, experiment.id, order.profile, order.seed);
  using _lock = await lockFolder(folder, listener.say);
  const done = await finishedMeanwhile(folder, order.inputs);
  if (done !== undefined) return done;
  await clean(folder, /\.partial$/);
  const run = new Run(experiment, order);
  const data = new Map<string, OpenDataset>();
  try {
    for (const dataset of experiment.datasets) {
      data.set(dataset.name, await engine.openData(dataset, listener.say));
    }
    const device = await engine.openDevice(listener.say);
    try {
      const context: RunContext<unknown> = {
        config: experiment.profiles[order.profile].config,
        profile: order.profile,
        seed: order.seed,
        data: (dataset) =>
          data.get(dataset.name) ??
            run.fail(
              "open a data set",
              `one of ${[...data.keys()].join(", ") || "none"}`,
              `"${dataset.name}"`,
            ),
        monitor: (name) => run.monitor(name, engine, listener, folder, writer),
        fitted: (name, parameters) =>
          run.fitted(run.monitor(name, engine, listener, folder, writer), name, parameters),
        metric: (name, value) => run.metric(name, value),
        confusion: (matrix) => {
          run.confusion = matrix;
        },
        samples: (grid) => {
          run.samples = grid;
        },
        exhibit: (exhibit) => run.exhibit(exhibit),
      };
      await experiment.run(context);
      // Read back, so that what is not valid is found now and not by the next command.
      const record = parseRecord(prettyJson(run.record(data)), `the new record of "${experiment.id}"`);
      const notes: RunNotes = {
        core: order.core,
        backend: device.backend,
        workers: device.workers,
        seconds: Math.round(now() - start) / 1000,
        servedBy: Object.fromEntries([...data].map(([name, { servedBy }]) => [name, servedBy])),
      };
      await writeWeights(folder, record, run.weights(), writer);
      await writeFileAtomically(join(folder, "inputs.json"), prettyJson(order.inputs), { writer });
      await writeRecord(folder, record, notes, writer);
      await clean(folder, /\.checkpoint$/);
      return { record, notes };
    } finally {
      await device.close();
    }
  } finally {
    for (const opened of data.values()) opened.close();
  }
}
