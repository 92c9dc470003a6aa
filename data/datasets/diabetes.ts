import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { contentOf } from "./_content.ts";
import { scikitLearn } from "./_packages.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const NAMES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"];

const columns: Readonly<Record<"features" | "target", Column>> = {
  features: {
    dtype: "f32",
    shape: [10],
    description:
      "age in years, sex (1 or 2), body mass index, mean blood pressure, and of the serum: total " +
      "cholesterol, LDL, HDL, total cholesterol / HDL, log of triglycerides, glucose",
  },
  target: { dtype: "f32", shape: [], description: "progression of the disease a year later, 25 to 346" },
};

/** Diabetes: ten measures of 442 patients, and the progression of their disease after a year. */
export const diabetes: Dataset = defineDataset({
  name: "diabetes",
  title: "Diabetes",
  description:
    "Ten measures of 442 diabetes patients, and a measure of how their disease progressed in a year.",
  licence: "BSD-3-Clause",
  citation:
    "Bradley Efron, Trevor Hastie, Iain Johnstone, Robert Tibshirani: Least Angle Regression. Annals " +
    "of Statistics 32, 2004.",
  origin: "https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html",
  notes: [
    "The raw values; the well-known table has each feature centred and scaled to a sum of squares of 1.",
    "The licence is scikit-learn's, whose file this is; the authors published the set without one.",
    "What sex 1 and 2 are is not documented.",
  ],
  splitRule:
    "The third of every five rows, in the file's order, is in the test set; each row is another patient.",
  files: [
    {
      name: "diabetes_data_raw.csv.gz",
      encoding: "gzip",
      sha256: "ec2683754c379fdffc39f53922c475eff67e2fb9c94c7c27207b7c4371d51726",
      bytes: 19_733,
      sources: scikitLearn("diabetes_data_raw.csv.gz"),
    },
    {
      name: "diabetes_target.csv.gz",
      encoding: "gzip",
      sha256: "244713a551f62a291a354212d8a048adec6cb1244b2bc44e66a0698f5006d26d",
      bytes: 11_050,
      sources: scikitLearn("diabetes_target.csv.gz"),
    },
  ],
  splits: { train: { rows: 354, columns }, test: { rows: 88, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "Diabetes", name);
    const table = readCsv(content("diabetes_data_raw.csv.gz"), { delimiter: " ", header: NAMES });
    const target = readCsv(content("diabetes_target.csv.gz"), { header: ["target"] }).numbers(
      "target",
      "f32",
    );
    const features = sideBySide(NAMES.map((name) => table.numbers(name, "f32")));
    return splitRows(columns, { features, target }, thirdOfFive(target.length));
  },
});
