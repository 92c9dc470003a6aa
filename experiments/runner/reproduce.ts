import { type Flags, parseArguments } from "@verbatim/data/command_line";
import { Console, countOf, type World } from "./console.ts";
import { onInterrupt } from "./interrupt.ts";
import {
  adviceOn,
  exitCodeOf,
  orphans,
  type Outcome,
  outcomeOf,
  outcomeOfState,
  showOutcomes,
  showSummary,
  summarise,
} from "./outcomes.ts";
import { performUnits, profileOf, workersOf } from "./perform.ts";
import { findState, planUnits, readLocks, recordsFolder, type UnitState } from "./plan.ts";
import { loadExperiments, type RegisteredExperiment, selectExperiments } from "./registry.ts";
import { ReportReceipt } from "./report_receipt.ts";
import { hashCore, hashSources, SourceGraph } from "./source_graph.ts";
import { coreNotice } from "./verified.ts";
import { deviceOf, DEVICES } from "./run_messages.ts";
import { Workspace } from "./workspace.ts";
import { writeIndexes, writeReport } from "./write_reports.ts";

/** Flags of the commands that train. */
export const TRAINING_FLAGS: Flags = {
  profile: {
    kind: "choice",
    choices: ["quick", "full"],
    help: "the size of the runs (reproduce: full, verify: quick)",
  },
  workers: { kind: "count", help: "threads that share one run (no bit depends on it)" },
  jobs: { kind: "count", help: "runs at one time (default 1)" },
  device: { kind: "choice", choices: Object.keys(DEVICES), help: "what computes (default cpu)" },
  offline: { kind: "switch", help: "use only data that is on this machine" },
  mirror: { kind: "text", help: "a folder or web address that is asked for data first, for SET/FILE" },
  json: { kind: "switch", help: "results as JSON lines" },
  quiet: { kind: "switch", help: "no progress, only results" },
};

export const REPRODUCE_HELP =
  "reproduce [ids or families]: trains what is stale, writes the reports and compares every number with the locks";

/** The experiments and seeds that are stale for one reason, in one line each. */
function staleLines(states: readonly UnitState[]): string[] {
  const groups = new Map<string, { head: string; seeds: number[]; reason: string }>();
  for (const { unit: { entry, profile, seed }, stale } of states) {
    const head = `${entry.experiment.id} ${profile}`;
    const key = `${head} ${stale}`;
    const group = groups.get(key) ?? { head, seeds: [], reason: stale ?? "" };
    groups.set(key, group);
    group.seeds.push(seed);
  }
  return [...groups.values()].map(({ head, seeds, reason }) =>
    `  ${head} seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}: ${reason}`
  );
}

/** Writes the reports of experiments all of whose seeds have an up-to-date record, unless they stand there already. */
async function writeComplete(
  root: string,
  selected: readonly RegisteredExperiment[],
  outcomes: readonly Outcome[],
  sources: string,
): Promise<number> {
  const reports = await Promise.all(selected.map(async (entry) => {
    const mine = outcomes.filter(({ unit }) => unit.entry === entry);
    const records = mine.flatMap(({ record }) => record ?? []);
    const receipt = await ReportReceipt.of(root, entry, mine.map(({ unit }) => unit), sources);
    return { entry, records, receipt, isDone: records.length < mine.length || await receipt.isCurrent() };
  }));
  let changed = 0;
  for (const { entry, records, receipt, isDone } of reports) {
    if (isDone) continue;
    changed += await writeReport(root, entry, records);
    await receipt.keep();
  }
  return changed;
}

/** Trains what is stale, resumes what was interrupted, writes the reports and compares with the locks. */
export async function reproduce(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, TRAINING_FLAGS);
  const console = new Console(world, { json: parsed.has("json"), quiet: parsed.has("quiet") });
  const profile = profileOf(parsed.text("profile"), "full");
  const jobs = parsed.count("jobs") ?? 1;
  const { root } = world;
  const all = await loadExperiments(root);
  const selected = selectExperiments(all, parsed.names);
  const workspace = await Workspace.read(root);
  const graph = new SourceGraph(workspace);
  // Beside each other: most of the time is waiting for the disk.
  const [locks, units, core] = await Promise.all([
    readLocks(root, all),
    planUnits(graph, selected, profile),
    hashCore(workspace),
  ]);
  const states = await Promise.all(units.map((unit) => findState(root, unit)));

  const stale = states.filter(({ stale }) => stale !== undefined);
  for (const { unit: { entry, profile, seed }, stale: reason } of stale) {
    console.event("stale", { experiment: entry.experiment.id, profile, seed, reason });
  }
  if (stale.length === 0) {
    const count = countOf(units.length, "run");
    console.result(`Nothing is stale: ${count} ${units.length === 1 ? "is" : "are"} up to date.`);
  } else {
    console.say(
      `${stale.length} of ${countOf(units.length, "run")} ${stale.length === 1 ? "is" : "are"} stale:`,
    );
    for (const line of staleLines(stale)) console.say(line);
  }

  using _interrupt = onInterrupt(
    console,
    "Interrupted. Finished runs and checkpoints are kept: the same command goes on from there.",
  );
  const performed = await performUnits(stale.map(({ unit }) => unit), {
    root,
    runs: recordsFolder(root),
    core,
    jobs,
    device: deviceOf(parsed.text("device")),
    workers: workersOf(parsed.count("workers"), jobs),
    offline: parsed.has("offline"),
    allowInexact: false,
    mirror: parsed.text("mirror"),
    verifyData: false,
    checkpointIntervalMs: world.checkpointIntervalMs,
  }, console);

  const done = new Map(performed.map((item) => [item.unit, outcomeOf(item, locks)]));
  const outcomes = states.flatMap((state) =>
    done.get(state.unit) ?? (state.record ? outcomeOfState(state, state.record, locks) : [])
  );
  showOutcomes(outcomes, console);
  if (stale.length > 0 || outcomes.some(({ status }) => status !== "up to date")) {
    console.result(`${summarise(outcomes)}.`);
  }
  const pinnedOnly = orphans(units, locks);
  for (const line of [...pinnedOnly, ...adviceOn(outcomes, profile)]) console.result(line);
  // After the results, which must be seen even where no report can be written.
  if (profile === "full") {
    const sources = `${core} ${await hashSources(workspace, "experiments", "models")}`;
    const changed = await writeComplete(root, selected, outcomes, sources) +
      await writeIndexes(root, all, locks, graph);
    if (changed > 0) console.say(`${countOf(changed, "file")} of the reports changed`);
  }
  if (stale.length < units.length) {
    const notice = await coreNotice(root, core);
    if (notice !== undefined) console.result(`Note: ${notice}`);
  }
  const exitCode = pinnedOnly.length > 0 ? 1 : exitCodeOf(outcomes);
  showSummary(outcomes, exitCode, console);
  return exitCode;
}
