import type { Checkpoint, HostTree, Milestone, TrainingMonitor } from "@verbatim/core";
import type { TrainingRecord, TreeHash } from "../record.ts";
import { diskWriter, type FileWriter, readFileIfThere, writeFileAtomically } from "@verbatim/data/files";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint_file.ts";
import { now } from "./clock.ts";
import { DivergedError } from "./failures.ts";

/** How far a training run is. */
export interface ProgressUpdate {
  readonly training: string;
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

/** What a file-backed monitor needs. */
export interface FileMonitorOptions {
  /** Name of the training run inside its experiment. */
  readonly training: string;
  /** The checkpoint's file. */
  readonly path: string;
  /** Names code, configuration, data and arithmetic: a checkpoint with another identity is not used. */
  readonly identity: string;
  /** Hash of the parameters at a milestone. */
  readonly hash: (tree: HostTree) => TreeHash;
  readonly onProgress?: (update: ProgressUpdate) => void;
  /** Takes a line for people. */
  readonly say?: (line: string) => void;
  /** Time between checkpoints, by the monitor's own clock. */
  readonly checkpointIntervalMs?: number;
  readonly writer?: FileWriter;
}

const CHECKPOINT_INTERVAL_MS = 10_000;
const CANONICAL_NAN = 0x7fc00000;

/** True for 0, 1, 2, 5, 10, 20, 50, 100 ...: dense where runs part first, sparse later. */
export function isMilestoneStep(step: number): boolean {
  let rest = step;
  while (rest >= 10 && rest % 10 === 0) rest /= 10;
  return rest === 0 || rest === 1 || rest === 2 || rest === 5;
}

/** Bits of binary32 values, 8 hexadecimal digits each; every NaN is written as 7fc00000. */
export function lossBits(values: Float32Array): string {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let text = "";
  for (let i = 0; i < words.length; i++) {
    const word = Number.isNaN(values[i]!) ? CANONICAL_NAN : words[i]!;
    text += word.toString(16).padStart(8, "0");
  }
  return text;
}

function countElements(tree: HostTree): number {
  return Object.values(tree).reduce((sum, { values }) => sum + values.length, 0);
}

/**
 * Follows one training run, with its checkpoint in a file. A run that is killed at any moment and started again leaves
 * the same record as one that was left alone: the history is saved with the checkpoint, so both are cut at one step.
 */
export class FileMonitor implements TrainingMonitor {
  readonly #options: FileMonitorOptions;
  readonly #intervalMs: number;
  #lossBuffer = new Float32Array(1024);
  #steps = 0;
  #planned: number | undefined;
  #parameterCount = 0;
  #milestones: { readonly step: number; readonly parameters: TreeHash }[] = [];
  #curves = new Map<string, { readonly step: number; readonly value: number }[]>();
  #savedAt = now();
  #checkpoint: Checkpoint | undefined;

  constructor(options: FileMonitorOptions) {
    this.#options = options;
    this.#intervalMs = options.checkpointIntervalMs ?? CHECKPOINT_INTERVAL_MS;
  }

  async resume(): Promise<Checkpoint | undefined> {
    const { path, identity, training, say } = this.#options;
    const bytes = await readFileIfThere(path);
    if (bytes === undefined) return undefined;
    try {
      const { checkpoint, history } = decodeCheckpoint(identity, bytes);
      this.#lossBuffer = history.losses;
      this.#steps = history.losses.length;
      this.#parameterCount = history.parameterCount;
      this.#milestones = [...history.milestones];
      this.#curves = new Map(Object.entries(history.curves).map(([name, points]) => [name, [...points]]));
      this.#checkpoint = checkpoint;
      say?.(`${training}: resumed after step ${checkpoint.step}`);
      return checkpoint;
    } catch (error) {
      say?.(`${training}: discarded a checkpoint, ${error instanceof Error ? error.message : error}`);
      await Deno.remove(path);
      return undefined;
    }
  }

  /** True after every interval, and at the last step: a finished run need not be trained again when a later one is killed. */
  wantsCheckpoint(step: number): boolean {
    return step === this.#planned || now() - this.#savedAt >= this.#intervalMs;
  }

