import { type Lock, type LockedNumber, type LockedRun, type LockedTraining, lockRun } from "./lock.ts";
import type { RunRecord } from "./record.ts";

/** One number or hash that is not as it must be. */
export interface Difference {
  readonly seed: number;
  /** The training run, or null for what belongs to the whole run. */
  readonly training: string | null;
  /** After how many steps, or null for what is not tied to a step. */
  readonly step: number | null;
  /** "tensor hidden1/w", "loss", "metric accuracy", "data fashion-mnist" ... */
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
}

/** A difference in one line: `seed 2, training main, step 0, tensor hidden1/w: expected 3f1c…, got 9a20…`. */
export function describeDifference({ seed, training, step, what, expected, actual }: Difference): string {
  const place = [`seed ${seed}`];
  if (training !== null) place.push(`training ${training}`);
  if (step !== null) place.push(`step ${step}`);
  const [a, b] = shorten(expected, actual);
  return `${[...place, what].join(", ")}: expected ${a}, got ${b}`;
}

/** Cuts hashes where a reader already sees that they differ. */
function shorten(a: string, b: string): [string, string] {
  const isHash = (text: string) => /^[0-9a-f]{16,64}$/.test(text);
  let digits = 12;
  while (isHash(a) && isHash(b) && digits < 64 && a.slice(0, digits) === b.slice(0, digits)) digits++;
  const cut = (text: string) => (isHash(text) && text.length > digits ? `${text.slice(0, digits)}…` : text);
  return [cut(a), cut(b)];
}

const ABSENT = "none";

