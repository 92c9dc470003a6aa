import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRData } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { mlbench } from "./_packages.ts";
import { classesIn, numbersOf, rValue } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const NAMES = ["pregnant", "glucose", "pressure", "triceps", "insulin", "mass", "pedigree", "age"];
/** Where 0 stands for a value that was not measured. */
const ZERO_IS_MISSING = ["glucose", "pressure", "triceps", "insulin", "mass"];

const columns: Readonly<Record<"features" | "isMeasured" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [8],
    description:
      "pregnancies, plasma glucose, diastolic blood pressure (mm Hg), skin fold of the triceps (mm), serum " +
      "insulin (mu U/ml), body mass index, pedigree function, age in years",
  },
  isMeasured: {
    dtype: "u8",
    shape: [8],
    description: "1 where there is a value; 0 where it is missing, and 0 stands",
  },
  label: {
    dtype: "u8",
    shape: [],
    description: "test for diabetes within five years",
    classes: ["negative", "positive"],
  },
};

/** Pima: eight measures of 768 women, and whether they got diabetes. */
export const pima: Dataset = defineDataset({
  name: "pima",
  title: "Pima Indians diabetes",
  description:
    "Eight measures of 768 women of Pima descent near Phoenix, and whether they got diabetes in five years.",
  licence: "GPL-2.0-only",
  citation:
    "J. W. Smith et al.: Using the ADAP Learning Algorithm to Forecast the Onset of Diabetes Mellitus. " +
    "Symposium on Computer Applications and Medical Care, 1988.",
  origin: "https://www.openml.org/d/37",
  notes: [
    "652 values are missing and written as 0: 374 of insulin, 227 of the skin fold, 35 of the blood " +
    "pressure, 11 of the mass, 5 of glucose; isMeasured tells them.",
    "UCI has withdrawn the set, for want of permission. The licence is that of R's package mlbench.",
  ],
  splitRule:
    "The third of every five rows of each class, in the file's order, is in the test set; each row is " +
    "a woman.",
  files: [{
    name: "PimaIndiansDiabetes.rda",
    encoding: "plain",
    sha256: "fc134e041577d3ff2b784e1610b6fbbe165f815abc83652ba77a28f4bccb89ec",
    bytes: 8424,
    sources: mlbench("PimaIndiansDiabetes"),
  }],
  splits: { train: { rows: 614, columns }, test: { rows: 154, columns } },
  decode(files) {
    const content = contentOf(files, "Pima Indians diabetes", "PimaIndiansDiabetes.rda");
    const frame = rFrame(rValue(readRData(content), "PimaIndiansDiabetes"));
    const measures = NAMES.map((name) => numbersOf(frame, name));
    const known = NAMES.map((name, i) =>
      measures[i]!.map((value) => ZERO_IS_MISSING.includes(name) && value === 0 ? 0 : 1)
    );
    const label = classesIn(frame, "diabetes", ["neg", "pos"]);
    const rows = { features: sideBySide(measures), isMeasured: Uint8Array.from(sideBySide(known)), label };
    return splitRows(columns, rows, thirdOfFive(frame.rows, label));
  },
});