  async saveCheckpoint(checkpoint: Checkpoint): Promise<void> {
    const { path, identity, training, writer = diskWriter } = this.#options;
    if (checkpoint.step !== this.#steps) {
      throw new RangeError(
        `Cannot save the checkpoint of training "${training}" at step ${checkpoint.step}: expected the losses of ` +
          `${checkpoint.step} steps, got ${this.#steps}`,
      );
    }
    const history = {
      parameterCount: this.#parameterCount,
      losses: this.#lossBuffer.subarray(0, this.#steps),
      milestones: this.#milestones,
      curves: Object.fromEntries(this.#curves),
    };
    await writeFileAtomically(path, encodeCheckpoint(identity, { checkpoint, history }), { writer });
    this.#checkpoint = checkpoint;
    this.#savedAt = now();
  }

  losses(first: number, values: Float32Array): void {
    if (first !== this.#steps) {
      throw new RangeError(
        `Cannot record losses of training "${this.#options.training}": expected step ${this.#steps}, got ${first}`,
      );
    }
    const steps = first + values.length;
    if (steps > this.#lossBuffer.length) {
      const grown = new Float32Array(Math.max(steps, 2 * this.#lossBuffer.length));
      grown.set(this.#lossBuffer);
      this.#lossBuffer = grown;
    }
    this.#lossBuffer.set(values, first);
    this.#steps = steps;
  }

  wantsMilestone(step: number, steps: number): boolean {
    this.#planned = steps;
    return step === steps || isMilestoneStep(step);
  }

  milestone({ step, parameters }: Milestone): void {
    const { training, hash } = this.#options;
    const last = this.#milestones.at(-1);
    const tree = hash(parameters);
    if (last === undefined || step > last.step) {
      if (step === 0) this.#parameterCount = countElements(parameters);
      this.#milestones.push({ step, parameters: tree });
      return;
    }
    // A resumed run may tell again what it told before it was cut.
    const told = this.#milestones.find((milestone) => milestone.step === step);
    if (told?.parameters.sha256 === tree.sha256) return;
    throw new Error(
      `Cannot record the milestone of training "${training}" at step ${step}: expected ` +
        (told ? "the parameters of the run before it was resumed, got others" : `a step after ${last.step}`),
    );
  }

  curve(name: string, step: number, value: number): void {
    const { training } = this.#options;
    const where = `Cannot record curve "${name}" of training "${training}" at step ${step}`;
    if (!Number.isFinite(value)) {
      throw new DivergedError(`${where}: expected a finite number, got ${value}${this.divergence()}`);
    }
    const points = this.#curves.get(name) ?? [];
    this.#curves.set(name, points);
    const last = points.at(-1);
    if (last === undefined || step > last.step) {
      points.push({ step, value: value === 0 ? 0 : value });
    } else if (!points.some((point) => point.step === step && point.value === value)) {
      throw new RangeError(
        `${where}: expected a step after ${last.step}, got another value for step ${step}`,
      );
    }
  }

  /** At which step the loss ceased to be a finite number, as the end of a sentence; "" if it never did. */
  divergence(): string {
    const at = this.#lossBuffer.subarray(0, this.#steps).findIndex((loss) => !Number.isFinite(loss));
    return at < 0
      ? ""
      : `; training "${this.#options.training}" diverged: the loss of step ${at + 1} is ${
        this.#lossBuffer[at]
      }`;
  }

  progress(done: number, total: number, message: string): void {
    this.#options.onProgress?.({ training: this.#options.training, done, total, message });
  }

  /**
   * What the finished run leaves to be used: parameters and model state, without the optimiser's.
   *
   * @throws {Error} if no checkpoint was saved at its last step.
   */
  weights(): HostTree {
    if (this.#checkpoint?.step !== this.#steps) {
      throw new Error(
        `Cannot finish training "${this.#options.training}": expected a checkpoint at step ${this.#steps}, got ` +
          `${this.#checkpoint?.step ?? "none"}`,
      );
    }
    const leaves = Object.entries(this.#checkpoint.carry);
    return Object.fromEntries(leaves.filter(([path]) => !path.startsWith("optimiser/")));
  }

  /**
   * The record of the run, once it is over.
   *
   * @throws {Error} if the first or the last milestone is missing.
   */
  record(): TrainingRecord {
    const losses = lossBits(this.#lossBuffer.subarray(0, this.#steps));
    const [first, last] = [this.#milestones[0], this.#milestones.at(-1)];
    if (first?.step !== 0 || last?.step !== this.#steps) {
      throw new Error(
        `Cannot finish training "${this.#options.training}": expected milestones at step 0 and ${this.#steps}, got ` +
          `${first?.step ?? "none"} and ${last?.step ?? "none"}`,
      );
    }
    return {
      steps: this.#steps,
      parameterCount: this.#parameterCount,
      losses,
      milestones: this.#milestones.map(({ step, parameters }) => ({
        step,
        loss: step === 0 ? "" : losses.slice(8 * (step - 1), 8 * step),
        parameters,
      })),
      curves: Object.fromEntries([...this.#curves].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}
