import type { Dataset, NumberColumn } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readUnifont } from "../readers/unifont.ts";
import { contentOf } from "./_content.ts";
import { keepTogether, splitRows, thirdOfFive } from "./_split_rows.ts";

const SIDE = 16;

const columns: Readonly<Record<"image" | "width" | "codePoint", NumberColumn>> = {
  image: {
    dtype: "u8",
    shape: [SIDE, SIDE, 1],
    description: "1 for ink, 0 for none; a narrow glyph has the 8 columns on the left",
  },
  width: { dtype: "u8", shape: [], description: "columns of the glyph: 8 or 16" },
  codePoint: { dtype: "u32", shape: [], description: "number of the character in Unicode" },
};

/** Unifont: black and white pictures of 57,086 characters, 16 x 16 pixels. */
export const unifont: Dataset = defineDataset({
  name: "unifont",
  title: "GNU Unifont",
  description:
    "The glyphs of 57,086 characters of Unicode's first plane as bitmaps of 16 rows and 8 or 16 columns.",
  licence: "GPL-2.0-or-later",
  citation: "Roman Czyborra, Paul Hardy and contributors: GNU Unifont, version 15.0.01, 2022.",
  origin: "https://unifoundry.com/unifont/",
  notes: [
    "28,096 glyphs are Chinese characters and 11,172 Hangul syllables, which are made of the same parts " +
    "again and again.",
    "1,211 characters have the glyph of another: A of Latin, Greek, Cyrillic, Cherokee and Lisu.",
    "What has no look of its own, or is no character yet, is drawn as its number in a black or dashed box.",
    "The licence is as Debian states it; the font's makers add the font embedding exception and, by " +
    "choice, the SIL Open Font License 1.1.",
  ],
  splitRule:
    "The third of every five characters in the order of their numbers is in test; characters of one " +
    "glyph stay together.",
  files: [{
    name: "unifont.hex.gz",
    encoding: "gzip",
    sha256: "fe93c0df9a69e71df0fcf9e71af3adab3c85a393b1a3cae1eb32f69880fc1841",
    bytes: 3_765_652,
    sources: [
      {
        kind: "url",
        url: "https://unifoundry.com/pub/unifont/unifont-15.0.01/font-builds/unifont-15.0.01.hex.gz",
      },
      { kind: "debian", package: "unifont", path: "/usr/share/unifont/unifont.hex" },
    ],
  }],
  splits: { train: { rows: 45_663, columns }, test: { rows: 11_423, columns } },
  decode(files) {
    const glyphs = readUnifont(contentOf(files, "Unifont", "unifont.hex.gz"));
    const image = new Uint8Array(glyphs.length * SIDE * SIDE);
    glyphs.forEach(({ width, pixels }, i) => {
      for (let y = 0; y < SIDE; y++) {
        image.set(pixels.subarray(y * width, (y + 1) * width), (i * SIDE + y) * SIDE);
      }
    });
    const rows = {
      image,
      width: Uint8Array.from(glyphs, ({ width }) => width),
      codePoint: Uint32Array.from(glyphs, ({ codePoint }) => codePoint),
    };
    const keys = glyphs.map(({ pixels }) => String.fromCharCode(...pixels));
    return splitRows(columns, rows, keepTogether(thirdOfFive(glyphs.length), keys));
  },
});
