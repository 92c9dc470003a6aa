import { join } from "node:path";
import { type Lock, LOCK_FILE, type LockedProfile, type LockedRun, lockRun, parseLock } from "../lock.ts";
import { compareOrigins, compareRuns, describeDifference, type Difference } from "../lock_comparison.ts";
import type { RunRecord } from "../record.ts";
import { type Flags, parseArguments, UsageError } from "@verbatim/data/command_line";
import { readTextIfThere } from "@verbatim/data/files";
import { Console, countOf, type World } from "./console.ts";
import { parseRecord } from "./record_file.ts";

const FLAGS: Flags = {
  all: { kind: "switch", help: "every difference, not only the first of each run and its metrics" },
  json: { kind: "switch", help: "results as JSON lines" },
};

export const DIFF_FLAGS: Flags = FLAGS;
export const DIFF_HELP =
  "diff A B: the first step and tensor in which two records, locks, folders of them or commits part, then metrics";

/** A run on one side. */
interface Side {
  readonly seed: number;
  readonly origin: Pick<LockedProfile, "numericsEpoch" | "data">;
  readonly run: LockedRun;
  /** Bits of every loss by training; only a record has them. */
  readonly losses: Readonly<Record<string, string>>;
}

/** Runs by name: "lenet full seed 1". */
type Sides = Map<string, Side>;

function addRecord(sides: Sides, record: RunRecord): void {
  const { experiment, profile, seed, numericsEpoch, data } = record;
  const losses = Object.fromEntries(
    Object.entries(record.trainings).map(([name, { losses }]) => [name, losses]),
  );
  sides.set(`${experiment} ${profile} seed ${seed}`, {
    seed,
    origin: { numericsEpoch, data },
    run: lockRun(record),
    losses,
  });
}

function addLock(sides: Sides, lock: Lock): void {
  for (const profile of ["quick", "full"] as const) {
    const locked = lock.profiles[profile];
    for (const [seed, run] of Object.entries(locked?.seeds ?? {})) {
      const origin = { numericsEpoch: locked!.numericsEpoch, data: locked!.data };
      sides.set(`${lock.experiment} ${profile} seed ${seed}`, {
        seed: Number(seed),
        origin,
        run,
        losses: {},
      });
    }
  }
}

/** Adds what a file holds. */
async function addFile(sides: Sides, path: string): Promise<void> {
  const text = await readTextIfThere(path) ?? "";
  if (path.endsWith(LOCK_FILE) || /"profiles"\s*:/.test(text)) addLock(sides, parseLock(text, path));
  else addRecord(sides, parseRecord(text, path));
}

async function addFolder(sides: Sides, folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await addFolder(sides, path);
    else if (name === "record.json" || name === LOCK_FILE) await addFile(sides, path);
  }
}

async function git(root: string, ...args: string[]): Promise<string | undefined> {
  const command = new Deno.Command("git", { args, cwd: root, stdout: "piped", stderr: "null" });
  try {
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined; // git is not installed
    throw error;
  }
}

