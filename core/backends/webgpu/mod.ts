/**
 * The backend on graphics processors. `createDevice` loads it when it is asked for; this entry is for who makes one with
 * options of its own, or asks what its probe found.
 *
 * @module
 */
export * from "./webgpu_backend.ts";
export * from "./webgpu_errors.ts";
export type { ExactMode } from "./gpu_kernel.ts";
export type { ProbeReport } from "./probe.ts";
