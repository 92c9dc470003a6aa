import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRDatabase } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { modeldata } from "./_packages.ts";
import { numbersOf } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { keepTogether, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";

const INGREDIENTS = [
  "cement",
  "blast_furnace_slag",
  "fly_ash",
  "water",
  "superplasticizer",
  "coarse_aggregate",
  "fine_aggregate",
];

const columns: Readonly<Record<"mix" | "age" | "strength", Column>> = {
  mix: {
    dtype: "f32",
    shape: [7],
    description:
      "cement, blast furnace slag, fly ash, water, superplasticiser, coarse and fine aggregate, in kg " +
      "per cubic metre",
  },
  age: { dtype: "f32", shape: [], description: "days" },
  strength: { dtype: "f32", shape: [], description: "compressive strength in MPa, to be predicted" },
};

/** Concrete: the strength of 1,030 samples, by what they are mixed of and their age. */
export const concrete: Dataset = defineDataset({
  name: "concrete",
  title: "Concrete compressive strength",
  description:
    "Compressive strength of 1,030 samples of concrete, with the seven parts of the mix and the age.",
  licence: "MIT",
  citation: "I-C. Yeh: Modeling of Strength of High-Performance Concrete Using Artificial Neural Networks. " +
    "Cement and Concrete Research 28(12), 1998.",
  origin: "https://archive.ics.uci.edu/dataset/165/concrete+compressive+strength",
  notes: [
    "There are 427 mixes, many of them tested at several ages: a split by rows leaks; published ones " +
    "often do.",
    "25 rows are copies of others, and 13 more repeat mix and age with another strength.",
    "The licence is that of R's package modeldata; UCI offers the set under CC BY 4.0.",
  ],
  splitRule:
    "The third of every five rows, in the file's order, is in the test set, except that all rows of a " +
    "mix go where its first row goes.",
  files: modeldata,
  splits: { train: { rows: 862, columns }, test: { rows: 168, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "Concrete", name);
    const frame = rFrame(readRDatabase(content("Rdata.rdx"), content("Rdata.rdb")).read("concrete"));
    const mix = sideBySide(INGREDIENTS.map((name) => numbersOf(frame, name)));
    const age = Float32Array.from(numbersOf(frame, "age"));
    const strength = Float32Array.from(numbersOf(frame, "compressive_strength"));
    return splitRows(columns, { mix, age, strength }, keepTogether(thirdOfFive(frame.rows), rowKeys(mix, 7)));
  },
});
