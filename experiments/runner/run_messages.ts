import type { RunOrder, RunResult } from "./execute_run.ts";
import type { ProgressUpdate } from "./monitor.ts";

/** Core's backend for each kind of device that can be asked for. */
export const DEVICES = { cpu: "wasm", webgpu: "webgpu", reference: "reference" } as const;

/** Which kind of device computes. */
export type DeviceName = keyof typeof DEVICES;

/** The device that a flag names; the processor if it names none. */
export function deviceOf(name = "cpu"): DeviceName {
  if (!Object.hasOwn(DEVICES, name)) {
    throw new RangeError(
      `Cannot choose a device: expected ${Object.keys(DEVICES).join(" or ")}, got ${name}`,
    );
  }
  return name as DeviceName;
}

/** What a run's worker needs besides its order. */
export interface RunSettings {
  readonly device: DeviceName;
  /** Threads that share one run's work. */
  readonly workers: number;
  readonly offline: boolean;
  /** Whether a graphics processor is used all the same that is not exact. */
  readonly allowInexact: boolean;
}

/** What the main thread asks of a run's worker. */
export interface RunRequest {
  readonly root: string;
  /** The experiment's path in the workspace. */
  readonly file: string;
  readonly order: RunOrder;
  readonly settings: RunSettings;
}

/** What a run's worker tells. */
export type RunMessage =
  | { readonly kind: "progress"; readonly update: ProgressUpdate }
  | { readonly kind: "say"; readonly line: string }
  | { readonly kind: "done"; readonly result: RunResult }
  | { readonly kind: "failed"; readonly reason: string; readonly stack: string | undefined };
