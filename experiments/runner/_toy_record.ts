import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunRecord } from "../record.ts";
import { toyHash, trainToy } from "./_toy_training.ts";
import { FileMonitor } from "./monitor.ts";
import { sha256 } from "./sha256.ts";

/** A record of the toy training, for tests of what comes after a run. */
export async function toyRecord(seed: number, changes: Partial<RunRecord> = {}): Promise<RunRecord> {
  const path = join(tmpdir(), `toy-${crypto.randomUUID()}.checkpoint`);
  const monitor = new FileMonitor({ training: "main", path, identity: "", hash: toyHash });
  await trainToy(monitor, { seed, steps: 30 });
  await Deno.remove(path);
  const training = monitor.record();
  return {
    format: 1,
    experiment: "toy",
    profile: "quick",
    seed,
    numericsEpoch: 1,
    data: { digits: sha256("digits") },
    inputs: { code: sha256("code"), configuration: sha256(`${seed}`), data: sha256("data") },
    trainings: { main: training },
    metrics: { accuracy: training.curves["accuracy"]!.at(-1)!.value, error: 0.1 + 0.2 },
    confusion: { classes: ["a", "b"], counts: [[3, 1], [0, 4]] },
    samples: null,
    ...changes,
  };
}