/** The keys of both, sorted. */
function keysOf(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** Equal as far as both are given: a lock keeps only the first digits of some hashes. */
function sameHash(a: string, b: string): boolean {
  const digits = Math.min(a.length, b.length);
  return a.slice(0, digits) === b.slice(0, digits);
}

type Found = Omit<Difference, "seed" | "training">;

function compareMilestones(expected: LockedTraining, actual: LockedTraining): Found[] {
  const found: Found[] = [];
  const byStep = new Map(actual.milestones.map((milestone) => [milestone.step, milestone]));
  for (const { step, loss, parameters } of expected.milestones) {
    const other = byStep.get(step);
    if (other === undefined) continue; // the number of steps differs then, and is named
    const before = found.length;
    for (const path of keysOf(parameters.tensors, other.parameters.tensors)) {
      const [a, b] = [parameters.tensors[path], other.parameters.tensors[path]];
      if (a !== undefined && b !== undefined && sameHash(a, b)) continue;
      found.push({ step, what: `tensor ${path}`, expected: a ?? ABSENT, actual: b ?? ABSENT });
    }
    const [a, b] = [parameters.sha256, other.parameters.sha256];
    if (found.length === before && !sameHash(a, b)) {
      found.push({ step, what: "tree of parameters", expected: a, actual: b });
    }
    if (loss !== other.loss) found.push({ step, what: "loss", expected: loss, actual: other.loss });
  }
  return found;
}

function compareTrainings(expected: LockedTraining, actual: LockedTraining): Found[] {
  const found: Found[] = [];
  if (expected.parameterCount !== actual.parameterCount) {
    const [a, b] = [`${expected.parameterCount}`, `${actual.parameterCount}`];
    found.push({ step: 0, what: "number of parameters", expected: a, actual: b });
  }
  found.push(...compareMilestones(expected, actual));
  if (expected.steps !== actual.steps) {
    const [a, b] = [`${expected.steps}`, `${actual.steps}`];
    found.push({
      step: Math.min(expected.steps, actual.steps),
      what: "number of steps",
      expected: a,
      actual: b,
    });
  }
  if (expected.losses !== actual.losses) {
    found.push({ step: null, what: "all losses", expected: expected.losses, actual: actual.losses });
  }
  for (const name of keysOf(expected.curves, actual.curves)) {
    const [a, b] = [expected.curves[name] ?? ABSENT, actual.curves[name] ?? ABSENT];
    if (a !== b) found.push({ step: null, what: `curve ${name}`, expected: a, actual: b });
  }
  return found;
}

function showNumber(number: LockedNumber | undefined): string {
  return number === undefined ? ABSENT : `${number.value} (${number.bits})`;
}

/**
 * The differences between two runs of one seed, in the order in which they arose: steps ascending, at a step tensors
 * by path and then the loss; then whole curves, then metrics, confusion matrix, samples and exhibits.
 */
export function compareRuns(seed: number, expected: LockedRun, actual: LockedRun): Difference[] {
  const stepped: Difference[] = [];
  const whole: Difference[] = [];
  for (const training of keysOf(expected.trainings, actual.trainings)) {
    const [a, b] = [expected.trainings[training], actual.trainings[training]];
    const found = a && b
      ? compareTrainings(a, b)
      : [{ step: 0, what: "the whole training", expected: a ? "one" : ABSENT, actual: b ? "one" : ABSENT }];
    for (const item of found) (item.step === null ? whole : stepped).push({ seed, training, ...item });
  }
  // The sort is stable: the order inside a step stays.
  stepped.sort((a, b) => (a.step ?? 0) - (b.step ?? 0));
  const none = { seed, training: null, step: null };
  for (const name of keysOf(expected.metrics, actual.metrics)) {
    const [a, b] = [expected.metrics[name], actual.metrics[name]];
    if (a?.bits === b?.bits) continue;
    whole.push({ ...none, what: `metric ${name}`, expected: showNumber(a), actual: showNumber(b) });
  }
  for (const what of ["confusion", "samples"] as const) {
    const [a, b] = [expected[what] ?? ABSENT, actual[what] ?? ABSENT];
    if (a !== b) whole.push({ ...none, what, expected: a, actual: b });
  }
  const [shown, others] = [expected.exhibits ?? {}, actual.exhibits ?? {}];
  for (const name of keysOf(shown, others)) {
    const [a, b] = [shown[name] ?? ABSENT, others[name] ?? ABSENT];
    if (a !== b) whole.push({ ...none, what: `exhibit ${name}`, expected: a, actual: b });
  }
  return [...stepped, ...whole];
}

/** Differences in what a run starts from: the arithmetic's epoch and the data. */
export function compareOrigins(
  seed: number,
  expected: Pick<RunRecord, "numericsEpoch" | "data">,
  actual: Pick<RunRecord, "numericsEpoch" | "data">,
): Difference[] {
  const found: Difference[] = [];
  const none = { seed, training: null, step: null };
  if (expected.numericsEpoch !== actual.numericsEpoch) {
    const [a, b] = [`${expected.numericsEpoch}`, `${actual.numericsEpoch}`];
    found.push({ ...none, what: "numerics epoch", expected: a, actual: b });
  }
  for (const name of keysOf(expected.data, actual.data)) {
    const [a, b] = [expected.data[name] ?? ABSENT, actual.data[name] ?? ABSENT];
    if (a !== b) found.push({ ...none, what: `data ${name}`, expected: a, actual: b });
  }
  return found;
}

/** True if the lock has the run of a record's profile and seed. */
export function isPinned(
  lock: Lock | undefined,
  { profile, seed }: Pick<RunRecord, "profile" | "seed">,
): boolean {
  return lock?.profiles[profile]?.seeds[`${seed}`] !== undefined;
}

/**
 * What differs between a record and the lock, what arose first coming first; empty if the record is reproduced.
 *
 * @throws {RangeError} if the lock has no run of the record's profile and seed.
 */
export function compareWithLock(lock: Lock, record: RunRecord): Difference[] {
  const { experiment, profile, seed } = record;
  const locked = lock.profiles[profile];
  const run = locked?.seeds[`${seed}`];
  if (lock.experiment !== experiment || locked === undefined || run === undefined) {
    throw new RangeError(
      `Cannot compare with the lock of "${lock.experiment}": expected a pinned run, got ${experiment}, ` +
        `profile ${profile}, seed ${seed}`,
    );
  }
  return [...compareOrigins(seed, locked, record), ...compareRuns(seed, run, lockRun(record))];
}
