import { join } from "node:path";
import { formatLock, type Lock, LOCK_FILE, pinRecords } from "../lock.ts";
import { compareWithLock, isPinned } from "../lock_comparison.ts";
import type { RunRecord } from "../record.ts";
import { type Flags, parseArguments, UsageError } from "@verbatim/data/command_line";
import { writeFileAtomically } from "@verbatim/data/files";
import { Console, countOf, type World } from "./console.ts";
import { profileOf } from "./perform.ts";
import { findState, lockPath, planUnits, readLocks, recordsFolder, type UnitState } from "./plan.ts";
import { readNotes, runFolder } from "./record_file.ts";
import {
  loadExperiments,
  type RegisteredExperiment,
  reportFolder,
  runName,
  selectExperiments,
} from "./registry.ts";
import { hashCore, SourceGraph } from "./source_graph.ts";
import { Workspace } from "./workspace.ts";
import { writeIndexes, writeReport } from "./write_reports.ts";

const FLAGS: Flags = {
  reason: { kind: "text", help: "why the results are new, for those who read the lock's history" },
  profile: {
    kind: "choice",
    choices: ["quick", "full"],
    help: "the size whose records are pinned (default full)",
  },
  json: { kind: "switch", help: "results as JSON lines" },
};

export const PIN_FLAGS: Flags = FLAGS;
export const PIN_HELP =
  `pin [ids or families] --reason "...": accepts the results of the records as those to reproduce`;

/** True if the lock says of this profile what the records say, and nothing more. */
function saysTheSame(lock: Lock | undefined, records: readonly RunRecord[]): boolean {
  const [first] = records;
  if (lock === undefined || first === undefined) return false;
  const pinned = Object.keys(lock.profiles[first.profile]?.seeds ?? {});
  return pinned.length === records.length &&
    records.every((record) => isPinned(lock, record) && compareWithLock(lock, record).length === 0);
}

/** The records of an experiment, or why they cannot be pinned. */
function recordsOf(states: readonly UnitState[]): RunRecord[] | string {
  const stale = states.find((state) => state.stale !== undefined);
  if (stale !== undefined) return `seed ${stale.unit.seed} is stale (${stale.stale}); reproduce it first`;
  return states.flatMap(({ record }) => record ?? []);
}

/** Names of the records that were trained with other sources of core than those that are there now. */
async function otherCores(root: string, core: string, records: readonly RunRecord[]): Promise<string[]> {
  const names: string[] = [];
  for (const { experiment, profile, seed } of records) {
    const notes = await readNotes(runFolder(recordsFolder(root), experiment, profile, seed));
    if (notes?.core !== core) names.push(runName(experiment, profile, seed));
  }
  return names;
}

/** Pins the records of experiments, with the reason. */
export async function pin(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, FLAGS);
  const reason = parsed.text("reason")?.trim() ?? "";
  if (reason === "") {
    throw new UsageError('Cannot pin without a reason: expected --reason "why the results are new".');
  }
  const console = new Console(world, { json: parsed.has("json") });
  const profile = profileOf(parsed.text("profile"), "full");
  const { root } = world;
  const all = await loadExperiments(root);
  const selected = selectExperiments(all, parsed.names);
  const locks = await readLocks(root, all);
  const workspace = await Workspace.read(root);
  const units = await planUnits(new SourceGraph(workspace), selected, profile);
  const core = await hashCore(workspace);
  const states = await Promise.all(units.map((unit) => findState(root, unit)));

  const tell = ({ experiment }: RegisteredExperiment, status: string, why = "") => {
    console.event("pin", {
      experiment: experiment.id,
      profile,
      status,
      ...(why === "" ? {} : { reason: why }),
    });
    console.result(`${experiment.id} ${profile}: ${status}${why === "" ? "" : `, ${why}`}`);
  };
  let refused = 0;
  const others: string[] = [];
  for (const entry of selected) {
    const records = recordsOf(states.filter(({ unit }) => unit.entry === entry));
    if (typeof records === "string") {
      refused++;
      tell(entry, "not pinned", records);
      continue;
    }
    const lock = locks.get(entry.experiment.id);
    if (saysTheSame(lock, records)) {
      tell(entry, "already pinned");
    } else {
      const pinned = pinRecords(lock, records, reason);
      await writeFileAtomically(join(reportFolder(root, entry.experiment), LOCK_FILE), formatLock(pinned));
      locks.set(entry.experiment.id, pinned);
      tell(entry, `pinned ${countOf(records.length, "seed")} in ${lockPath(entry)}`);
      others.push(...await otherCores(root, core, records));
    }
    if (profile === "full") await writeReport(root, entry, records);
  }
  await writeIndexes(root, all, locks);
  if (others.length > 0) {
    console.result(
      `Trained with other sources of core than those here: ${
        others.join(", ")
      }. "deno task verify" proves the bits.`,
    );
  }
  // Without names, what was never trained is not an error: it was not asked for.
  const asked = parsed.names.length > 0 || refused === selected.length;
  return refused > 0 && asked ? 1 : 0;
}
