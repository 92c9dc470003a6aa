import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRData } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { mlbench } from "./_packages.ts";
import { classesIn, levelsOf, numbersOf, rValue } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows } from "./_split_rows.ts";

const WORDS = ["hid", "hId", "hEd", "hAd", "hYd", "had", "hOd", "hod", "hUd", "hud", "hed"];

const columns: Readonly<Record<"features" | "speaker" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [9],
    description: "log area ratios of the vocal tract, by linear prediction",
  },
  speaker: { dtype: "u8", shape: [], description: "number of the speaker, 0 to 14" },
  label: { dtype: "u8", shape: [], description: "the vowel, by the word it was spoken in", classes: WORDS },
};

/** Vowel: eleven English vowels, six times each by fifteen speakers, as nine numbers. */
export const vowel: Dataset = defineDataset({
  name: "vowel",
  title: "Vowel recognition (Deterding)",
  description:
    "Eleven steady vowels of British English, spoken six times each by fifteen speakers, as nine numbers.",
  licence: "GPL-2.0-only",
  citation:
    "David Deterding: Speaker Normalisation for Automatic Speech Recognition. PhD thesis, Cambridge, 1989.",
  origin: "https://archive.ics.uci.edu/dataset/152/connectionist+bench+vowel+recognition+deterding+data",
  notes: [
    "Of the original's ten numbers the second is not in mlbench's file.",
    "Robinson's thesis (1989) has 56% for the nearest neighbour and at best 55% for his networks, on " +
    "ten numbers.",
    "The licence is that of R's package mlbench; UCI offers the set under CC BY 4.0.",
  ],
  splitRule:
    "The original one: speakers 0 to 7 (four men, four women) are the training set, 8 to 14 the test set.",
  files: [{
    name: "Vowel.rda",
    encoding: "plain",
    sha256: "6577f9ca304153797ec7621d79020b010d160c425da2007639b9e6a2b23fb127",
    bytes: 17_800,
    sources: mlbench("Vowel"),
  }],
  splits: { train: { rows: 528, columns }, test: { rows: 462, columns } },
  decode(files) {
    const frame = rFrame(rValue(readRData(contentOf(files, "Vowel", "Vowel.rda")), "Vowel"));
    const ratios = Array.from({ length: 9 }, (_, i) => numbersOf(frame, `V${i + 2}`));
    const speaker = Uint8Array.from(levelsOf(frame, "V1"), Number);
    const rows = { features: sideBySide(ratios), speaker, label: classesIn(frame, "Class", WORDS) };
    return splitRows(columns, rows, Array.from(speaker, (number) => number >= 8));
  },
});
