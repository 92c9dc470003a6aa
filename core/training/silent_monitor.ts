import type { TrainingMonitor } from "./monitor.ts";

/**
 * A monitor that keeps nothing and asks for nothing, for small runs inside tests and checks.
 *
 * @example A monitor that keeps the losses, and nothing else
 * ```ts
 * import { silentMonitor, type TrainingMonitor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const seen: number[] = [];
 * const monitor: TrainingMonitor = {
 *   ...silentMonitor,
 *   losses: (_first, values) => void seen.push(...values),
 * };
 * monitor.losses(0, Float32Array.of(0.5, 0.25));
 * assertEquals(seen, [0.5, 0.25]);
 * assertEquals(await monitor.resume(), undefined);
 * ```
 */
export const silentMonitor: TrainingMonitor = {
  resume: () => Promise.resolve(undefined),
  wantsCheckpoint: () => false,
  saveCheckpoint: () => Promise.resolve(),
  losses: () => {},
  wantsMilestone: () => false,
  milestone: () => {},
  curve: () => {},
  progress: () => {},
};
