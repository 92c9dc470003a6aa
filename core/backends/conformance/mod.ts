/**
 * The suite that every backend passes: kernels of all families, compared with the reference bit by bit.
 *
 * @module
 */
export type { ConformanceCase } from "./conformance_case.ts";
export * from "./conformance_cases.ts";
export * from "./run_conformance.ts";
