import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { MalformedFileError } from "./malformed.ts";
import { readRbnf } from "./rbnf.ts";

type RuleList = readonly (readonly [string, string])[];

function rbnf(sets: Readonly<Record<string, RuleList>>): Uint8Array {
  const identity = { language: "de" };
  return new TextEncoder().encode(
    JSON.stringify({ rbnf: { identity, rbnf: { SpelloutRules: { ...sets, _rbnfRulesFile: "x.txt" } } } }),
  );
}

const TENS = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];
// A soft hyphen stands as a vertical bar here, as the rules of CLDR 48 have it.
const LARGE: RuleList = [
  ["100", "←%spellout-cardinal-masculine←|hundert[|→→];"],
  ["1000", "←%spellout-cardinal-masculine←|tausend[|→→];"],
  ["1000000", "eine Million[ →→];"],
  ["2000000", "←%spellout-cardinal-feminine← Millionen[ →→];"],
  ["1000000000000000", "eine Billiarde[ →→];"],
  ["2000000000000000", "←%spellout-cardinal-feminine← Billiarden[ →→];"],
  ["1000000000000000000", "=#,##0=;"],
];
const GERMAN = rbnf(Object.fromEntries(
  Object.entries({
    "%spellout-numbering-year": [
      ["-x", "minus →→;"],
      ["x.x", "=0.0=;"],
      ["0", "=%spellout-numbering=;"],
      ["1100/100", "←←|hundert[|→→];"],
      ["2000", "=%spellout-numbering=;"],
    ],
    "%spellout-numbering": [
      ["-x", "minus →→;"],
      ["x.x", "←← Komma →→;"],
      ...[
        "null",
        "eins",
        "zwei",
        "drei",
        "vier",
        "fünf",
        "sechs",
        "sieben",
        "acht",
        "neun",
        "zehn",
        "elf",
        "zwölf",
      ]
        .map((word, i) => [`${i}`, `${word};`] as const),
      ["13", "→→zehn;"],
      ["16", "sechzehn;"],
      ["17", "siebzehn;"],
      ["18", "→→zehn;"],
      ...TENS.map((word, i) => [`${10 * i + 20}`, `[→%spellout-cardinal-masculine→|und|]${word};`] as const),
      ...LARGE,
    ],
    "%spellout-cardinal-masculine": [
      ["0", "null;"],
      ["1", "ein;"],
      ["2", "=%spellout-numbering=;"],
      ...LARGE,
    ],
    "%spellout-cardinal-feminine": [
      ["0", "null;"],
      ["1", "eine;"],
      ["2", "=%spellout-numbering=;"],
      ...LARGE,
    ],
    "%%ste2": [["0", "ste;"], ["1", "' =%spellout-numbering=te;"]],
    "%ordinal": [["0", "=%spellout-numbering=te;"], ["1000000", "eine Million→%%ste2→;"]],
  } as Readonly<Record<string, RuleList>>).map(([name, rules]) =>
    [name, rules.map(([base, body]) => [base, body.replaceAll("|", "\u00ad")] as const)] as const
  ),
));

Deno.test("readRbnf spells German numbers", () => {
  const rules = readRbnf(GERMAN);
  assertEquals(rules.language, "de");
  const spell = (number: number, set = "%spellout-numbering") => rules.spell(set, number);
  const plain = (number: number, set?: string) => spell(number, set).replaceAll("\u00ad", "");
  assertEquals(
    [0, 1, 7, 12, 13, 16, 17, 19].map((number) => plain(number)),
    ["null", "eins", "sieben", "zwölf", "dreizehn", "sechzehn", "siebzehn", "neunzehn"],
  );
  assertEquals(plain(20), "zwanzig");
  assertEquals(spell(21), "ein\u00adund\u00adzwanzig");
  assertEquals(plain(99), "neunundneunzig");
  assertEquals(plain(100), "einhundert");
  assertEquals(plain(101), "einhunderteins");
  assertEquals(plain(1000), "eintausend");
  // As spelled by ICU 72.1 (RuleBasedNumberFormat, SPELLOUT, de).
  assertEquals(plain(21_021), "einundzwanzigtausendeinundzwanzig");
  assertEquals(
    plain(1_234_567),
    "eine Million zweihundertvierunddreißigtausendfünfhundertsiebenundsechzig",
  );
  assertEquals(plain(31_000_001), "einunddreißig Millionen eins");
  assertEquals(plain(-42), "minus zweiundvierzig");
  assertEquals(plain(1_000_000, "%ordinal"), "eine Millionste");
  assertEquals(plain(1_000_004, "%ordinal"), "eine Million vierte");
  assertEquals(plain(1, "%spellout-cardinal-masculine"), "ein");
  assertEquals(plain(1, "%spellout-cardinal-feminine"), "eine");
  // Years by hundreds, from the rule 1100/100.
  assertEquals(plain(1999, "%spellout-numbering-year"), "neunzehnhundertneunundneunzig");
  assertEquals(plain(1100, "%spellout-numbering-year"), "elfhundert");
  assertEquals(plain(2024, "%spellout-numbering-year"), "zweitausendvierundzwanzig");
  assertEquals(plain(2 ** 53 - 1).startsWith("neun Billiarden "), true);
});

