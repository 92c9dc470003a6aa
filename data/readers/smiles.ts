import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";
import { type Atom, type Bond, ELEMENTS } from "./molecule.ts";

const fail: Fail = failAs("a SMILES text");

/** An atom, as SMILES tells it. */
export interface SmilesAtom extends Atom {
  /** Whether it is written in lower case: part of an aromatic ring. */
  readonly aromatic: boolean;
  /** Hydrogens that are not atoms of their own: as given in brackets, or what the normal valence leaves. */
  readonly hydrogens: number;
  /** Its chirality as written: "@", "@@", "@TH1" ...; "" if none is. */
  readonly chirality: string;
  /** Number of its class, behind a colon. */
  readonly atomClass: number | undefined;
}

/** A bond, as SMILES tells it. */
export interface SmilesBond extends Bond {
  /** "/" or "\\" where the bond says on which side of a double bond it stands, else "". */
  readonly direction: string;
}

/** A molecular graph; several molecules, parted by dots, are one graph of several components. */
export interface SmilesMolecule {
  /** In the order of the text. */
  readonly atoms: readonly SmilesAtom[];
  /** In the order of the text, ring bonds where the ring closes. */
  readonly bonds: readonly SmilesBond[];
}

/** A line of a .smi file. */
export interface SmilesLine {
  /** The text as it stands. */
  readonly smiles: string;
  /** What stands behind it: a name or number. */
  readonly name: string;
  /** The molecular graph. */
  readonly molecule: SmilesMolecule;
}

/** The elements that need no brackets, and their normal valences. */
const ORGANIC: Readonly<Record<string, readonly number[]>> = {
  B: [3],
  C: [4],
  N: [3, 5],
  O: [2],
  P: [3, 5],
  S: [2, 4, 6],
  F: [1],
  Cl: [1],
  Br: [1],
  I: [1],
};
const AROMATIC = new Set(["b", "c", "n", "o", "p", "s", "se", "as"]);
const SYMBOLS = new Set([...ELEMENTS, "*", ...AROMATIC]);
const ORDERS: Readonly<Record<string, number>> = {
  "-": 1,
  "=": 2,
  "#": 3,
  "$": 4,
  ":": 1.5,
  "/": 1,
  "\\": 1,
};

