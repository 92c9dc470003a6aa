import type { Dataset, NumberColumn } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readPng } from "../readers/png.ts";
import { contentOf } from "./_content.ts";
import { splitRows } from "./_split_rows.ts";
import { cutTiles, type Place } from "./_tiles.ts";

const SIDE = 20, ROWS = 50, COLUMNS = 100, ROWS_PER_DIGIT = 5;
/** The first column of the sheet whose digits are the test set. */
const FIRST_TEST_COLUMN = 80;

const columns: Readonly<Record<"image" | "label", NumberColumn>> = {
  image: { dtype: "u8", shape: [SIDE, SIDE, 1], description: "grey value, 0 (background) to 255 (ink)" },
  label: {
    dtype: "u8",
    shape: [],
    description: "digit that was written",
    classes: Array.from({ length: 10 }, (_, digit) => `${digit}`),
  },
};

/** OpenCV digits: 5000 handwritten digits of 20 x 20 pixels, 500 of each. */
export const opencvDigits: Dataset = defineDataset({
  name: "opencv-digits",
  title: "OpenCV digits",
  description:
    "The sheet of 5000 handwritten digits on which OpenCV's samples teach recognition: 20 x 20 grey " +
    "pixels each.",
  licence: "Apache-2.0",
  citation: "The OpenCV contributors: OpenCV 4.6.0, samples/data/digits.png. 2012 to 2022.",
  origin: "https://github.com/opencv/opencv",
  notes: [
    "Who wrote the digits, and how they were made, is not told; neighbours on the sheet look as if one " +
    "hand wrote them.",
    "OpenCV's own tutorial takes the left half of the sheet for training and finds 91.76 % with five " +
    "nearest neighbours.",
    "The licence is OpenCV's, of which the sheet is a part without terms of its own.",
  ],
  splitRule:
    "The last 20 of the sheet's 100 columns, 100 of each digit, are the test set: a block, so that few " +
    "neighbours part.",
  files: [{
    name: "digits.png",
    encoding: "plain",
    sha256: "60c917758ef97cc090f35cd8e293e4de691ef942847da0ff80dedab33d57c662",
    bytes: 721_129,
    sources: [
      { kind: "url", url: "https://raw.githubusercontent.com/opencv/opencv/4.6.0/samples/data/digits.png" },
      {
        kind: "debian",
        package: "opencv-doc",
        path: "/usr/share/doc/opencv-doc/examples/data/digits.png",
      },
    ],
  }],
  splits: { train: { rows: 4000, columns }, test: { rows: 1000, columns } },
  decode(files) {
    const sheet = readPng(contentOf(files, "OpenCV digits", "digits.png"));
    const places = Array.from(
      { length: ROWS * COLUMNS },
      (_, i): Place => [i % COLUMNS * SIDE, Math.floor(i / COLUMNS) * SIDE],
    );
    const rows = {
      image: cutTiles(sheet, SIDE, places),
      label: Uint8Array.from(places, ([, y]) => Math.floor(y / (SIDE * ROWS_PER_DIGIT))),
    };
    return splitRows(columns, rows, places.map(([x]) => x >= FIRST_TEST_COLUMN * SIDE));
  },
});