Deno.test("German spellings of all numbers below 20,000 differ", () => {
  const rules = readRbnf(GERMAN);
  const spellings = new Set(
    Array.from({ length: 20_000 }, (_, i) => rules.spell("%spellout-numbering", i)),
  );
  assertEquals(spellings.size, 20_000);
});

Deno.test("spell rolls back to the rule before where no remainder is left", () => {
  // Technical Standard 35's case: a rule for 201 and above must not spell 300.
  const rules = readRbnf(rbnf({
    "%n": [
      ...["zero", "one", "two", "three", "four"].map((word, i) => [`${i}`, `${word};`] as const),
      ["100", "←← hundred[ →→];"],
      ["201", "←← hundred and →→;"],
    ],
  }));
  assertEquals(rules.spell("%n", 300), "three hundred");
  assertEquals(rules.spell("%n", 304), "three hundred and four");
  assertEquals(rules.spell("%n", 104), "one hundred four");
});

Deno.test("a rule's radix and marks choose its divisor", () => {
  const words: RuleList = [["0", "nil;"], ["1", "one;"], ["2", "two;"], ["3", "three;"]];
  const rules = readRbnf(rbnf({
    "%scores": [...words, ["20/20", "←← score[ →→];"]],
    "%marks": [...words, ["100>", "←%scores← tens[ →→];"]],
    "%commas": [...words, ["1,000", "←← k[ →→];"]],
  }));
  assertEquals(rules.spell("%scores", 43), "two score three");
  assertEquals(rules.spell("%marks", 203), "one score tens three");
  assertEquals(rules.spell("%commas", 2003), "two k three");
});

Deno.test("readRbnf and spell name what is wrong", () => {
  const refuses = (sets: Readonly<Record<string, RuleList>>, message: string, number = 1) =>
    assertThrows(
      () => readRbnf(rbnf(sets)).spell("%n", number),
      MalformedFileError,
      `Cannot read rules of number spelling: expected ${message}`,
    );
  refuses({ "%n": [["0", "=%n=;"]] }, "rules that end after 1000 steps");
  refuses({ "%n": [["0", "=%n==%n=;"]] }, "rules that end after 1000 steps");
  refuses({ "%n": [["0", "=%m=;"]] }, 'a set of rules that exists, got "%m"');
  refuses({ "%n": [["5", "five;"]] }, "a rule for 1, got none");
  refuses({ "%n": [["0", "zero;"]] }, "a rule for negative numbers, got none", -1);
  refuses({ "%n": [["0", "=#,##0=;"]] }, 'rules of words alone, got "=#,##0="');
  refuses({ "%n": [["0", "→→→;"]] }, 'rules of words alone, got "→→→"');
  refuses({ "%n": [["0", "$(cardinal,one{a}other{b})$;"]] }, "rules of words alone");
  refuses({ "%n": [["0", "[a[b]];"]] }, "optional parts that do not nest");
  refuses({ "%n": [["0", "[a;"]] }, "brackets in pairs");
  refuses({ "%n": [["0", "a];"]] }, "brackets in pairs");
  refuses({ "%n": [["0", "$(".repeat(1000)]] }, "rules of at most 1000 letters, got 2000");
  refuses({ "%n": [["0/1", "a;"]] }, "a radix of at least 2, got 1");
  refuses({ "%n": [["zero", "a;"]] }, 'the descriptor of a rule, got "zero"');
  const rules = readRbnf(GERMAN);
  assertThrows(
    () => rules.spell("%x", 1),
    RangeError,
    "expected one of %spellout-numbering-year, ",
  );
  for (const number of [0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(
      () => rules.spell("%spellout-numbering", number),
      RangeError,
      "a whole one below 2^53",
    );
  }
  assertThrows(() => readRbnf(new TextEncoder().encode("{")), MalformedFileError, "expected JSON in UTF-8");
  assertThrows(
    () => readRbnf(Uint8Array.of(0xff)),
    MalformedFileError,
    "expected JSON in UTF-8, got other bytes",
  );
  assertThrows(
    () => readRbnf(new TextEncoder().encode("[]")),
    MalformedFileError,
    "an object at rbnf.identity",
  );
});

const SMALL = rbnf({
  "%n": [["-x", "minus →→;"], ["0", "=%%d=;"], ["20", "[→→und]zwanzig;"], ["100", "←%%d←h[ →→];"]],
  "%%d": [["0", "null;"], ["1", "eins;"], ["3", "$(cardinal,one{a}other{b})$;"]],
});
testMutations("readRbnf and its rules", (bytes) => {
  const rules = readRbnf(bytes);
  for (const number of [0, 1, 21, 121, -1]) {
    if (rules.sets.includes("%n")) rules.spell("%n", number);
  }
  return rules.sets;
}, [SMALL]);