/** An atom, a bond, a ring's number, a bracket of a branch, a dot. */
const TOKEN = /\[([^[\]]*)\]|(Cl|Br|[BCNOPSFIbcnops*])|([-=#$:/\\])|(%\d\d|%\(\d{1,5}\)|\d)|([()])|(\.)/y;
/** Isotope, symbol, chirality, hydrogens, charge, class. */
const BRACKET = new RegExp(
  [
    /^(\d{1,4})?(\*|[A-Z][a-z]?|[a-z]{1,2}?)/,
    /(@@?|@(?:TH|AL|SP|TB|OH)\d{1,2})?(H\d?)?/,
    /([-+]\d{1,2}|\++|-+)?(?::(\d{1,5}))?$/,
  ].map(({ source }) => source).join(""),
);

/** What is needed while the text is read. */
interface OpenAtom extends SmilesAtom {
  hydrogens: number;
  /** Whether its hydrogens follow from its bonds. */
  readonly plain: boolean;
}

interface OpenRing {
  readonly atom: number;
  readonly bond: string | undefined;
}

/**
 * Reads a SMILES text to its molecular graph.
 *
 * Plain atoms get the hydrogens that the lowest sufficient valence leaves. A bond that is not written is aromatic
 * between two aromatic atoms of a common ring, else single. Chirality and directions are kept as written.
 * *Source* the OpenSMILES specification 1.0 (2016).
 * *Differs*: charges like +++ are read; nothing is normalised: no aromaticity is found where none is written.
 * @throws {MalformedFileError} if the text does not follow the grammar, a ring stays open, or two atoms get two bonds.
 *
 * @example
 * ```ts
 * import { parseSmiles } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const { atoms, bonds } = parseSmiles("CC(=O)[O-]"); // acetate
 * assertEquals(atoms.map(({ symbol, hydrogens, charge }) => [symbol, hydrogens, charge]), [
 *   ["C", 3, 0],
 *   ["C", 0, 0],
 *   ["O", 0, 0],
 *   ["O", 0, -1],
 * ]);
 * assertEquals(bonds.map(({ from, to, order }) => [from, to, order]), [[0, 1, 1], [1, 2, 2], [1, 3, 1]]);
 * ```
 */
export function parseSmiles(text: string): SmilesMolecule {
  const atoms: OpenAtom[] = [];
  const bonds: SmilesBond[] = [];
  /** Indices of the bonds that are not written and stand between aromatic atoms. */
  const undecided = new Set<number>();
  const paired = new Set<string>();
  const rings = new Map<number, OpenRing>();
  const branches: number[] = [];
  let last: number | undefined; // the atom that the next one is bound to
  let bond: string | undefined; // the bond symbol that waits for its atom or ring
  let wants: string | undefined = "an atom"; // what must come, behind a bond, an opened branch or a dot

  const connect = (from: number, to: number, written: string | undefined) => {
    const pair = `${Math.min(from, to)} ${Math.max(from, to)}`;
    if (from === to || paired.has(pair)) fail("one bond between two atoms", text);
    paired.add(pair);
    if (written === undefined && atoms[from]!.aromatic && atoms[to]!.aromatic) undecided.add(bonds.length);
    const direction = written === "/" || written === "\\" ? written : "";
    bonds.push({ from, to, order: ORDERS[written ?? "-"]!, direction });
  };

  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [, bracket, organic, symbol, ring, branch] = TOKEN.exec(text) ??
      fail("a token of SMILES", text.slice(at));
    if (bracket !== undefined || organic !== undefined) {
      atoms.push(bracket !== undefined ? bracketAtom(bracket) : plainAtom(organic!));
      if (last !== undefined) connect(last, atoms.length - 1, bond);
      last = atoms.length - 1;
      [bond, wants] = [undefined, undefined];
    } else if (symbol !== undefined) {
      if (last === undefined || bond !== undefined) fail("a bond behind an atom", text.slice(at));
      [bond, wants] = [symbol, "an atom or a ring's number"];
    } else if (ring !== undefined) {
      if (last === undefined || (wants !== undefined && bond === undefined)) {
        fail(wants ?? "an atom", text.slice(at));
      }
      const number = parseInt(ring.replace(/\D/g, ""));
      const open = rings.get(number);
      if (open === undefined) rings.set(number, { atom: last!, bond });
      else {
        rings.delete(number);
        // The two ends may say "/" and "\\", which is the same bond seen from either side.
        const agree = open.bond === undefined || bond === undefined || ORDERS[open.bond] === ORDERS[bond];
        if (!agree) fail("the same bond at both ends of a ring", text);
        connect(open.atom, last!, open.bond ?? bond);
      }
      [bond, wants] = [undefined, undefined];
    } else if (branch === "(") {
      if (last === undefined || wants !== undefined) fail(wants ?? "an atom", text.slice(at));
      branches.push(last!);
      wants = "an atom in a branch";
    } else if (branch === ")") {
      if (wants !== undefined) fail(wants, text.slice(at));
      last = branches.pop() ?? fail("branches in pairs", text);
    } else { // a dot
      if (bond !== undefined || (wants !== undefined && wants !== "an atom in a branch")) {
        fail(wants!, text.slice(at));
      }
      [last, wants] = [undefined, "an atom"];
    }
  }
  if (wants !== undefined) fail(wants, `the end of "${text}"`);
  if (branches.length > 0) fail("branches in pairs", text);
  if (rings.size > 0) fail("rings that close", text);
  const bridges = undecided.size > 0 ? findBridges(atoms.length, bonds) : new Set<number>();
  const decided = bonds.map((each, i) =>
    undecided.has(i) && !bridges.has(i) ? { ...each, order: 1.5 } : each
  );
  return { atoms: withHydrogens(atoms, decided), bonds: decided };
}

function plainAtom(written: string): OpenAtom {
  const aromatic = AROMATIC.has(written);
  return {
    symbol: aromatic ? capital(written) : written,
    charge: 0,
    isotope: undefined,
    aromatic,
    hydrogens: 0,
    chirality: "",
    atomClass: undefined,
    plain: written !== "*",
  };
}

function bracketAtom(inside: string): OpenAtom {
  const match = BRACKET.exec(inside) ?? fail("an atom in brackets", `[${inside}]`);
  const [, isotope, symbol, chirality, hydrogens, charge, atomClass] = match;
  if (!SYMBOLS.has(symbol!)) fail("the symbol of an element", `[${inside}]`);
  const aromatic = AROMATIC.has(symbol!);
  return {
    symbol: aromatic ? capital(symbol!) : symbol!,
    charge: charge === undefined ? 0 : chargeOf(charge),
    isotope: isotope === undefined ? undefined : Number(isotope),
    aromatic,
    hydrogens: hydrogens === undefined ? 0 : Number(hydrogens.slice(1) || 1),
    chirality: chirality ?? "",
    atomClass: atomClass === undefined ? undefined : Number(atomClass),
    plain: false,
  };
}

function chargeOf(written: string): number {
  const size = /\d/.test(written) ? Number(written.slice(1)) : written.length;
  return written[0] === "-" && size > 0 ? -size : size;
}

function capital(symbol: string): string {
  return symbol[0]!.toUpperCase() + symbol.slice(1);
}

/** Fills plain atoms up to a normal valence; an aromatic one counts its bonds as single and one more electron. */
function withHydrogens(atoms: readonly OpenAtom[], bonds: readonly SmilesBond[]): readonly SmilesAtom[] {
  const sums = new Float64Array(atoms.length);
  for (const { from, to, order } of bonds) {
    for (const end of [from, to]) sums[end]! += order === 1.5 && atoms[end]!.aromatic ? 1 : order;
  }
  return atoms.map(({ plain, ...atom }, i) => {
    if (!plain) return atom;
    const valences = ORGANIC[atom.symbol]!;
    const used = sums[i]! + (atom.aromatic ? 1 : 0);
    const valence = atom.aromatic ? valences[0]! : valences.find((each) => each >= used) ?? used;
    return { ...atom, hydrogens: Math.max(0, Math.floor(valence - used)) };
  });
}

/** The bonds that are in no ring: Tarjan's rule, depth first, without recursion. */
function findBridges(count: number, bonds: readonly SmilesBond[]): Set<number> {
  const neighbours: { readonly atom: number; readonly bond: number }[][] = Array.from(
    { length: count },
    () => [],
  );
  bonds.forEach(({ from, to }, bond) => {
    neighbours[from]!.push({ atom: to, bond });
    neighbours[to]!.push({ atom: from, bond });
  });
  const order = new Int32Array(count); // when an atom was met, from 1
  const lowest = new Int32Array(count); // the first atom that it reaches by at most one bond back
  const bridges = new Set<number>();
  let met = 0;
  for (let start = 0; start < count; start++) {
    if (order[start] !== 0) continue;
    const path = [{ atom: start, by: -1, next: 0 }];
    order[start] = lowest[start] = ++met;
    while (path.length > 0) {
      const top = path.at(-1)!;
      const step = neighbours[top.atom]![top.next++];
      if (step === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent === undefined) continue;
        lowest[parent.atom] = Math.min(lowest[parent.atom]!, lowest[top.atom]!);
        if (lowest[top.atom]! > order[parent.atom]!) bridges.add(top.by);
      } else if (step.bond !== top.by) {
        if (order[step.atom] === 0) {
          order[step.atom] = lowest[step.atom] = ++met;
          path.push({ atom: step.atom, by: step.bond, next: 0 });
        } else lowest[top.atom] = Math.min(lowest[top.atom]!, order[step.atom]!);
      }
    }
  }
  return bridges;
}

