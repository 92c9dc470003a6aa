import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { ELEMENTS } from "./molecule.ts";
import { parseSmiles, readSmiles } from "./smiles.ts";

/** Atoms as "C3" with their hydrogens, aromatic ones in lower case. */
function atomsOf(text: string): string {
  return parseSmiles(text).atoms
    .map(({ symbol, aromatic, hydrogens }) => `${aromatic ? symbol.toLowerCase() : symbol}${hydrogens || ""}`)
    .join(" ");
}

/** Bonds as "0-1", "0=1", "0:1" for aromatic ones. */
function bondsOf(text: string): string {
  const signs: Record<number, string> = { 1: "-", 1.5: ":", 2: "=", 3: "#", 4: "$" };
  return parseSmiles(text).bonds.map(({ from, to, order }) => `${from}${signs[order]}${to}`).join(" ");
}

Deno.test("parseSmiles fills plain atoms up to their normal valences", () => {
  // Molecules whose hydrogens chemistry tells.
  assertEquals(atomsOf("C"), "C4");
  assertEquals(atomsOf("CCO"), "C3 C2 O1");
  assertEquals(atomsOf("C#N"), "C1 N");
  assertEquals(atomsOf("O=C=O"), "O C O");
  assertEquals(atomsOf("CC(=O)O"), "C3 C O O1");
  assertEquals(atomsOf("CS(=O)(=O)O"), "C3 S O O O1");
  assertEquals(atomsOf("CN(=O)=O"), "C3 N O O"); // five bonds of nitrogen, as some write nitro groups
  assertEquals(atomsOf("OP(=O)(O)O"), "O1 P O O1 O1");
  assertEquals(atomsOf("FC(Cl)(Br)I"), "F C Cl Br I");
  assertEquals(atomsOf("B"), "B3");
  assertEquals(atomsOf("c1ccccc1"), "c1 c1 c1 c1 c1 c1"); // benzene
  assertEquals(atomsOf("n1ccccc1"), "n c1 c1 c1 c1 c1"); // pyridine
  assertEquals(atomsOf("[nH]1cccc1"), "n1 c1 c1 c1 c1"); // pyrrole
  assertEquals(atomsOf("s1cccc1"), "s c1 c1 c1 c1"); // thiophene
  assertEquals(atomsOf("Cn1cnc2c1c(=O)n(C)c(=O)n2C"), "C3 n c1 n c c c O n C3 c O n C3"); // caffeine, C8H10N4O2
  assertEquals(atomsOf("*C"), "* C3");
});

Deno.test("parseSmiles reads every field of an atom in brackets", () => {
  const atom = (text: string) => parseSmiles(text).atoms[0]!;
  assertEquals(atom("[13C@@H+2:7]"), {
    symbol: "C",
    charge: 2,
    isotope: 13,
    aromatic: false,
    hydrogens: 1,
    chirality: "@@",
    atomClass: 7,
  });
  assertEquals(atom("[NH4+]").hydrogens, 4);
  assertEquals(["[Fe++]", "[O--]", "[O-2]", "[Cu+1]", "[N+0]", "[O-0]"].map((text) => atom(text).charge), [
    2,
    -2,
    -2,
    1,
    0,
    0,
  ]);
  assertEquals(["[C@]", "[C@TH2H]", "[Co@OH25]"].map((text) => atom(text).chirality), ["@", "@TH2", "@OH25"]);
  assertEquals(["[2H]", "[0C]"].map((text) => atom(text).isotope), [2, 0]);
  assertEquals(
    ["[se]1cccc1", "[as]1cccc1", "[Sc]", "[H]", "[*]"].map((
      text,
    ) => [atom(text).symbol, atom(text).aromatic]),
    [
      ["Se", true],
      ["As", true],
      ["Sc", false],
      ["H", false],
      ["*", false],
    ],
  );
  for (const element of ELEMENTS) assertEquals(atom(`[${element}]`).symbol, element);
  assertEquals([ELEMENTS.length, ELEMENTS[5], ELEMENTS[25], ELEMENTS[78], ELEMENTS[117]], [
    118,
    "C",
    "Fe",
    "Au",
    "Og",
  ]);
});

Deno.test("parseSmiles connects chains, branches, rings and components", () => {
  assertEquals(bondsOf("CC(C)(C)C"), "0-1 1-2 1-3 1-4");
  assertEquals(bondsOf("C(=O)([O-])C"), "0=1 0-2 0-3");
  assertEquals(bondsOf("C1CC1"), "0-1 1-2 0-2");
  assertEquals(bondsOf("C=1CC1"), "0-1 1-2 0=2");
  assertEquals(bondsOf("C1CC=1"), "0-1 1-2 0=2");
  assertEquals(bondsOf("C%12CC%12"), "0-1 1-2 0-2");
  assertEquals(bondsOf("C%(123)CC%(123)"), "0-1 1-2 0-2");
  assertEquals(bondsOf("C1CC1C1CC1"), "0-1 1-2 0-2 2-3 3-4 4-5 3-5"); // a number used again
  assertEquals(bondsOf("C12CCC1CC2"), "0-1 1-2 2-3 0-3 3-4 4-5 0-5"); // two rings at one atom
  assertEquals(bondsOf("[Na+].[Cl-]"), "");
  assertEquals(bondsOf("C1.C1"), "0-1"); // a ring's number across a dot
  assertEquals(bondsOf("C(.C)C"), "0-2");
  assertEquals(bondsOf("C$C"), "0$1");
});

