import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRDatabase } from "../readers/r_data.ts";
import { rStrings } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { rPackage } from "./_packages.ts";
import { splitRows } from "./_split_rows.ts";

/** Names in the package, and titles, in the order in which they were published. */
const BOOKS = [
  ["sensesensibility", "Sense and Sensibility"],
  ["prideprejudice", "Pride and Prejudice"],
  ["mansfieldpark", "Mansfield Park"],
  ["emma", "Emma"],
  ["northangerabbey", "Northanger Abbey"],
  ["persuasion", "Persuasion"],
] as const;

const columns: Readonly<Record<"book" | "chapter" | "text", Column>> = {
  book: { dtype: "u8", shape: [], description: "novel", classes: BOOKS.map(([, title]) => title) },
  chapter: {
    dtype: "u32",
    shape: [],
    description: "number of the chapter in the novel, from 1 through all volumes",
  },
  text: {
    dtype: "utf8",
    description: "the chapter in lines of 70 letters or so, with empty lines between paragraphs",
  },
};

/** Jane Austen's six novels by chapters: 718,000 words. */
export const austen: Dataset = defineDataset({
  name: "austen",
  title: "Jane Austen's novels",
  description:
    "Jane Austen's six finished novels in 269 chapters, 4 million characters: a text for language models.",
  licence: "MIT",
  citation:
    "Jane Austen: six novels, 1811 to 1818. Julia Silge: janeaustenr 1.0.0, texts of Project Gutenberg for R, 2022.",
  origin: "https://github.com/juliasilge/janeaustenr",
  notes: [
    "The novels are in the public domain; the licence is that of R's package janeaustenr.",
    'Marks of volumes ("VOLUME II", "FINIS", a note of the edition) stand at the ends of some chapters; what comes before a ' +
    "first chapter is left out.",
  ],
  splitRule: "Every tenth chapter of each novel (10, 20 ...) is in test.",
  files: rPackage("janeaustenr", {
    sha256: "cab8cbe4ce965d3b42b35c03383bafccc0eb78151f70e4748ead45270470c22f",
    bytes: 262,
  }, {
    sha256: "8fb5198960d0da724b1562f96e4221e5c1b41ff455000280b02c55980c3d8f21",
    bytes: 1_601_335,
  }),
  splits: { train: { rows: 244, columns }, test: { rows: 25, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "Jane Austen's novels", name);
    const database = readRDatabase(content("Rdata.rdx"), content("Rdata.rdb"));
    const chapters = BOOKS.flatMap(([name], book) => {
      const lines = rStrings(database.read(name));
      const starts = lines.flatMap((line, i) => /^chapter [0-9ivxlc]+$/i.test(line) ? [i] : []);
      return starts.map((start, i) => ({
        book,
        chapter: i + 1,
        text: `${lines.slice(start + 1, starts[i + 1]).join("\n").replaceAll(/^\n+|\n+$/g, "")}\n`,
      }));
    });
    const values = {
      book: Uint8Array.from(chapters, ({ book }) => book),
      chapter: Uint32Array.from(chapters, ({ chapter }) => chapter),
      text: chapters.map(({ text }) => text),
    };
    return splitRows(columns, values, chapters.map(({ chapter }) => chapter % 10 === 0));
  },
});
