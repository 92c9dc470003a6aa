import { writeError } from "@verbatim/data/files";
import { join } from "node:path";
import { type Flags, parseArguments } from "@verbatim/data/command_line";
import { Console, countOf, type World } from "./console.ts";
import { privateFolder } from "./engine.ts";
import { onInterrupt } from "./interrupt.ts";
import { exitCodeOf, orNear, orphans, outcomeOf, showOutcomes, showSummary, summarise } from "./outcomes.ts";
import { performUnits, profileOf, workersOf } from "./perform.ts";
import { planUnits, readLocks } from "./plan.ts";
import { loadExperiments, selectExperiments } from "./registry.ts";
import { TRAINING_FLAGS } from "./reproduce.ts";
import { hashCore, SourceGraph } from "./source_graph.ts";
import { rememberVerified } from "./verified.ts";
import { deviceOf } from "./run_messages.ts";
import { Workspace } from "./workspace.ts";

/** Flags of `verify`. */
export const VERIFY_FLAGS: Flags = {
  ...TRAINING_FLAGS,
  "allow-inexact": {
    kind: "switch",
    help: "use a graphics processor that is not exact; metrics must then be near the pinned ones",
  },
};

export const VERIFY_HELP =
  "verify [ids or families]: always trains and hashes the data again, compares with the locks and writes nothing";

/** Removes a folder, in which the last write of a run that was stopped may still appear. */
function removeFolder(path: string): void {
  for (let attempt = 1;; attempt++) {
    try {
      return Deno.removeSync(path, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (attempt === 5) throw error;
    }
  }
}

/** A new folder in a folder. @throws {FileWriteError} if it cannot be made. */
async function makeFolder(folder: string): Promise<string> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    return await Deno.makeTempDir({ dir: folder, prefix: "verify-" });
  } catch (error) {
    throw writeError(folder, error);
  }
}

/** Proves that everything that is pinned comes out again; nothing in the repository is written. */
export async function verify(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, VERIFY_FLAGS);
  const console = new Console(world, { json: parsed.has("json"), quiet: parsed.has("quiet") });
  const profile = profileOf(parsed.text("profile"), "quick");
  const jobs = parsed.count("jobs") ?? 1;
  const allowInexact = parsed.has("allow-inexact");
  const { root } = world;
  const all = await loadExperiments(root);
  const selected = selectExperiments(all, parsed.names);
  const locks = await readLocks(root, selected);
  const workspace = await Workspace.read(root);
  const units = await planUnits(new SourceGraph(workspace), selected, profile);
  const core = await hashCore(workspace);

  const folder = join(privateFolder(root), "tmp");
  const runs = await makeFolder(folder);
  const removeRuns = () => removeFolder(runs);
  try {
    using _interrupt = onInterrupt(console, "Interrupted: nothing was kept.", removeRuns);
    const performed = await performUnits(units, {
      root,
      runs,
      core,
      jobs,
      device: deviceOf(parsed.text("device")),
      workers: workersOf(parsed.count("workers"), jobs),
      offline: parsed.has("offline"),
      allowInexact,
      mirror: parsed.text("mirror"),
      verifyData: true,
      checkpointIntervalMs: world.checkpointIntervalMs,
    }, console);
    const judged = performed.map((item) => outcomeOf(item, locks));
    const outcomes = allowInexact ? judged.map((outcome) => orNear(outcome, locks)) : judged;
    showOutcomes(outcomes, console);
    console.result(`${summarise(outcomes)}.`);

    // What is not pinned cannot be verified, and a lock that pins more than there is says something that is not so.
    const unpinned = outcomes.filter(({ status }) => status === "new (unpinned)");
    const pinnedOnly = orphans(units, locks);
    for (const line of pinnedOnly) console.result(line);
    if (unpinned.length > 0) {
      console.result(
        `${
          countOf(unpinned.length, "run")
        } could not be verified: not pinned. First "deno task reproduce", then "deno task pin".`,
      );
    }
    const exitCode = unpinned.length > 0 || pinnedOnly.length > 0 ? 1 : exitCodeOf(outcomes);
    const everything = parsed.names.length === 0 && outcomes.every(({ status }) => status === "reproduced");
    if (exitCode === 0 && everything) await rememberVerified(root, core);
    showSummary(outcomes, exitCode, console);
    return exitCode;
  } finally {
    removeRuns();
  }
}
