/**
 * Experiments on the lecture notes: their definitions, the records that runs leave, and the locks that hold results.
 *
 * @module
 */
export * from "./define_experiment.ts";
export type * from "./exhibit.ts";
export * from "./lock.ts";
export * from "./lock_comparison.ts";
export type * from "./record.ts";
export * from "./staleness.ts";
