/**
 * The lock of an experiment: the results that its runs must give again, bit for bit. It is committed beside the report
 * as `reports/<family>/<id>/results.lock.json` and changes only by `pin`, with a reason.
 *
 * @module
 */
import * as v from "valibot";
import type { MilestoneRecord, RunRecord, Sha256, TrainingRecord } from "./record.ts";
import { canonicalJson, prettyJson } from "./runner/canonical_json.ts";
import { sha256 } from "@verbatim/data/files";
import { parseJsonAs } from "./runner/validation.ts";

/** A binary64 number: in decimal for people, and its bits. */
export interface LockedNumber {
  readonly value: number;
  /** 16 hexadecimal digits. */
  readonly bits: string;
}

/** A milestone; its hashes are whole at the first and the last one, and 16 hexadecimal digits in between. */
export interface LockedMilestone {
  readonly step: number;
  readonly loss: string;
  readonly parameters: { readonly sha256: string; readonly tensors: Readonly<Record<string, string>> };
}

/** What a training run must give again. */
export interface LockedTraining {
  readonly steps: number;
  readonly parameterCount: number;
  /** SHA-256 of the bits of all losses, as the record writes them. */
  readonly losses: Sha256;
  /** SHA-256 of each curve's canonical JSON. */
  readonly curves: Readonly<Record<string, Sha256>>;
  readonly milestones: readonly LockedMilestone[];
}

/** What the run of one seed must give again. */
export interface LockedRun {
  readonly metrics: Readonly<Record<string, LockedNumber>>;
  readonly trainings: Readonly<Record<string, LockedTraining>>;
  /** SHA-256 of the confusion matrix's and of the samples' canonical JSON. */
  readonly confusion: Sha256 | null;
  readonly samples: Sha256 | null;
  /** SHA-256 of each exhibit's canonical JSON, by name; absent if there are none. */
  readonly exhibits?: Readonly<Record<string, Sha256>>;
}

/** The runs of one profile, pinned together. */
export interface LockedProfile {
  /** Why it was pinned the last time. */
  readonly reason: string;
  readonly numericsEpoch: number;
  readonly data: Readonly<Record<string, Sha256>>;
  /** By seed. */
  readonly seeds: Readonly<Record<string, LockedRun>>;
}

/** The content of a lock file. */
export interface Lock {
  readonly format: 1;
  readonly experiment: string;
  readonly profiles: { readonly quick?: LockedProfile; readonly full?: LockedProfile };
}

/** Name of the lock file in the folder of an experiment's report. */
export const LOCK_FILE = "results.lock.json";

const SHORT_DIGITS = 16;

/** Bits of a binary64 number, 16 hexadecimal digits. */
export function float64Bits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

function lockMilestone(milestone: MilestoneRecord, digits: number): LockedMilestone {
  const { step, loss, parameters } = milestone;
  const cut = (hash: string) => hash.slice(0, digits);
  const tensors = Object.fromEntries(
    Object.entries(parameters.tensors).map(([path, hash]) => [path, cut(hash)]),
  );
  return { step, loss, parameters: { sha256: cut(parameters.sha256), tensors } };
}

function lockTraining({ steps, parameterCount, losses, curves, milestones }: TrainingRecord): LockedTraining {
  const last = milestones.length - 1;
  return {
    steps,
    parameterCount,
    losses: sha256(losses),
    curves: mapValues(curves, (points) => sha256(canonicalJson(points))),
    milestones: milestones.map((milestone, i) =>
      lockMilestone(milestone, i === 0 || i === last ? Infinity : SHORT_DIGITS)
    ),
  };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
}

/** What a lock keeps of a record. */
export function lockRun(record: RunRecord): LockedRun {
  const hash = (value: unknown) => (value === null ? null : sha256(canonicalJson(value)));
  return {
    metrics: mapValues(record.metrics, (value) => ({ value, bits: float64Bits(value) })),
    trainings: mapValues(record.trainings, lockTraining),
    confusion: hash(record.confusion),
    samples: hash(record.samples),
    ...(record.exhibits === undefined ? {} : {
      exhibits: Object.fromEntries(
        record.exhibits.map((exhibit) => [exhibit.name, sha256(canonicalJson(exhibit))]),
      ),
    }),
  };
}

/**
 * The lock after pinning the records of all seeds of one profile; the other profile stays as it was.
 *
 * @throws {RangeError} if the reason is empty, or the records are none, not of one experiment and profile, or not on
 * the same data and arithmetic.
 */