/**
 * Reads a .smi file: in each line a SMILES text, and behind blanks a name. Empty lines are passed over.
 *
 * @throws {MalformedFileError} if a text is none, or the limits do not suffice: `items` bounds lines and
 * atoms together.
 *
 * @example
 * ```ts
 * import { readSmiles } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const [benzene] = readSmiles(new TextEncoder().encode("c1ccccc1\tbenzene\n"));
 * assertEquals(benzene!.name, "benzene");
 * assertEquals(benzene!.molecule.atoms.map(({ hydrogens }) => hydrogens), [1, 1, 1, 1, 1, 1]);
 * assertEquals(benzene!.molecule.bonds.map(({ order }) => order), [1.5, 1.5, 1.5, 1.5, 1.5, 1.5]);
 * ```
 */
export function readSmiles(bytes: Uint8Array, limits: Limits = {}): readonly SmilesLine[] {
  const budget = new Budget(limits, fail);
  const lines: SmilesLine[] = [];
  for (const line of new TextDecoder("windows-1252").decode(bytes).split(/\r?\n/)) {
    const [, smiles, name] = /^[ \t]*([^ \t]+)[ \t]*(.*)$/.exec(line) ?? [];
    if (smiles === undefined) continue;
    const molecule = parseSmiles(smiles);
    budget.takeItems(1 + molecule.atoms.length);
    lines.push({ smiles, name: name!.trimEnd(), molecule });
  }
  return lines;
}
