/** What a training step leaves, in short: for tests that hold backends against each other. */
import { type Device, hashTree, readTree, setDefaultDevice } from "@verbatim/core";
import type { Workload } from "./workload.ts";

/** The hash of each tensor that is carried on or made by a step: the loss is among them. */
export type StepHashes = Readonly<Record<string, string>>;

/** The hashes after each step. */
export async function hashesOf(
  workload: Workload,
  device: Device,
  how: "eager" | "compiled",
  steps: number,
): Promise<StepHashes[]> {
  setDefaultDevice(device);
  const runner = workload.prepare()[how]();
  const list: StepHashes[] = [];
  for (let step = 0; step < steps; step++) {
    await runner.step();
    list.push(hashTree(await readTree(runner.values())).tensors);
  }
  runner.dispose();
  return list;
}