export function pinRecords(
  lock: Lock | undefined,
  records: readonly RunRecord[],
  reason: string,
): Lock {
  const [first] = records;
  if (first === undefined) throw new RangeError("Cannot pin: expected records, got none");
  if (reason.trim() === "") {
    throw new RangeError(`Cannot pin ${first.experiment}: expected a reason, got none`);
  }
  const common = ({ experiment, profile, numericsEpoch, data }: RunRecord) =>
    canonicalJson({ experiment, profile, numericsEpoch, data });
  for (const record of records) {
    if (common(record) !== common(first)) {
      throw new RangeError(
        `Cannot pin ${first.experiment}: expected records like that of seed ${first.seed}, ` +
          `${common(first)}, got seed ${record.seed}, ${common(record)}`,
      );
    }
  }
  const { experiment, numericsEpoch, data } = first;
  const seeds = Object.fromEntries(records.map((record) => [`${record.seed}`, lockRun(record)]));
  const pinned: LockedProfile = { reason: reason.trim(), numericsEpoch, data, seeds };
  return { format: 1, experiment, profiles: { ...lock?.profiles, [first.profile]: pinned } };
}

const Count = v.pipe(v.number(), v.integer("expected an integer"), v.minValue(0, "expected 0 or more"));
const hex = (digits: string, pattern: RegExp) =>
  v.pipe(v.string(), v.regex(pattern, `expected ${digits} hexadecimal digits`));
const Hash = hex("64", /^[0-9a-f]{64}$/);
const AnyHash = hex("64 or 16", /^[0-9a-f]{16}([0-9a-f]{48})?$/);

const NumberSchema = v.pipe(
  v.strictObject({ value: v.number(), bits: hex("16", /^[0-9a-f]{16}$/) }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value, bits } = dataset.value;
    if (float64Bits(value) === bits) return;
    addIssue({ message: `value ${value} has the bits ${float64Bits(value)}, but bits says ${bits}` });
  }),
);

const MilestoneSchema = v.strictObject({
  step: Count,
  loss: hex("8 (or at step 0 no)", /^([0-9a-f]{8})?$/),
  parameters: v.strictObject({ sha256: AnyHash, tensors: v.record(v.string(), AnyHash) }),
});

/** What is wrong with the milestones of a training, beyond what their schema says; undefined if nothing. */
function milestoneFault(steps: number, milestones: readonly LockedMilestone[]): string | undefined {
  const [first, last] = [milestones[0], milestones.at(-1)];
  if (first?.step !== 0 || last?.step !== steps) {
    return `expected milestones from step 0 to ${steps}, got ${first?.step ?? "none"} to ${
      last?.step ?? "none"
    }`;
  }
  for (const [i, { step, loss, parameters }] of milestones.entries()) {
    if (i > 0 && step <= milestones[i - 1]!.step) {
      return `expected milestones in ascending order, got step ${step} after ${milestones[i - 1]!.step}`;
    }
    if ((loss === "") !== (step === 0)) {
      return `expected a loss at every milestone but step 0, see step ${step}`;
    }
    const digits = i === 0 || i === milestones.length - 1 ? 64 : SHORT_DIGITS;
    for (const hash of [parameters.sha256, ...Object.values(parameters.tensors)]) {
      if (hash.length !== digits) return `expected hashes of ${digits} digits at step ${step}, got ${hash}`;
    }
  }
  return undefined;
}

const TrainingSchema = v.pipe(
  v.strictObject({
    steps: Count,
    parameterCount: Count,
    losses: Hash,
    curves: v.record(v.string(), Hash),
    milestones: v.array(MilestoneSchema),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const message = milestoneFault(dataset.value.steps, dataset.value.milestones);
    if (message !== undefined) addIssue({ message });
  }),
);

const SEED = v.pipe(v.string(), v.regex(/^(0|-?[1-9][0-9]*)$/, "expected a seed as key"));

const ProfileSchema = v.strictObject({
  reason: v.pipe(v.string(), v.regex(/\S/, "expected a reason")),
  numericsEpoch: Count,
  data: v.record(v.string(), Hash),
  seeds: v.record(
    SEED,
    v.strictObject({
      metrics: v.record(v.string(), NumberSchema),
      trainings: v.record(v.string(), TrainingSchema),
      confusion: v.nullable(Hash),
      samples: v.nullable(Hash),
      exhibits: v.exactOptional(v.record(v.string(), Hash)),
    }),
  ),
});

const LockSchema = v.strictObject({
  format: v.literal(1),
  experiment: v.string(),
  profiles: v.strictObject({
    quick: v.exactOptional(ProfileSchema),
    full: v.exactOptional(ProfileSchema),
  }),
});

/** Text of a lock file: sorted, indented, the same for equal locks. */
export function formatLock(lock: Lock): string {
  return prettyJson(lock, "lock");
}

/**
 * Reads the text of a lock file; `name` names it in errors.
 *
 * @throws {SyntaxError} in one line if it is no valid lock: text that is no JSON, an unknown or missing key, a number
 * whose bits are others, milestones out of order.
 */
export function parseLock(text: string, name: string): Lock {
  return parseJsonAs(LockSchema, text, name);
}
