export { type ClassificationResult, ClassificationScore } from "./classification.ts";
export { readTree, writeTree } from "./host_tree.ts";
export type { Checkpoint, HostTensor, HostTree, Milestone, TrainingMonitor } from "./monitor.ts";
export { silentMonitor } from "./silent_monitor.ts";
export { type Carry, train, type TrainOptions } from "./train.ts";
