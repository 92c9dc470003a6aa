/**
 * What the runs of an experiment came to: each metric over the seeds, beside what it is compared with, and the verdicts
 * on the claims.
 *
 * @module
 */
import type { Claim, Comparison, Experiment, MetricDescription, Verdict } from "../define_experiment.ts";
import type { Lock } from "../lock.ts";
import type { ProfileName, RunRecord } from "../record.ts";
import { formatDistance, formatMean, formatValue, plural } from "./format.ts";
import { mean, sampleDeviation } from "./statistics.ts";

/** An experiment with what its runs measured; enough for everything but the figures. */
export interface ReportEntry {
  readonly experiment: Experiment;
  readonly profile: ProfileName;
  readonly seeds: readonly number[];
  /** The metrics of each seed, in the order of the seeds. */
  readonly metrics: readonly Readonly<Record<string, number>>[];
  /** Parameters of the main training, if there is one. */
  readonly parameterCount: number | undefined;
}

/** One metric over the seeds. */
export interface Result {
  readonly metric: MetricDescription;
  /** For each seed; undefined if its run did not report the metric. */
  readonly values: readonly (number | undefined)[];
  /** Of the seeds that reported it; undefined if none did. */
  readonly mean: number | undefined;
  readonly deviation: number | undefined;
}

/** A claim and what the metrics say of it. */
export interface DecidedClaim extends Verdict {
  readonly claim: Claim;
}

/**
 * The records of an experiment's runs, ordered as the profile lists the seeds.
 *
 * @throws {RangeError} if there are none, or they are not runs of this experiment with one profile, one arithmetic, the
 * same data and different seeds.
 */
export function orderRecords(experiment: Experiment, records: readonly RunRecord[]): RunRecord[] {
  const fail = (expected: string, got: string): never => {
    throw new RangeError(`Cannot report on "${experiment.id}": expected ${expected}, got ${got}`);
  };
  const first = records[0];
  if (first === undefined) return fail("at least one record", "none");
  for (const record of records) {
    if (record.experiment !== experiment.id) fail("records of it", `one of "${record.experiment}"`);
    if (record.profile !== first.profile) fail("one profile", `${first.profile} and ${record.profile}`);
    if (record.numericsEpoch !== first.numericsEpoch) fail("one numerics epoch", "several");
    const names = new Set([...Object.keys(first.data), ...Object.keys(record.data)]);
    for (const name of names) {
      if (record.data[name] !== first.data[name]) fail("the same data", `different content of "${name}"`);
    }
  }
  if (new Set(records.map((record) => record.seed)).size < records.length) {
    fail("different seeds", "one twice");
  }
  return orderBySeed(experiment, first.profile, records, (record) => record.seed);
}

/** An entry from the records of its runs. */
export function entryFromRecords(experiment: Experiment, records: readonly RunRecord[]): ReportEntry {
  const ordered = orderRecords(experiment, records);
  return {
    experiment,
    profile: ordered[0]!.profile,
    seeds: ordered.map((record) => record.seed),
    metrics: ordered.map((record) => record.metrics),
    parameterCount: ordered[0]!.trainings["main"]?.parameterCount,
  };
}

/**
 * An entry from a lock file: of the full profile if it is pinned, else of the quick one.
 *
 * @returns undefined if no run is pinned.
 */
export function entryFromLock(experiment: Experiment, lock: Lock): ReportEntry | undefined {
  if (lock.experiment !== experiment.id) {
    throw new RangeError(
      `Cannot report on "${experiment.id}": expected its lock, got that of "${lock.experiment}"`,
    );
  }
  for (const profile of ["full", "quick"] as const) {
    const runs = Object.entries(lock.profiles[profile]?.seeds ?? {});
    if (runs.length === 0) continue;
    const ordered = orderBySeed(experiment, profile, runs, ([seed]) => Number(seed));
    return {
      experiment,
      profile,
      seeds: ordered.map(([seed]) => Number(seed)),
      metrics: ordered.map(([, run]) =>
        Object.fromEntries(Object.entries(run.metrics).map(([name, { value }]) => [name, value]))
      ),
      parameterCount: ordered[0]![1].trainings["main"]?.parameterCount,
    };
  }
  return undefined;
}

/** Every metric of the experiment over the seeds. */
export function summarise(entry: ReportEntry): Result[] {
  return entry.experiment.metrics.map((metric) => {
    const values = entry.metrics.map((metrics) => metrics[metric.name]);
    const known = values.filter((value) => value !== undefined);
    return known.length === 0
      ? { metric, values, mean: undefined, deviation: undefined }
      : { metric, values, mean: mean(known), deviation: sampleDeviation(known) };
  });
}