async function addCommit(sides: Sides, root: string, commit: string): Promise<boolean> {
  if (commit.startsWith("-")) return false;
  const known = await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`);
  if (known === undefined) return false;
  const files = await git(root, "ls-tree", "-r", "-z", "--name-only", known.trim(), "reports/") ?? "";
  for (const path of files.split("\0").filter((name) => name.endsWith(`/${LOCK_FILE}`))) {
    const text = await git(root, "show", `${known.trim()}:${path}`) ?? "";
    addLock(sides, parseLock(text, `${path} at ${commit}`));
  }
  return true;
}

/** What lies at a path; undefined if nothing does. @throws {UsageError} if this program may not look there. */
async function infoOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return undefined;
    throw new UsageError(
      `Cannot compare "${path}": expected a path in this workspace, got one that the task may not read; copy it here.`,
    );
  }
}

/** The runs that a word names: a record or lock file, a folder of them, or a commit. */
async function readSide(root: string, word: string): Promise<Sides> {
  const sides: Sides = new Map();
  const info = await infoOf(word);
  if (info?.isFile) await addFile(sides, word);
  else if (info?.isDirectory) await addFolder(sides, word);
  else if (!await addCommit(sides, root, word)) {
    throw new UsageError(
      `Cannot compare "${word}": expected a record, a lock, a folder of them or a commit.`,
    );
  }
  if (sides.size === 0) {
    throw new UsageError(`Cannot compare "${word}": expected at least one run in it, got none.`);
  }
  return sides;
}

/** The first step whose loss differs, where both sides have all losses. */
function firstLoss(a: Side, b: Side): Difference[] {
  const found: Difference[] = [];
  for (const [training, losses] of Object.entries(a.losses)) {
    const other = b.losses[training];
    if (other === undefined || other === losses) continue;
    for (let at = 0; at < Math.min(losses.length, other.length); at += 8) {
      const [expected, actual] = [losses.slice(at, at + 8), other.slice(at, at + 8)];
      if (expected === actual) continue;
      found.push({ seed: a.seed, training, step: at / 8 + 1, what: "loss", expected, actual });
      break;
    }
  }
  return found;
}

function compareSides(a: Side, b: Side): Difference[] {
  const runs = compareRuns(a.seed, a.run, b.run);
  const early = firstLoss(a, b).filter(({ training, step }) =>
    !runs.some((other) => other.training === training && other.what === "loss" && other.step === step)
  );
  const stepped = [...early, ...runs.filter(({ step }) => step !== null)];
  // Stable: at one step the tensors stay before the loss that follows from them.
  stepped.sort((x, y) => (x.step ?? 0) - (y.step ?? 0));
  return [
    ...compareOrigins(a.seed, a.origin, b.origin),
    ...stepped,
    ...runs.filter(({ step }) => step === null),
  ];
}

/** The first difference, and those of metrics. */
function important(differences: readonly Difference[]): Difference[] {
  return differences.filter(({ what }, i) => i === 0 || what.startsWith("metric "));
}

/** Compares two records, locks, folders or commits. */
export async function diff(args: readonly string[], world: World): Promise<number> {
  const parsed = parseArguments(args, FLAGS);
  const [a, b, ...rest] = parsed.names;
  if (a === undefined || b === undefined || rest.length > 0) {
    throw new UsageError(
      `Cannot compare: expected two records, locks, folders or commits, got ${parsed.names.length}.`,
    );
  }
  const console = new Console(world, { json: parsed.has("json") });
  const [left, right] = [await readSide(world.root, a), await readSide(world.root, b)];
  // Two single records are compared whatever they are of: that is what was asked.
  const single = left.size === 1 && right.size === 1;
  const pairs: [string, Side | undefined, Side | undefined][] = single
    ? [[[...left.keys()][0]!, [...left.values()][0], [...right.values()][0]]]
    : [...new Set([...left.keys(), ...right.keys()])].sort().map((
      name,
    ) => [name, left.get(name), right.get(name)]);
  if (single && !right.has(pairs[0]![0])) console.result(`${pairs[0]![0]} against ${[...right.keys()][0]}`);
  let same = 0;
  let missing = 0;
  for (const [name, x, y] of pairs) {
    if (x === undefined || y === undefined) {
      missing++;
      console.event("run", { name, onlyIn: x ? a : b });
      console.result(`${name}: only in ${x ? a : b}`);
      continue;
    }
    const differences = compareSides(x, y);
    console.event("run", { name, differences });
    if (differences.length === 0) {
      same++;
      continue;
    }
    const shown = parsed.has("all") ? differences : important(differences);
    console.result(`${name}: ${countOf(differences.length, "difference")}`);
    for (const difference of shown) console.result(`  ${describeDifference(difference)}`);
  }
  const differ = pairs.length - same - missing;
  console.result(
    `${countOf(pairs.length, "run")}: ${same} the same, ${differ} DIFFER, ${missing} only on one side.`,
  );
  return same === pairs.length ? 0 : 1;
}
