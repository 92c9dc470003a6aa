import type { MetricDescription } from "../define_experiment.ts";
import type { Lock } from "../lock.ts";
import { compareWithLock, describeDifference, type Difference, isPinned } from "../lock_comparison.ts";
import type { ProfileName, RunRecord } from "../record.ts";
import { formatTable } from "@verbatim/data/command_line";
import { type Console, countOf } from "./console.ts";
import type { Performed } from "./perform.ts";
import type { Unit, UnitState } from "./plan.ts";

/** What a run came to, and how reports call it. */
export type Status =
  | "reproduced"
  | "near"
  | "new (unpinned)"
  | "DIFFERS"
  | "skipped"
  | "failed"
  | "up to date";

/** One line of a command's result. */
export interface Outcome {
  readonly unit: Unit;
  readonly status: Status;
  /** Why it was skipped or failed. */
  readonly reason?: string;
  readonly record?: RunRecord;
  /** Of the run that was done now. */
  readonly seconds?: number;
  readonly differences: readonly Difference[];
}

/** Holds a record against the lock. */
function judge(
  unit: Unit,
  record: RunRecord,
  lock: Lock | undefined,
  same: Status,
  seconds?: number,
): Outcome {
  const base = { unit, record, ...(seconds === undefined ? {} : { seconds }) };
  if (lock === undefined || !isPinned(lock, record)) {
    return { ...base, status: "new (unpinned)", differences: [] };
  }
  const differences = compareWithLock(lock, record);
  return { ...base, status: differences.length === 0 ? same : "DIFFERS", differences };
}

/** The outcome of a unit that was done now, or could not be. */
export function outcomeOf(performed: Performed, locks: ReadonlyMap<string, Lock>): Outcome {
  const { unit } = performed;
  if (performed.kind !== "done") {
    return { unit, status: performed.kind, reason: performed.reason, differences: [] };
  }
  const lock = locks.get(unit.entry.experiment.id);
  return judge(unit, performed.record, lock, "reproduced", performed.seconds);
}

/** The outcome of a unit whose record is up to date. */
export function outcomeOfState(
  { unit }: UnitState,
  record: RunRecord,
  locks: ReadonlyMap<string, Lock>,
): Outcome {
  return judge(unit, record, locks.get(unit.entry.experiment.id), "up to date");
}

/**
 * So far may a metric be from the pinned one, as a share of the larger, where inexact arithmetic is allowed. Training
 * magnifies a rounding, but ends at metrics that differ less than those of two seeds do; a defect leaves them far off.
 */
const TOLERANCE = 0.05;

/** The outcome, or "near" for one that differs from the lock but has all metrics near the pinned ones. */
export function orNear(outcome: Outcome, locks: ReadonlyMap<string, Lock>): Outcome {
  const { unit: { entry, profile, seed }, status, record } = outcome;
  if (status !== "DIFFERS" || record === undefined) return outcome;
  const pinned = locks.get(entry.experiment.id)?.profiles[profile]?.seeds[`${seed}`]?.metrics ?? {};
  const names = [...new Set([...Object.keys(pinned), ...Object.keys(record.metrics)])];
  const near = names.length > 0 && names.every((name) => {
    const [a, b] = [pinned[name]?.value, record.metrics[name]];
    return a !== undefined && b !== undefined &&
      Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  });
  return near ? { ...outcome, status: "near" } : outcome;
}

/** Runs that a lock pins and the experiment does not have any more. */
export function orphans(units: readonly Unit[], locks: ReadonlyMap<string, Lock>): string[] {
  const lines: string[] = [];
  for (const entry of new Set(units.map((unit) => unit.entry))) {
    const mine = units.filter((unit) => unit.entry === entry);
    const seeds = mine.map(({ seed }) => `${seed}`);
    const { profile } = mine[0]!;
    for (const seed of Object.keys(locks.get(entry.experiment.id)?.profiles[profile]?.seeds ?? {})) {
      if (!seeds.includes(seed)) {
        lines.push(
          `${entry.experiment.id} ${profile} seed ${seed} is pinned, but the experiment does not have it`,
        );
      }
    }
  }
  return lines;
}

