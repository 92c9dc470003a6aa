export { type ClassificationResult, ClassificationScore } from "./classification.ts";
export { readTree, writeTree } from "./read_tree.ts";
export type { Checkpoint, Milestone, TrainingMonitor } from "./monitor.ts";
export { silentMonitor } from "./silent_monitor.ts";
export { type Carry, train, type TrainOptions } from "./train.ts";
