export { adam, type AdamOptions, type AdamState } from "./adam.ts";
export { momentum, type MomentumOptions } from "./momentum.ts";
export type { Optimiser } from "./optimiser.ts";
export { sgd } from "./sgd.ts";
export { constantRate, linearDecay, type Schedule } from "./schedules.ts";