/** A metric's value as reports print it. */
export function formatMetric({ format }: MetricDescription, value: number): string {
  if (format === "percent") return `${(100 * value).toFixed(2)}%`;
  return format === "count" ? `${value}` : value.toPrecision(5);
}

function mainMetric({ unit, record }: Outcome): string {
  const [metric] = unit.entry.experiment.metrics;
  const value = metric && record?.metrics[metric.name];
  return metric === undefined || value === undefined ? "-" : `${metric.name} ${formatMetric(metric, value)}`;
}

/** Lines about an outcome that need more than a table's cell. */
function details({ unit: { name }, status, reason, differences }: Outcome): string[] {
  if (status === "skipped" || status === "failed") return [`${name} ${status}: ${reason}`];
  const [first] = differences;
  if (first === undefined) return [];
  const more = differences.length > 1 ? ` (and ${countOf(differences.length - 1, "more difference")})` : "";
  return [`${name} DIFFERS: ${describeDifference(first)}${more}`];
}

const ORDER: readonly Status[] = [
  "reproduced",
  "near",
  "up to date",
  "new (unpinned)",
  "DIFFERS",
  "skipped",
  "failed",
];

/** "3 runs: 2 reproduced, 1 DIFFERS". */
export function summarise(outcomes: readonly Outcome[]): string {
  const counts = ORDER.map((
    status,
  ) => [status, outcomes.filter((outcome) => outcome.status === status).length]);
  const parts = counts.filter(([, count]) => count !== 0).map(([status, count]) => `${count} ${status}`);
  return `${countOf(outcomes.length, "run")}: ${parts.join(", ") || "nothing to do"}`;
}

/** Prints the table of outcomes, what differs, and the counts. */
export function showOutcomes(outcomes: readonly Outcome[], console: Console): void {
  for (const { unit, status, reason, record, seconds, differences } of outcomes) {
    const { profile, seed, entry } = unit;
    console.event("run", {
      experiment: entry.experiment.id,
      profile,
      seed,
      status,
      ...(reason === undefined ? {} : { reason }),
      ...(record === undefined ? {} : { metrics: record.metrics }),
      ...(seconds === undefined ? {} : { seconds }),
      differences,
    });
  }
  const shown = outcomes.filter(({ status }) => status !== "up to date");
  if (shown.length > 0) {
    const rows = shown.map((outcome) => [
      outcome.unit.entry.experiment.id,
      outcome.unit.profile,
      `${outcome.unit.seed}`,
      outcome.status,
      mainMetric(outcome),
      outcome.seconds?.toFixed(1) ?? "-",
    ]);
    console.result(
      formatTable(["experiment", "profile", "seed", "status", "main metric", "seconds"], rows, "25"),
    );
    for (const line of shown.flatMap(details)) console.result(line);
  }
}

/** The exit code: 1 if something failed or differs, or if everything that was asked for had to be skipped. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  const bad = outcomes.some(({ status }) => status === "failed" || status === "DIFFERS");
  const allSkipped = outcomes.length > 0 && outcomes.every(({ status }) => status === "skipped");
  return bad || allSkipped ? 1 : 0;
}

/** A mark for the program that reads JSON lines: the counts, and whether all is well. */
export function showSummary(outcomes: readonly Outcome[], exitCode: number, console: Console): void {
  const counts = Object.fromEntries(
    ORDER.map((status) => [status, outcomes.filter((outcome) => outcome.status === status).length]),
  );
  console.event("summary", { counts, ok: exitCode === 0 });
}

/** What to do about runs that are not as pinned; nothing if all are. */
export function adviceOn(outcomes: readonly Outcome[], profile: ProfileName): string[] {
  const has = (wanted: Status) => outcomes.some(({ status }) => status === wanted);
  const pin = `deno task pin --profile ${profile} --reason "..."`;
  const lines: string[] = [];
  if (has("new (unpinned)")) lines.push(`What is new becomes pinned by: ${pin}`);
  if (has("DIFFERS")) {
    lines.push(
      `What was meant to change becomes pinned by: ${pin}. What was not: the first difference says where.`,
    );
  }
  return lines;
}
