/**
 * Exact tensors: binary32 arithmetic whose bits do not depend on machine, engine, backend or number of workers.
 *
 * @module
 */
export * from "./numerics/contraction_blocks.ts";
export * from "./numerics/dtype.ts";
export * as assembler from "./assembler/mod.ts";
export * as scalar from "./scalar/mod.ts";
export * from "./training/monitor.ts";
export * from "./backends/backend.ts";
export type * from "./kernels/kernel.ts";
