import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { contentOf } from "./_content.ts";
import { scikitLearn } from "./_packages.ts";
import { readScikitLearnTable } from "./_scikit_learn_table.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [30],
    description:
      "the mean of radius, texture, perimeter, area, smoothness, compactness, concavity, concave " +
      "points, symmetry and fractal dimension of the cell nuclei, then the ten's standard errors, then " +
      "their worst values",
  },
  label: { dtype: "u8", shape: [], description: "diagnosis", classes: ["malignant", "benign"] },
};

/** Breast Cancer Wisconsin (Diagnostic): thirty measures of cell nuclei of 569 tumours. */
export const breastCancer: Dataset = defineDataset({
  name: "breast-cancer",
  title: "Breast Cancer Wisconsin (Diagnostic)",
  description: "Measures of the cell nuclei in pictures of fine needle aspirates of 569 breast tumours.",
  licence: "BSD-3-Clause",
  citation: "W. N. Street, W. H. Wolberg, O. L. Mangasarian: Nuclear Feature Extraction for Breast Tumor " +
    "Diagnosis. SPIE 1905, 1993.",
  origin: "https://archive.ics.uci.edu/dataset/17/breast+cancer+wisconsin+diagnostic",
  notes: [
    "The licence is scikit-learn's, whose file this is; UCI offers the set under CC BY 4.0.",
    "As in scikit-learn class 0 is malignant: the class of interest is the negative one of a usual 0/1 " +
    "coding.",
    "Worst is the mean of the three largest values. Units are those of the digitised pictures.",
  ],
  splitRule:
    "The third of every five rows of each diagnosis, in the file's order, is in the test set; each row is " +
    "another patient.",
  files: [{
    name: "breast_cancer.csv",
    encoding: "plain",
    sha256: "fed3eb72d0575ef6192293f5093c6e801b1476b577d0386bf4455504522172ed",
    bytes: 119_913,
    sources: scikitLearn("breast_cancer.csv"),
  }],
  splits: { train: { rows: 456, columns }, test: { rows: 113, columns } },
  decode(files) {
    const bytes = contentOf(files, "Breast Cancer Wisconsin", "breast_cancer.csv");
    const { features, label } = readScikitLearnTable(bytes, "the tumours", 30, 2);
    return splitRows(columns, { features, label }, thirdOfFive(label.length, label));
  },
});
