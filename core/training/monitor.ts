import type { HostTree } from "../numerics/host_tree.ts";

/** Everything that is needed to go on from a step as if nothing had happened. */
export interface Checkpoint {
  /** Number of steps done. */
  readonly step: number;
  /** The carry: parameters, state and optimiser state. */
  readonly carry: HostTree;
}

/** What happened at a step that is worth hashing: the parameters after `step` steps. */
export interface Milestone {
  /** Number of steps done. */
  readonly step: number;
  /** What the optimiser trains, without its state. */
  readonly parameters: HostTree;
}

/**
 * Follows one training run: keeps its history and its checkpoints. The training loop calls it; the runner of experiments
 * implements it with files, and `silentMonitor` keeps nothing.
 */
export interface TrainingMonitor {
  /** The newest checkpoint, or undefined to start from the beginning. The history is cut back to its step. */
  resume(): Promise<Checkpoint | undefined>;
  /** True if a checkpoint should be saved now (the monitor decides by its own clock). */
  wantsCheckpoint(step: number): boolean;
  /** Keeps a checkpoint; the newest is what `resume` gives. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /** The losses of consecutive steps, the first being step `first` (counted from 0). */
  losses(first: number, values: Float32Array): void;
  /** True if the parameters after `step` steps should be hashed (step 0 and the last are always asked for). */
  wantsMilestone(step: number, steps: number): boolean;
  /** Takes the parameters of a milestone. */
  milestone(milestone: Milestone): void;
  /** A value of a curve over the steps, such as validation accuracy after an epoch. */
  curve(name: string, step: number, value: number): void;
  /** How far the run is, for people. */
  progress(done: number, total: number, message: string): void;
}
