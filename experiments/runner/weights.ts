import { hashTree, type HostTree } from "@verbatim/core";
import { join } from "node:path";
import { type Flags, formatTable, parseArguments, UsageError } from "@verbatim/data/command_line";
import { writeFileAtomically } from "@verbatim/data/files";
import type { Lock } from "../lock.ts";
import type { ProfileName } from "../record.ts";
import { Console, countOf, type World } from "./console.ts";
import { profileOf } from "./perform.ts";
import { readLocks, recordsFolder } from "./plan.ts";
import { runFolder } from "./record_file.ts";
import { loadExperiments, selectExperiments } from "./registry.ts";
import { readWeights, weightsPath } from "./weights_file.ts";

const FLAGS: Flags = {
  profile: { kind: "choice", choices: ["quick", "full"], help: "whose runs (default full)" },
  to: { kind: "text", help: "a folder to which the files are copied" },
  json: { kind: "switch", help: "results as JSON lines" },
};

export const WEIGHTS_FLAGS: Flags = FLAGS;
export const WEIGHTS_HELP =
  "weights [ids or families]: what finished runs left to be used, as safetensors files; --to copies them out";

/** Whether parameters are those that a lock holds. */
export type PinnedState = "pinned" | "not pinned" | "not the pinned ones";

/** Compares what a training left with the lock. */
export function pinnedState(
  weights: HostTree,
  lock: Lock | undefined,
  profile: ProfileName,
  seed: number,
  training: string,
): PinnedState {
  const locked = lock?.profiles[profile]?.seeds[`${seed}`]?.trainings[training];
  if (locked === undefined) return "not pinned";
  const parameters = Object.entries(weights).filter(([path]) => path.startsWith("params/"));
  const tree = Object.fromEntries(parameters.map(([path, leaf]) => [path.slice("params/".length), leaf]));
  const { sha256 } = hashTree(tree);
  return locked.milestones.at(-1)!.parameters.sha256 === sha256 ? "pinned" : "not the pinned ones";
}

/** Lists the weights of finished runs, and copies them. */
export async function weights(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, FLAGS);
  const console = new Console(world, { json: parsed.has("json") });
  const profile = profileOf(parsed.text("profile"), "full");
  const to = parsed.text("to");
  if (to === "") throw new UsageError("Cannot read --to: expected a folder, got nothing.");
  const { root } = world;
  const selected = selectExperiments(await loadExperiments(root), parsed.names);
  const locks = await readLocks(root, selected);
  const rows: string[][] = [];
  for (const { experiment: { id, profiles } } of selected) {
    for (const seed of profiles[profile].seeds) {
      const folder = runFolder(recordsFolder(root), id, profile, seed);
      for (const training of await trainingsIn(folder)) {
        const path = weightsPath(folder, training);
        const file = await readWeights(path);
        if (file === undefined) continue;
        const leaves = Object.values(file.tensors);
        const numbers = leaves.reduce((sum, { values }) => sum + values.length, 0);
        const state = pinnedState(file.tensors, locks.get(id), profile, seed, training);
        const source = `.verbatim/runs/${id}/${profile}/${seed}/${training}.safetensors`;
        const target = to && join(to, `${id}-${profile}-${seed}-${training}.safetensors`);
        if (target) await writeFileAtomically(target, await Deno.readFile(path));
        const count = { tensors: leaves.length, numbers };
        console.event("weights", { id, profile, seed, training, state, ...count, file: target ?? source });
        const counts = [leaves.length, numbers].map((count) => count.toLocaleString("en"));
        rows.push([id, `${seed}`, training, ...counts, state, target ?? source]);
      }
    }
  }
  if (rows.length > 0) {
    const head = ["experiment", "seed", "training", "tensors", "numbers", "lock", "file"];
    console.result(formatTable(head, rows, ""));
  }
  console.result(
    rows.length === 0
      ? 'No finished run of these has left weights: "deno task reproduce" trains them.'
      : `${countOf(rows.length, "file")}${to ? " written" : ""}.`,
  );
  return rows.length === 0 ? 1 : 0;
}

async function trainingsIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const training = /^(.+)\.safetensors$/.exec(name)?.[1];
      if (training !== undefined) names.push(training);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.toSorted();
}
