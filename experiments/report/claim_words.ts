/**
 * How pages speak of a claim: its rules, how they were measured, and what was changed after a first result.
 *
 * @module
 */
import { LEDGER, type LedgerClaim, type LedgerSection } from "@verbatim/claims";
import { code, escapeMarkdown } from "./markdown.ts";

/** A claim of the ledger and the section that holds it. */
export interface PlacedClaim {
  readonly claim: LedgerClaim;
  readonly section: LedgerSection;
}

/**
 * The claim of the ledger that an experiment tests.
 *
 * @throws {RangeError} if the ledger has none of this id.
 */
export function placedClaim(id: string, experiment: string): PlacedClaim {
  for (const section of LEDGER) {
    const claim = section.claims.find((claim) => claim.id === id);
    if (claim !== undefined) return { claim, section };
  }
  throw new RangeError(
    `Cannot find the claim of "${experiment}" in the ledger: expected one of its ids, got "${id}"`,
  );
}

/** The two rules of a claim. */
export function rulesOf({ confirms, refutes }: LedgerClaim): string {
  return `**Confirmed if:** ${escapeMarkdown(confirms)}<br>**Refuted if:** ${escapeMarkdown(refutes)}`;
}

/** Numbers what was changed after a first result, for the mark in a table and the note below it. */
export class Revisions {
  readonly #notes: string[] = [];

  /** The mark of a claim, after its rules: empty where nothing was changed. */
  mark({ id }: LedgerClaim, changes: readonly (string | undefined)[]): string {
    const known = [...new Set(changes.flatMap((change) => change ?? []))];
    if (known.length === 0) return "";
    this.#notes.push(`${code(id)}: ${known.map(escapeMarkdown).join(" ")}`);
    return `<br>**Revised**: note ${this.#notes.length} below the table.`;
  }

  /** What stands below the table; `test` is what decides: "run" or "test". */
  words(rules: string, test: string): string[] {
    if (this.#notes.length === 0) return [`${rules} They were written before the ${test}.`];
    return [
      `${rules} They were written before the ${test}, except those marked as revised, where a rule or the way in which it ` +
      "is measured was changed, or came, after a first result:",
      this.#notes.map((note, i) => `${i + 1}. ${note}`).join("\n"),
    ];
  }
}
