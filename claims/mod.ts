/**
 * The ledger of claims: every testable sentence of the lecture notes, with the rules that confirm and refute it, and the
 * checks that decide what needs no data.
 *
 * @module
 */
export type { Check, Checks, Finding } from "./finding.ts";
export {
  type ClaimKind,
  type ErratumKind,
  type LedgerClaim,
  type LedgerSection,
  type Note,
  type NoteLines,
  NOTES,
  placesOf,
} from "./ledger_claim.ts";
export { LEDGER, LEDGER_CLAIMS } from "./ledger/mod.ts";
export { CHECK_FILES, CHECKS } from "./checks/mod.ts";
export { computeFindings } from "./compute_findings.ts";
