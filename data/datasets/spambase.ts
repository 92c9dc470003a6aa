import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRData } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { classesIn, numbersOf, rValue } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { keepTogether, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [57],
    description:
      "how often each of 48 words occurs, in % of the words; each of ; ( [ ! $ #, in % of the characters; " +
      "mean, longest and total length of runs of capitals",
  },
  label: { dtype: "u8", shape: [], description: "kind of message", classes: ["no spam", "spam"] },
};

/** Spambase: 4,601 e-mails as 57 frequencies of words and characters. */
export const spambase: Dataset = defineDataset({
  name: "spambase",
  title: "Spambase",
  description: "4,601 e-mails, spam or not, each as frequencies of words and characters; no texts.",
  licence: "GPL-2.0-only",
  citation:
    "M. Hopkins, E. Reeber, G. Forman, J. Suermondt: Spambase. UCI Machine Learning Repository, 1999.",
  origin: "https://archive.ics.uci.edu/dataset/94/spambase",
  notes: [
    "Wanted mail is one person's, at Hewlett-Packard: george, hp and 650 tell it, and would not elsewhere.",
    "394 rows repeat the features of others; three such sets of features stand with both classes.",
    "The licence is that of R's package kernlab; UCI offers the set under CC BY 4.0.",
  ],
  splitRule:
    "The third of every five rows of each class, in the file's order, is in the test set; rows with equal " +
    "features stay together.",
  files: [{
    name: "spam.rda",
    encoding: "plain",
    sha256: "09281b38bc7b064f63616d9056091f924f59e38aa9fd07dd3bc1af0cba9613d3",
    bytes: 107_677,
    sources: [{
      kind: "debian",
      package: "r-cran-kernlab",
      path: "/usr/lib/R/site-library/kernlab/data/spam.rda",
    }],
  }],
  splits: { train: { rows: 3642, columns }, test: { rows: 959, columns } },
  decode(files) {
    const frame = rFrame(rValue(readRData(contentOf(files, "Spambase", "spam.rda")), "spam"));
    const names = [...frame.columns.keys()].slice(0, 57);
    const features = sideBySide(names.map((name) => numbersOf(frame, name)));
    const label = classesIn(frame, "type", ["nonspam", "spam"]);
    const isHeldOut = keepTogether(thirdOfFive(frame.rows, label), rowKeys(features, 57));
    return splitRows(columns, { features, label }, isHeldOut);
  },
});
