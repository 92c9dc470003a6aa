import type { Dataset, NumberColumn } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { contentOf } from "./_content.ts";
import { scikitLearn } from "./_packages.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const DIGITS = Array.from({ length: 10 }, (_, digit) => `${digit}`);
const PIXELS = Array.from({ length: 64 }, (_, i) => `pixel${i}`);

const columns: Readonly<Record<"image" | "label", NumberColumn>> = {
  image: {
    dtype: "u8",
    shape: [8, 8, 1],
    description: "number of inked pixels, 0 to 16, in each square of 4 x 4 of a bitmap of 32 x 32",
  },
  label: { dtype: "u8", shape: [], description: "digit that was written", classes: DIGITS },
};

/** UCI digits: 1797 handwritten digits of 8 x 8 pixels by 13 people. */
export const uciDigits: Dataset = defineDataset({
  name: "uci-digits",
  title: "UCI digits",
  description: "Handwritten digits of 13 people as 8 x 8 images of 17 grey levels; small and quick.",
  licence: "BSD-3-Clause",
  citation:
    "E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits. UCI Machine Learning Repository, " +
    "1998.",
  origin: "https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits",
  notes: [
    "The rows are those of UCI's test file alone; its training file, 3823 rows of 30 other people, is " +
    "not in the package.",
    "Who wrote a row is not told, and rows that follow each other seem to be one person's: the test set " +
    "has writers of the training set. Three nearest neighbours reach 98.6 % on it, but 96.7 % where the " +
    "last fifth of the file is the test set.",
    "The licence is scikit-learn's, whose file this is; UCI offers the set under CC BY 4.0.",
  ],
  splitRule: "The third of every five rows of each digit, in the file's order, is in the test set.",
  files: [{
    name: "digits.csv.gz",
    encoding: "gzip",
    sha256: "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8",
    bytes: 264_712,
    sources: scikitLearn("digits.csv.gz"),
  }],
  splits: { train: { rows: 1438, columns }, test: { rows: 359, columns } },
  decode(files) {
    const table = readCsv(contentOf(files, "UCI digits", "digits.csv.gz"), { header: [...PIXELS, "digit"] });
    const label = table.classes("digit", DIGITS);
    const image = Uint8Array.from(sideBySide(PIXELS.map((name) => table.numbers(name, "u8"))));
    return splitRows(columns, { image, label }, thirdOfFive(label.length, label));
  },
});
