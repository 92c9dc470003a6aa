/**
 * What a run leaves behind. A record is complete: reports and locks are pure functions of records and definitions. It
 * holds no time, date, path or machine; what differs between machines goes to `RunNotes`, which is never committed.
 *
 * @module
 */
import type { Exhibit } from "./exhibit.ts";

/** SHA-256 in lower-case hexadecimal. */
export type Sha256 = string;

/** The two sizes in which an experiment runs. */
export type ProfileName = "quick" | "full";

/** Hashes of a tree of tensors: of each leaf (dtype, shape and canonical bytes), and of all of them with their paths. */
export interface TreeHash {
  readonly sha256: Sha256;
  readonly tensors: Readonly<Record<string, Sha256>>;
}

/** The parameters after `step` steps, and the loss of the step before (its bits, 8 hex digits; "" at step 0). */
export interface MilestoneRecord {
  readonly step: number;
  readonly loss: string;
  readonly parameters: TreeHash;
}

/**
 * One training run inside an experiment. The first milestone is step 0, the last is the final step. Parameters that were
 * found in closed form are a run of no steps, with one milestone.
 */
export interface TrainingRecord {
  readonly steps: number;
  readonly parameterCount: number;
  /** The loss of every step, bits as 8 hex digits each, concatenated. */
  readonly losses: string;
  readonly milestones: readonly MilestoneRecord[];
  /** Curves over the steps: validation accuracy and the like, exact float64. */
  readonly curves: Readonly<Record<string, readonly { readonly step: number; readonly value: number }[]>>;
}

/** Rows are true classes, columns predicted classes; entries count samples. */
export interface ConfusionMatrix {
  readonly classes: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Some samples with what the model said of them, for a picture. */
export interface SampleGrid {
  readonly classes: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly samples: readonly {
    /** Row in the split. */
    readonly index: number;
    readonly truth: number;
    readonly predicted: number;
    /** height * width grey values, or as many triples of red, green and blue; base64. */
    readonly pixels: string;
  }[];
}

/** The record of one experiment, one profile, one seed. */
export interface RunRecord {
  readonly format: 1;
  readonly experiment: string;
  readonly profile: ProfileName;
  readonly seed: number;
  /** The epoch of the arithmetic's contract. */
  readonly numericsEpoch: number;
  /** Content hash of each data set used. */
  readonly data: Readonly<Record<string, Sha256>>;
  /** What the run depended on, for staleness: hash of its code, of its configuration, of its data. */
  readonly inputs: { readonly code: Sha256; readonly configuration: Sha256; readonly data: Sha256 };
  /** Training runs by name; "main" is the one that the learning curves show. */
  readonly trainings: Readonly<Record<string, TrainingRecord>>;
  /** Results: exact float64 numbers by name (JSON prints a number so that it reads back to the same bits). */
  readonly metrics: Readonly<Record<string, number>>;
  readonly confusion: ConfusionMatrix | null;
  readonly samples: SampleGrid | null;
  /** Plots, tables and pictures, in the order in which they are shown; absent if there are none. */
  readonly exhibits?: readonly Exhibit[];
}

/** What differs between machines and runs: kept beside the record, never committed. */
export interface RunNotes {
  /** Hash of core's sources. They are no part of what makes a record stale, for the contract fixes their bits. */
  readonly core: Sha256;
  readonly backend: string;
  readonly workers: number;
  readonly seconds: number;
  /** Which source served each data set. */
  readonly servedBy: Readonly<Record<string, string>>;
}
