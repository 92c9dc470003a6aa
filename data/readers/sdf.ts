import { utf8OrOlder } from "./_characters.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";
import { type Atom, type Bond, ELEMENTS } from "./molecule.ts";

const fail: Fail = failAs("an SD file");

/** An atom with its place. */
export interface SdfAtom extends Atom {
  /** Coordinates, in Angstroms if the file has a model of the molecule in space. */
  readonly position: readonly [number, number, number];
}

/** A bond with its drawing. */
export interface SdfBond extends Bond {
  /** How it is drawn: 0 plain, 1 up, 4 either, 6 down; 3 for a double bond of unknown sides. */
  readonly stereo: number;
}

/** A molecule with its data. */
export interface SdfRecord {
  /** The first line. */
  readonly name: string;
  /** In the file's order. */
  readonly atoms: readonly SdfAtom[];
  /** In the file's order. */
  readonly bonds: readonly SdfBond[];
  /** What follows the molecule, by name; lines of a value are joined by line feeds. */
  readonly data: ReadonlyMap<string, string>;
}

/** Symbols that are not elements: isotopes of hydrogen, any atom, and those of queries. */
const OTHER_SYMBOLS = new Set(["D", "T", "*", "A", "Q", "L", "LP", "R", "R#", "X", "M"]);
const SYMBOLS = new Set([...ELEMENTS, ...OTHER_SYMBOLS]);
/** The charge of an atom line's code; code 4 is a radical. */
const CHARGES = [0, 3, 2, 1, 0, -1, -2, -3];
const ORDERS: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 3, 4: 1.5 };

/**
 * Reads an SD file: molecules as V2000 connection tables, each with data items.
 *
 * Hydrogens that are not atoms of their own are not counted. Charges are those of the lines "M  CHG", or where the
 * molecule has none those of the atom lines; isotopes are those of the lines "M  ISO".
 * *Source* BIOVIA, CTfile Formats (2016), chapters "The Ctab block", "Molfile", "SDfile".
 * *Differs*: V3000 tables, query bonds and differences of mass in the atom lines are refused.
 * @throws {MalformedFileError} if it is not such a file, is cut, or the limits do not suffice: `items` bounds atoms,
 * bonds and data items together.
 *
 * @example
 * ```ts
 * import { readSdf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = [
 *   "carbon monoxide",
 *   "  a program",
 *   "",
 *   "  2  1  0  0  0  0  0  0  0  0999 V2000",
 *   "    0.0000    0.0000    0.0000 C   0  0",
 *   "    1.1280    0.0000    0.0000 O   0  0",
 *   "  1  2  3  0",
 *   "M  CHG  2   1  -1   2   1",
 *   "M  END",
 *   ">  <MASS>",
 *   "28.01",
 *   "",
 *   "$$$$",
 * ].join("\n");
 * const [record] = readSdf(new TextEncoder().encode(text));
 * assertEquals(record!.atoms.map(({ symbol, charge }) => [symbol, charge]), [["C", -1], ["O", 1]]);
 * assertEquals(record!.bonds, [{ from: 0, to: 1, order: 3, stereo: 0 }]);
 * assertEquals([...record!.data], [["MASS", "28.01"]]);
 * ```
 */
export function readSdf(bytes: Uint8Array, limits: Limits = {}): readonly SdfRecord[] {
  const reader = new SdfReader(utf8OrOlder(bytes).split(/\r?\n/), new Budget(limits, fail));
  const records: SdfRecord[] = [];
  while (!reader.atEnd) records.push(reader.record());
  return records;
}

class SdfReader {
  readonly #lines: readonly string[];
  readonly #budget: Budget;
  #at = 0;

  constructor(lines: readonly string[], budget: Budget) {
    this.#lines = lines;
    this.#budget = budget;
  }