/**
 * Decides every claim of the experiment.
 *
 * @throws {Error} if a claim's rule throws, naming the claim.
 */
export function decideClaims({ experiment, metrics }: ReportEntry): DecidedClaim[] {
  return experiment.claims.map((claim) => {
    try {
      return { claim, ...claim.decide(metrics) };
    } catch (cause) {
      throw new Error(`Cannot decide claim "${claim.id}" of "${experiment.id}": its rule threw`, { cause });
    }
  });
}

/** The result that stands for the experiment: its first metric, or one of a given name. */
export function headline(entry: ReportEntry, name = entry.experiment.metrics[0]?.name): Result | undefined {
  return summarise(entry).find(({ metric }) => metric.name === name);
}

/** Everything of a kind that a metric is compared with. */
export function comparisonsOf(
  experiment: Experiment,
  metric: MetricDescription,
  kind: Comparison["kind"],
): Comparison[] {
  return experiment.comparisons.filter((comparison) =>
    comparison.kind === kind && comparison.metric === metric.name
  );
}

/** Whether a result is as near to an independent one as it should be. */
export function agrees({ tolerance }: Comparison, difference: number): boolean {
  return Math.abs(difference) <= (tolerance ?? 0);
}

/** Family and id of the experiment that a comparison is from; undefined if it is from elsewhere. */
export function citedExperiment({ source }: Comparison): string | undefined {
  return /^[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*$/.test(source) ? source : undefined;
}

/** "better", "worse" or "equal"; "above" or "below" where neither is better. */
export function judge(metric: MetricDescription, difference: number): string {
  if (difference === 0) return "equal";
  if (metric.better === "neither") return difference > 0 ? "above" : "below";
  return (difference > 0) === (metric.better === "higher") ? "better" : "worse";
}

/** What came out, as one sentence of plain text: the first metric beside what it is compared with. */
export function answer(entry: ReportEntry): string {
  const result = headline(entry);
  if (result?.mean === undefined) return "The runs reported no result.";
  const { metric, deviation } = result;
  const seeds = entry.experiment.deterministic
    ? "nothing is drawn at random"
    : deviation === undefined
    ? "one seed"
    : `mean and standard deviation over ${plural(entry.seeds.length, "seed")}`;
  const value = formatMean(result.mean, deviation, metric.format);
  const parts = (["baseline", "published", "notes", "independent"] as const).flatMap((kind) =>
    comparisonsOf(entry.experiment, metric, kind).map((comparison) =>
      beside(result, result.mean!, comparison)
    )
  );
  const comparisons = parts.length === 0 ? "" : `: ${parts.join("; ")}`;
  return `${metric.title} is ${value} (${seeds})${comparisons}.`;
}

/** "2 of the 3 claims tested are confirmed, 1 is refuted"; undefined if none is tested. */
export function tally(claims: readonly DecidedClaim[]): string | undefined {
  if (claims.length === 0) return undefined;
  const parts = VERDICTS.flatMap((verdict) => {
    const count = claims.filter((claim) => claim.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `${plural(claims.length, "claim")} of the notes tested: ${parts.join(", ")}.`;
}

/** All verdicts, in the order in which they are counted. */
export const VERDICTS = [
  "confirmed",
  "refuted",
  "erratum",
  "depends",
  "inconclusive",
] as const satisfies Verdict["verdict"][];

const KINDS: Readonly<Record<Comparison["kind"], string>> = {
  baseline: "the baseline",
  published: "the published",
  notes: "the notes'",
  independent: "the independent",
};

function beside({ metric, deviation }: Result, value: number, comparison: Comparison): string {
  const difference = value - comparison.value;
  const verdict = judge(metric, difference);
  const other = `${KINDS[comparison.kind]} ${
    formatValue(comparison.value, metric.format)
  } (${comparison.label})`;
  const distance = formatDistance(difference, metric.format);
  if (comparison.kind === "independent") {
    return `it ${agrees(comparison, difference) ? "agrees" : "DISAGREES"} with ${other}, ${distance} apart`;
  }
  if (verdict === "equal") return `equal to ${other}`;
  const near = deviation !== undefined && Math.abs(difference) <= deviation
    ? ", within one standard deviation"
    : "";
  return `${distance} ${verdict}${metric.better === "neither" ? "" : " than"} ${other}${near}`;
}

function orderBySeed<T>(
  experiment: Experiment,
  profile: ProfileName,
  runs: readonly T[],
  seedOf: (run: T) => number,
): T[] {
  const listed = experiment.profiles[profile].seeds;
  const place = (run: T) => {
    const at = listed.indexOf(seedOf(run));
    return at < 0 ? listed.length : at;
  };
  return [...runs].sort((a, b) => place(a) - place(b) || seedOf(a) - seedOf(b));
}
