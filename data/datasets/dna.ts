import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRData } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { mlbench } from "./_packages.ts";
import { classesIn, levelsOf, rValue } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { keepTogether, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";

const columns: Readonly<Record<"sequence" | "label", Column>> = {
  sequence: {
    dtype: "u8",
    shape: [60],
    description: "bases from 30 before to 30 behind the point",
    classes: [..."ACGT"],
  },
  label: {
    dtype: "u8",
    shape: [],
    description: "what the point is",
    classes: ["exon to intron (donor)", "intron to exon (acceptor)", "neither"],
  },
};

/** DNA: 3,186 stretches of 60 bases, with a splice junction in the middle or without. */
export const dna: Dataset = defineDataset({
  name: "dna",
  title: "DNA splice junctions",
  description:
    "3,186 sequences of 60 bases of primate genes; at the middle an exon ends, an intron ends, or neither.",
  licence: "GPL-2.0-only",
  citation: "M. O. Noordewier, G. G. Towell, J. W. Shavlik: Training Knowledge-Based Neural Networks to " +
    "Recognize Genes in DNA Sequences. NIPS 3, 1991.",
  origin: "https://archive.ics.uci.edu/dataset/69/molecular+biology+splice+junction+gene+sequences",
  notes: [
    "Statlog's form of the set: four of the original's 3,190 sequences, with unknown bases, are left out.",
    "185 sequences are copies of others; one stands with two classes.",
    "The licence is that of R's package mlbench; UCI offers the set under CC BY 4.0.",
  ],
  splitRule: "The third of every five rows of each class, in the file's order, is in the test set; equal " +
    "sequences stay together.",
  files: [{
    name: "DNA.rda",
    encoding: "plain",
    sha256: "df941ad89a49f705a29bf38e52c91dc34029539cedb13fa24f803f1224278c9e",
    bytes: 81_208,
    sources: mlbench("DNA"),
  }],
  splits: { train: { rows: 2539, columns }, test: { rows: 647, columns } },
  decode(files) {
    const frame = rFrame(rValue(readRData(contentOf(files, "DNA splice junctions", "DNA.rda")), "DNA"));
    // Three binary columns a base: A is 1 0 0, C 0 1 0, G 0 0 1, T 0 0 0.
    const bits = Array.from({ length: 180 }, (_, i) => levelsOf(frame, `V${i + 1}`).map(Number));
    const base = (row: number, place: number) => {
      const marked = [0, 1, 2].findIndex((which) => bits[3 * place + which]![row] === 1);
      return marked < 0 ? 3 : marked;
    };
    const places = Array.from(
      { length: 60 },
      (_, place) => Array.from({ length: frame.rows }, (_, row) => base(row, place)),
    );
    const sequence = Uint8Array.from(sideBySide(places));
    const label = classesIn(frame, "Class", ["ei", "ie", "n"]);
    const isHeldOut = keepTogether(thirdOfFive(frame.rows, label), rowKeys(sequence, 60));
    return splitRows(columns, { sequence, label }, isHeldOut);
  },
});
