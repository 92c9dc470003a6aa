import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRData } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { mlbench } from "./_packages.ts";
import { classesIn, numbersOf, rValue } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { lastRows, splitRows } from "./_split_rows.ts";

const LEVELS = [
  "red soil",
  "cotton crop",
  "grey soil",
  "damp grey soil",
  "vegetation stubble",
  "very damp grey soil",
];

const columns: Readonly<Record<"image" | "label", Column>> = {
  image: {
    dtype: "u8",
    shape: [3, 3, 4],
    description:
      "brightness, 0 to 255, of a pixel and its eight neighbours, in two visible and two infra-red bands",
  },
  label: { dtype: "u8", shape: [], description: "what the ground at the middle pixel is", classes: LEVELS },
};

/** Satellite: windows of 3 x 3 pixels in four bands of a Landsat picture, and what grows there. */
export const satellite: Dataset = defineDataset({
  name: "satellite",
  title: "Satellite (Landsat MSS)",
  description:
    "6,435 windows of 3 x 3 pixels in four spectral bands of a Landsat picture, in six classes of ground.",
  licence: "GPL-2.0-only",
  citation: "Ashwin Srinivasan: Statlog (Landsat Satellite). UCI Machine Learning Repository, 1993.",
  origin: "https://archive.ics.uci.edu/dataset/146/statlog+landsat+satellite",
  notes: [
    "A pixel of the picture is 80 m wide. Class 6 of the original, a mixture, has no rows.",
    "Windows of the test set may overlap those of the training set: all are from one picture, in " +
    "random order.",
    "The licence is that of R's package mlbench; UCI offers the set under CC BY 4.0.",
  ],
  splitRule: "The authors' own: the last 2,000 of the 6,435 rows are the test set.",
  files: [{
    name: "Satellite.rda",
    encoding: "plain",
    sha256: "29f8cf9bb1bc51b769d694c9caf740fd1c36ed6a7c87603edf5985962e330f64",
    bytes: 109_096,
    sources: mlbench("Satellite"),
  }],
  splits: { train: { rows: 4435, columns }, test: { rows: 2000, columns } },
  decode(files) {
    const frame = rFrame(rValue(readRData(contentOf(files, "Satellite", "Satellite.rda")), "Satellite"));
    const bands = Array.from({ length: 36 }, (_, i) => numbersOf(frame, `x.${i + 1}`));
    const rows = { image: Uint8Array.from(sideBySide(bands)), label: classesIn(frame, "classes", LEVELS) };
    return splitRows(columns, rows, lastRows(frame.rows, 2000));
  },
});