  /** Whether only empty lines are left. */
  get atEnd(): boolean {
    for (let at = this.#at; at < this.#lines.length; at++) if (this.#lines[at]!.trim() !== "") return false;
    return true;
  }

  record(): SdfRecord {
    const name = this.#line().trimEnd();
    this.#line(); // the program
    this.#line(); // a comment
    const counts = this.#line();
    const version = counts.slice(33, 39).trim();
    if (version !== "V2000") fail("a table of version V2000", `"${version}" in line ${this.#at}`);
    const [atomCount, bondCount, listCount] = [0, 3, 6].map((start) => this.#count(counts, start));
    this.#budget.takeItems(1 + atomCount! + bondCount!);
    const atoms = Array.from({ length: atomCount! }, () => this.#atom());
    const bonds = Array.from({ length: bondCount! }, () => this.#bond(atomCount!));
    for (let i = 0; i < listCount!; i++) this.#line(); // lists of atoms, of queries in older files
    const { charges, isotopes } = this.#properties(atomCount!);
    const data = this.#data();
    return {
      name,
      atoms: atoms.map((atom, i) => ({
        ...atom,
        charge: charges === undefined ? atom.charge : charges.get(i) ?? 0,
        isotope: isotopes.get(i),
      })),
      bonds,
      data,
    };
  }

  #atom(): SdfAtom {
    const line = this.#line();
    const coordinate = (start: number) => {
      const field = line.slice(start, start + 10).trim();
      const value = /^[-+]?\d*\.?\d+$|^[-+]?\d+\.$/.test(field) ? Number(field) : NaN;
      return Number.isFinite(value) ? value : fail("coordinates of an atom", `"${line}" in line ${this.#at}`);
    };
    const position = [coordinate(0), coordinate(10), coordinate(20)] as const;
    const symbol = line.slice(31, 34).trim();
    if (!SYMBOLS.has(symbol)) fail("the symbol of an atom", `"${symbol}" in line ${this.#at}`);
    if (this.#number(line, 34, 2) !== 0) fail("isotopes in lines M  ISO", `others in line ${this.#at}`);
    const charge = CHARGES[this.#number(line, 36, 3)];
    if (charge === undefined) fail("the code of a charge, 0 to 7", `"${line}" in line ${this.#at}`);
    return { symbol, charge: charge!, isotope: undefined, position };
  }

  #bond(atoms: number): SdfBond {
    const line = this.#line();
    const [from, to, type, stereo] = [0, 3, 6, 9].map((start) => this.#number(line, start, 3));
    if (from! < 1 || from! > atoms || to! < 1 || to! > atoms || from === to) {
      fail(`a bond of two among ${atoms} atoms`, `"${line}" in line ${this.#at}`);
    }
    const order = ORDERS[type!] ??
      fail("a single, double, triple or aromatic bond", `type ${type} in line ${this.#at}`);
    return { from: from! - 1, to: to! - 1, order, stereo: stereo! };
  }

  /** The lines between the bonds and "M  END". */
  #properties(atoms: number) {
    let charges: Map<number, number> | undefined;
    const isotopes = new Map<number, number>();
    while (true) {
      const line = this.#line();
      if (line.startsWith("M  END")) return { charges, isotopes };
      const kind = line.slice(0, 6);
      if (kind === "M  CHG" || kind === "M  RAD") charges ??= new Map();
      const target = kind === "M  CHG" ? charges : kind === "M  ISO" ? isotopes : undefined;
      if (/^[AG] /.test(line)) this.#line(); // an alias or group has its text in the next line
      else if (target === undefined && !/^[MVS] /.test(line)) {
        fail("a property or M  END", `"${line}" in line ${this.#at}`);
      }
      if (target === undefined) continue;
      const count = this.#count(line, 6);
      for (let i = 0; i < count; i++) {
        const atom = this.#number(line, 9 + 8 * i, 4);
        if (atom < 1 || atom > atoms) fail(`one of ${atoms} atoms`, `"${line}" in line ${this.#at}`);
        target.set(atom - 1, this.#number(line, 13 + 8 * i, 4));
      }
    }
  }

  /** Data items up to the line of four dollars, or the end of the file. */
  #data(): ReadonlyMap<string, string> {
    const data = new Map<string, string>();
    while (this.#at < this.#lines.length) {
      const header = this.#line();
      if (header.startsWith("$$$$")) break;
      if (header.trim() === "") continue;
      const name = /^>.*<([^<>]+)>/.exec(header)?.[1] ??
        fail("a data item or $$$$", `"${header}" in line ${this.#at}`);
      if (data.has(name)) fail("data items of different names", `"${name}" in line ${this.#at}`);
      this.#budget.takeItems(1);
      const lines: string[] = [];
      while (this.#at < this.#lines.length) {
        const line = this.#line();
        if (line.trim() === "") break;
        lines.push(line);
      }
      data.set(name, lines.join("\n"));
    }
    return data;
  }

  /** A number in a fixed field; blank is 0. */
  #number(line: string, start: number, width: number): number {
    const field = line.slice(start, start + width).trim();
    if (field === "") return 0;
    return /^[-+]?\d+$/.test(field) ? Number(field) : fail("a number", `"${field}" in line ${this.#at}`);
  }

  #count(line: string, start: number): number {
    const count = this.#number(line, start, 3);
    return count >= 0 ? count : fail("a count", `${count} in line ${this.#at}`);
  }

  #line(): string {
    return this.#lines[this.#at++] ?? fail("more lines", `the end after ${this.#lines.length}`);
  }
}
