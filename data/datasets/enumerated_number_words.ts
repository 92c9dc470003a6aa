import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRbnf } from "../readers/rbnf.ts";
import { cldrPackage } from "./_cldr_packages.ts";
import { contentOf } from "./_content.ts";
import { splitRows } from "./_split_rows.ts";

const columns: Readonly<Record<"words" | "digits" | "number", Column>> = {
  words: { dtype: "utf8", description: "the number spelled in German: siebenundvierzig" },
  digits: { dtype: "utf8", description: "its digits: 47" },
  number: { dtype: "u32", shape: [], description: "the number" },
};
/** All numbers below 10,000, then every 101st below a million. */
const NUMBERS = [
  ...Array.from({ length: 10_000 }, (_, i) => i),
  ...Array.from({ length: 9802 }, (_, i) => 10_000 + 101 * i),
];

/** German number words with their digits, made by rule: 19,802 numbers below a million. */
export const enumeratedNumberWords: Dataset = defineDataset({
  name: "enumerated-number-words",
  title: "German number words, enumerated",
  description:
    "19,802 numbers below a million in digits and spelled in German, which says units before tens.",
  licence: "Unicode-3.0",
  citation:
    "The Unicode Consortium: Common Locale Data Repository, version 48.2, rules of number spelling. 2025.",
  origin: "https://cldr.unicode.org",
  notes: [
    "Enumerated, not collected: numbers made by rule, spelled by CLDR's rules (%spellout-numbering). Nobody wrote them.",
    "All numbers below 10,000, and every 101st from 10,000 to 999,901.",
    "Soft hyphens, which CLDR's rules put between the parts of a word, are left out.",
  ],
  splitRule:
    "The sixth of every eleven numbers is in test, so that no number is in both, and all last digits are.",
  files: [{
    name: "de.json",
    encoding: "plain",
    sha256: "7c6970cd17012acef672fc50f165b21ffd1b824114dcfd77179d2c26187dd7b3",
    bytes: 16_873,
    sources: [cldrPackage("cldr-rbnf", "rbnf/de.json")],
  }],
  splits: { train: { rows: 18_002, columns }, test: { rows: 1800, columns } },
  decode(files) {
    const rules = readRbnf(contentOf(files, "number words", "de.json"));
    const values = {
      words: NUMBERS.map((number) => rules.spell("%spellout-numbering", number).replaceAll("\u00ad", "")),
      digits: NUMBERS.map(String),
      number: Uint32Array.from(NUMBERS),
    };
    return splitRows(columns, values, NUMBERS.map((_, i) => i % 11 === 5));
  },
});