Deno.test("parseSmiles makes unwritten bonds aromatic within rings only", () => {
  assertEquals(bondsOf("c1ccccc1"), "0:1 1:2 2:3 3:4 4:5 0:5");
  // Biphenyl, with the bond between its rings written and not.
  assertEquals(bondsOf("c1ccccc1-c1ccccc1"), bondsOf("c1ccccc1c1ccccc1"));
  assertEquals(bondsOf("c1ccccc1c1ccccc1").split(" ")[6], "5-6");
  assertEquals(bondsOf("c1ccc2ccccc2c1").split(" ").filter((bond) => bond.includes(":")).length, 11); // naphthalene
  assertEquals(bondsOf("Cc1ccccc1").split(" ")[0], "0-1");
  assertEquals(bondsOf("C:C"), "0:1");
});

Deno.test("parseSmiles keeps the directions of bonds", () => {
  const directions = (text: string) => parseSmiles(text).bonds.map(({ direction }) => direction);
  assertEquals(directions("F/C=C/F"), ["/", "", "/"]);
  assertEquals(directions("F\\C=C\\F"), ["\\", "", "\\"]);
  assertEquals(directions("F/C=C/1CCCC\\1"), ["/", "", "", "", "", "", "/"]); // at the end where the ring opens
});

Deno.test("parseSmiles refuses what the grammar does not have", () => {
  const refuses = (text: string, message: string) =>
    assertThrows(
      () => parseSmiles(text),
      MalformedFileError,
      `Cannot read a SMILES text: expected ${message}`,
    );
  refuses("", "an atom");
  refuses("X", "a token of SMILES, got X");
  refuses("CLC", "a token of SMILES, got LC");
  refuses("C C", "a token of SMILES");
  refuses("[C", "a token of SMILES");
  refuses("[]", "an atom in brackets, got []");
  refuses("[Xy]", "the symbol of an element, got [Xy]");
  refuses("[cl]", "the symbol of an element, got [cl]");
  refuses("[C@XX1]", "an atom in brackets");
  refuses("[CH10]", "an atom in brackets");
  refuses("[C+-]", "an atom in brackets");
  refuses("=C", "a bond behind an atom");
  refuses("C==C", "a bond behind an atom");
  refuses("C=", "an atom or a ring's number");
  refuses("C=.C", "an atom or a ring's number");
  refuses("(C)C", "an atom");
  refuses("C(", "an atom in a branch");
  refuses("C()C", "an atom in a branch");
  refuses("C((C)C)", "an atom in a branch");
  refuses("C(C", "branches in pairs");
  refuses("C)C", "branches in pairs");
  refuses("C.", "an atom");
  refuses("C..C", "an atom");
  refuses("1CC1", "an atom");
  refuses("C.1", "an atom");
  refuses("C1CC", "rings that close");
  refuses("C11", "one bond between two atoms");
  refuses("C12CCC12", "one bond between two atoms");
  refuses("C1C1", "one bond between two atoms");
  refuses("C=1CC#1", "the same bond at both ends of a ring");
  refuses("C%1", "a token of SMILES");
});

Deno.test("parseSmiles reads long chains and deep branches without recursion", () => {
  assertEquals(parseSmiles("C".repeat(100_000)).bonds.length, 99_999);
  assertEquals(parseSmiles("C(".repeat(50_000) + "C" + ")".repeat(50_000)).bonds.length, 50_000);
  assertEquals(parseSmiles("c" + "c".repeat(20_000)).bonds.every(({ order }) => order === 1), true);
});

Deno.test("readSmiles reads lines with names, and holds to its limits", () => {
  const bytes = new TextEncoder().encode("CC\tethane\r\n\nO water, liquid \nN\n");
  assertEquals(readSmiles(bytes).map(({ smiles, name }) => [smiles, name]), [
    ["CC", "ethane"],
    ["O", "water, liquid"],
    ["N", ""],
  ]);
  assertEquals(readSmiles(bytes, { items: 7 }).length, 3);
  assertThrows(() => readSmiles(bytes, { items: 6 }), MalformedFileError, "at most 6 members or rows");
});

testMutations("readSmiles", (bytes) => readSmiles(bytes), [
  new TextEncoder().encode("Cn1cnc2c1c(=O)n(C)c(=O)n2C caffeine\n[13C@@H](F)(/C=C\\Cl)[NH3+:1].[O-2] x\n"),
  new TextEncoder().encode("C%12CC%12\nc1ccccc1c1ccccc1\n"),
]);
