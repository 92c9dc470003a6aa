/**
 * For tests of the runner: a training run on host arrays that is as sensitive as a real one (a lost or repeated step, a
 * lost bit of the carry or another seed changes everything after it).
 *
 * @module
 */
import type { HostTree, TrainingMonitor } from "@verbatim/core";
import type { TreeHash } from "./record.ts";
import { canonicalJson } from "./runner/canonical_json.ts";
import { sha256 } from "@verbatim/data/files";

/** Stands in for the hash of a tree of tensors. */
export function toyHash(tree: HostTree): TreeHash {
  const tensors = Object.fromEntries(
    Object.entries(tree).map(([path, { dtype, shape, values }]) => [
      path,
      sha256(canonicalJson({ dtype, shape, values: [...values].map((value) => `${value}`) })),
    ]),
  );
  return { sha256: sha256(canonicalJson(tensors)), tensors };
}

function toTree(values: Float32Array, count: Uint32Array, flags: Uint8Array): HostTree {
  return {
    "state/count": { dtype: "u32", shape: [], values: count.slice() },
    "state/flags": { dtype: "u8", shape: [3], values: flags.slice() },
    "params/hidden1/w": { dtype: "f32", shape: [2, 3], values: values.slice() },
  };
}

/** Trains; `pause` is awaited after each step, and the losses are told in groups of `group`. */
export async function trainToy(
  monitor: TrainingMonitor,
  { seed, steps, group = 7, pause }: {
    seed: number;
    steps: number;
    group?: number;
    pause?: (step: number) => Promise<void>;
  },
): Promise<Float32Array> {
  const start = await monitor.resume();
  const values = new Float32Array(6).map((_, i) => Math.fround(1 / (i + 2 + seed)));
  const count = new Uint32Array([seed]);
  const flags = new Uint8Array(3);
  if (start) {
    values.set(start.carry["params/hidden1/w"]!.values);
    count.set(start.carry["state/count"]!.values);
    flags.set(start.carry["state/flags"]!.values);
  }
  const parameters = () => ({ "hidden1/w": toTree(values, count, flags)["params/hidden1/w"]! });
  const first = start?.step ?? 0;
  if (first === 0 && monitor.wantsMilestone(0, steps)) {
    monitor.milestone({ step: 0, parameters: parameters() });
  }
  let pending: number[] = [];
  let told = first;
  const tell = () => {
    monitor.losses(told, new Float32Array(pending));
    told += pending.length;
    pending = [];
  };
  for (let step = first + 1; step <= steps; step++) {
    count[0] = Math.imul(count[0]!, 1664525) + 1013904223;
    for (let i = 0; i < values.length; i++) {
      values[i] = Math.fround(values[i]! * 0.97) + Math.fround((count[0]! >>> 8) / 0x1000000) / (i + 3);
    }
    flags[step % 3]!++;
    pending.push(values[0]! - values[5]!);
    if (pending.length === group) tell();
    if (monitor.wantsMilestone(step, steps)) monitor.milestone({ step, parameters: parameters() });
    if (step % 10 === 0) monitor.curve("accuracy", step, values[1]! / 3);
    monitor.progress(step, steps, `loss ${values[0]!.toFixed(3)}`);
    if (monitor.wantsCheckpoint(step)) {
      tell();
      await monitor.saveCheckpoint({ step, carry: toTree(values, count, flags) });
    }
    await pause?.(step);
  }
  tell();
  return values;
}
