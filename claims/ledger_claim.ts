/** The lecture notes, with the number of lines of each. */
export const NOTES = {
  "ann-summary": 998,
  "aps360": 611,
  "csw182": 288,
  "i2dl": 3698,
  "marinus-lectures": 383,
} as const;

/** Name of a note. */
export type Note = keyof typeof NOTES;

/** Lines of a note. */
export interface NoteLines {
  /** The note that has them. */
  readonly note: Note;
  /** The first line, counted from 1. */
  readonly from: number;
  /** The last line. */
  readonly to: number;
}

/** How a claim can be decided: by arithmetic or a toy that needs no training, by training runs, or by a paper. */
export type ClaimKind = "exact" | "run" | "paper";

/** What an erratum is: wrong code, wrong mathematics, wrong words or numbers, or something lost in typing. */
export type ErratumKind = "code" | "formula" | "statement" | "lost";

/** A sentence, formula or number of the notes that can be tested. */
export interface LedgerClaim {
  /** Unique, kebab-case. */
  readonly id: string;
  /** Notes and lines, "i2dl:212,216; aps360:30-31": all places say the same. */
  readonly where: string;
  /** The lecture in the first of these notes, and the heading there if it has one. */
  readonly section: string;
  /** At most 20 words; formulas as plain text, "..." where something is left out. */
  readonly quote: string;
  /** The ways that can decide it. */
  readonly kinds: readonly ClaimKind[];
  /** What a test must find for the claim to count as confirmed; written before the test, but for what `revised` says. */
  readonly confirms: string;
  /** What a test must find for the claim to count as refuted; written before the test, but for what `revised` says. */
  readonly refutes: string;
  /** What of the rules was changed after a first result had been seen, which result, and why; left out if nothing was. */
  readonly revised?: string;
  /** What was expected before any test. Never shown as a verdict. */
  readonly expected: "confirmed" | "refuted" | "erratum" | "depends";
  /** What the printed form, the quotation, gets wrong, if that is expected. */
  readonly erratum?: { readonly kind: ErratumKind; readonly right: string };
}

/** A section of the ledger. */
export interface LedgerSection {
  /** Number and name in the address of its page, "01-classical". */
  readonly slug: string;
  /** What its claims are about. */
  readonly title: string;
  /** In the order of the notes. */
  readonly claims: readonly LedgerClaim[];
}

/**
 * The lines that `where` names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { placesOf } from "@verbatim/claims";
 *
 * assertEquals(placesOf("i2dl:212,216-218; aps360:30"), [
 *   { note: "i2dl", from: 212, to: 212 },
 *   { note: "i2dl", from: 216, to: 218 },
 *   { note: "aps360", from: 30, to: 30 },
 * ]);
 * ```
 *
 * @throws {SyntaxError} if it is not of this form.
 * @throws {RangeError} if there is no such note, or it has no such line.
 */
export function placesOf(where: string): NoteLines[] {
  return where.split("; ").flatMap((part) => {
    const [, note = "", lines = ""] = /^([a-z0-9-]+):(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/.exec(part) ?? [];
    if (note === "") {
      throw new SyntaxError(
        `Cannot read the place "${part}": expected "note:line", "note:from-to" or a list`,
      );
    }
    if (!isNote(note)) {
      throw new RangeError(
        `Cannot find "${part}": expected one of ${Object.keys(NOTES)}, got ${note}`,
      );
    }
    return lines.split(",").map((range) => {
      const [from = 0, to = from] = range.split("-").map(Number);
      if (from < 1 || to < from || to > NOTES[note]) {
        throw new RangeError(
          `Cannot find "${part}": expected lines from 1 to ${NOTES[note]}, got ${range}`,
        );
      }
      return { note, from, to };
    });
  });
}

function isNote(name: string): name is Note {
  return Object.hasOwn(NOTES, name);
}
