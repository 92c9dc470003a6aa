export * from "./webgpu_backend.ts";
export { DeviceLostError, NoAdapterError } from "./adapter.ts";
export type { ExactMode } from "./gpu_kernel.ts";
export type { ProbeReport } from "./probe.ts";
export { InexactKernelError } from "./self_check.ts";
