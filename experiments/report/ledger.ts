/**
 * The claims of the notes with all that decides them: exact checks, and the claims of experiments with the same id.
 *
 * @module
 */
import { type Finding, LEDGER, type LedgerClaim, type LedgerSection } from "@verbatim/claims";
import type { Experiment, Verdict } from "../define_experiment.ts";
import { decideClaims, type ReportEntry } from "./results.ts";

/** All verdicts of the ledger, in the order in which they are counted. */
export const LEDGER_VERDICTS = ["confirmed", "refuted", "erratum", "depends", "open"] as const;

/** A verdict of the ledger; "open" where nothing decides, or what was run does not. */
export type LedgerVerdict = typeof LEDGER_VERDICTS[number];

/** One test of a claim: an exact check, or an experiment's claim. */
export interface ClaimTest extends Verdict {
  /** The experiment that made it; undefined for an exact check. */
  readonly experiment: Experiment | undefined;
  /** How the experiment measures the ledger's rule; an exact check says so in its evidence. */
  readonly measured: string | undefined;
  /** What of the experiment's test was changed after a first result. */
  readonly revised: string | undefined;
}

/** A claim of the ledger with its verdict. */
export interface LedgerRow {
  readonly claim: LedgerClaim;
  readonly verdict: LedgerVerdict;
  readonly tests: readonly ClaimTest[];
}

/** A section of the ledger with the verdicts. */
export interface DecidedSection {
  readonly section: LedgerSection;
  readonly rows: readonly LedgerRow[];
}

/**
 * The verdict of several tests of one claim: what they all say; "depends" where decided ones differ, or some decide and
 * others do not; "open" where there is none or none decides.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { combineVerdicts } from "./ledger.ts";
 *
 * assertEquals(combineVerdicts([]), "open");
 * assertEquals(combineVerdicts(["confirmed", "confirmed"]), "confirmed");
 * assertEquals(combineVerdicts(["confirmed", "refuted"]), "depends");
 * assertEquals(combineVerdicts(["inconclusive"]), "open");
 * ```
 */
export function combineVerdicts(verdicts: readonly Verdict["verdict"][]): LedgerVerdict {
  const [first, ...others] = new Set(verdicts);
  if (first === undefined) return "open";
  if (others.length > 0) return "depends";
  return first === "inconclusive" ? "open" : first;
}

/**
 * Decides the ledger from the findings of exact checks and the claims of experiments.
 *
 * @throws {RangeError} if a finding or an experiment's claim has an id that the ledger does not have, or a verdict of
 * "erratum" stands at a claim whose right form the ledger does not know.
 */
export function decideLedger(
  entries: readonly ReportEntry[],
  findings: Readonly<Record<string, Finding>>,
  ledger: readonly LedgerSection[] = LEDGER,
): DecidedSection[] {
  const tests = new Map<string, ClaimTest[]>(
    ledger.flatMap(({ claims }) => claims.map(({ id }) => [id, []])),
  );
  const add = (id: string, source: string, test: ClaimTest) => {
    const known = tests.get(id);
    if (known === undefined) {
      throw new RangeError(
        `Cannot put a claim of ${source} in the ledger: expected one of its ids, got "${id}"`,
      );
    }
    known.push(test);
  };
  for (const [id, finding] of Object.entries(findings)) {
    add(id, "the exact checks", {
      ...finding,
      experiment: undefined,
      measured: undefined,
      revised: undefined,
    });
  }
  for (const entry of entries) {
    const { experiment } = entry;
    for (const { claim, ...verdict } of decideClaims(entry)) {
      const { id, measured, revised } = claim;
      add(id, `"${experiment.id}"`, { ...verdict, experiment, measured, revised });
    }
  }
  return ledger.map((section) => ({
    section,
    rows: section.claims.map((claim) => {
      const mine = tests.get(claim.id) ?? [];
      const verdict = combineVerdicts(mine.map(({ verdict }) => verdict));
      if (verdict === "erratum" && claim.erratum === undefined) {
        throw new RangeError(
          `Cannot call "${claim.id}" an erratum: expected its right form in the ledger, got none`,
        );
      }
      return { claim, verdict, tests: mine };
    }),
  }));
}
