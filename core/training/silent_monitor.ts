import type { TrainingMonitor } from "./monitor.ts";

/** A monitor that keeps nothing and asks for nothing, for small runs inside tests and checks. */
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
