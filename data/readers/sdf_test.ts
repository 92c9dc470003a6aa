import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readSdf } from "./sdf.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

// Written by hand in the layout of the CTfile formats: glycine as a zwitterion, with a heavy carbon, then methane. RDKit
// 2022.09 reads the same atoms, charges, isotopes, bonds and data from it.
const LINES = [
  "glycine",
  "  hand",
  "",
  "  5  4  0  0  0  0  0  0  0  0999 V2000",
  "    0.0000    1.5000   -0.2500 N   0  3  0  0  0  0",
  "   -1.2990    0.7500    0.0000 C   0  0  0  0  0  0",
  "   -1.2990   -0.7500    0.0000 C   0  0",
  "    0.0000   -1.5000    0.0000 O   0  0",
  "   -2.5981   -1.5000    0.0000 O   0  5",
  "  1  2  1  0",
  "  2  3  1  6",
  "  3  4  2  0  0  0",
  "  3  5  1  0",
  "M  CHG  2   1   1   5  -1",
  "M  ISO  1   2  13",
  "M  END",
  ">  <ACTIVITY>  (1) ",
  "6.87",
  "",
  "> 25 <NOTES>",
  "one line",
  "another",
  "",
  "$$$$",
  "methane",
  "",
  "",
  "  1  0  0     0  0            999 V2000",
  "    0.0000    0.0000    0.0000 C   0  5  0  0  0  0  0  0  0  0  0  0",
  "M  END",
  "$$$$",
  "",
];
const FILE = utf8(LINES.join("\n"));

Deno.test("readSdf reads atoms, bonds and data", () => {
  const [glycine, methane, ...rest] = readSdf(FILE);
  assertEquals(rest, []);
  assertEquals(glycine!.name, "glycine");
  assertEquals(glycine!.atoms.map(({ symbol, charge, isotope }) => [symbol, charge, isotope]), [
    ["N", 1, undefined],
    ["C", 0, 13],
    ["C", 0, undefined],
    ["O", 0, undefined],
    ["O", -1, undefined],
  ]);
  assertEquals(glycine!.atoms[0]!.position, [0, 1.5, -0.25]);
  assertEquals(glycine!.atoms[4]!.position, [-2.5981, -1.5, 0]);
  assertEquals(glycine!.bonds.map(({ from, to, order, stereo }) => [from, to, order, stereo]), [
    [0, 1, 1, 0],
    [1, 2, 1, 6],
    [2, 3, 2, 0],
    [2, 4, 1, 0],
  ]);
  assertEquals([...glycine!.data], [["ACTIVITY", "6.87"], ["NOTES", "one line\nanother"]]);
  // Without a line M  CHG the charge is that of the atom line: code 5 is -1.
  assertEquals(methane!.atoms, [{ symbol: "C", charge: -1, isotope: undefined, position: [0, 0, 0] }]);
  assertEquals(readSdf(utf8(LINES.join("\r\n"))), readSdf(FILE));
  assertEquals(readSdf(utf8("\n\n")), []);
  assertEquals(readSdf(utf8(LINES.slice(0, 16).join("\n")))[0]!.bonds.length, 4); // a molfile alone
});

/** The file with one line changed. */
function changed(line: number, text: string): Uint8Array {
  return utf8(LINES.with(line - 1, text).join("\n"));
}

Deno.test("readSdf names the line that is wrong", () => {
  const refuses = (bytes: Uint8Array, message: string) =>
    assertThrows(() => readSdf(bytes), MalformedFileError, `Cannot read an SD file: expected ${message}`);
  refuses(
    changed(4, "  0  0  0     0  0            999 V3000"),
    'a table of version V2000, got "V3000" in line 4',
  );
  refuses(changed(4, " -1  0  0     0  0            999 V2000"), "a count, got -1 in line 4");
  refuses(changed(4, "  x  0  0     0  0            999 V2000"), 'a number, got "x" in line 4');
  refuses(changed(4, "999  4  0     0  0            999 V2000"), "coordinates of an atom");
  refuses(changed(5, "    0.0000       1e5    0.0000 N   0  0"), "coordinates of an atom");
  refuses(changed(5, "    0.0000    0.0000    0.0000 Xx  0  0"), 'the symbol of an atom, got "Xx" in line 5');
  refuses(
    changed(5, "    0.0000    0.0000    0.0000 C   1  0"),
    "isotopes in lines M  ISO, got others in line 5",
  );
  refuses(changed(5, "    0.0000    0.0000    0.0000 C   0  8"), "the code of a charge, 0 to 7");
  refuses(changed(10, "  1  6  1  0"), "a bond of two among 5 atoms");
  refuses(changed(10, "  0  2  1  0"), "a bond of two among 5 atoms");
  refuses(changed(10, "  1  1  1  0"), "a bond of two among 5 atoms");
  refuses(changed(10, "  1  2  8  0"), "a single, double, triple or aromatic bond, got type 8 in line 10");
  refuses(changed(14, "M  CHG  1   6   1"), "one of 5 atoms");
  refuses(changed(16, "something"), 'a property or M  END, got "something" in line 16');
  refuses(changed(17, "ACTIVITY"), 'a data item or $$$$, got "ACTIVITY" in line 17');
  refuses(changed(20, ">  <ACTIVITY>"), 'data items of different names, got "ACTIVITY" in line 20');
  refuses(utf8(LINES.slice(0, 12).join("\n")), "more lines, got the end after 12");
});

Deno.test("readSdf holds to its limits", () => {
  // Two records, 5 + 1 atoms, 4 bonds, 2 items.
  assertEquals(readSdf(FILE, { items: 14 }).length, 2);
  assertThrows(() => readSdf(FILE, { items: 13 }), MalformedFileError, "at most 13 members or rows");
});

testMutations("readSdf", (bytes) => readSdf(bytes), [FILE]);
