import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRData } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { contentOf } from "./_content.ts";
import { mlbench } from "./_packages.ts";
import { classesIn, numbersOf, rValue } from "./_r_columns.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [60],
    description: "energy in each of 60 bands of rising frequency, 0 to 1",
  },
  label: { dtype: "u8", shape: [], description: "what sent the echo back", classes: ["mine", "rock"] },
};

/** Sonar: echoes of a metal cylinder and of rocks, as energy in sixty bands. */
export const sonar: Dataset = defineDataset({
  name: "sonar",
  title: "Sonar, mines against rocks",
  description: "208 sonar echoes of a metal cylinder or of a cylindrical rock, each as energy in 60 bands.",
  licence: "GPL-2.0-only",
  citation:
    "R. P. Gorman, T. J. Sejnowski: Analysis of Hidden Units in a Layered Network Trained to Classify " +
    "Sonar Targets. Neural Networks 1, 1988.",
  origin: "https://archive.ics.uci.edu/dataset/151/connectionist+bench+sonar+mines+vs+rocks",
  notes: [
    "Neighbouring rows have neighbouring angles of the target and are alike, so every angle is in both " +
    "sets. The authors' split by angle, 104 + 104 rows, is not marked in the file.",
    "The licence is that of R's package mlbench; UCI offers the set under CC BY 4.0.",
  ],
  splitRule: "The third of every five rows of each class, in the file's order, is in the test set.",
  files: [{
    name: "Sonar.rda",
    encoding: "plain",
    sha256: "e75dbab91efeba53ff00d13281977619a9e584bd2ccff48550e8a252f7c49cd4",
    bytes: 26_152,
    sources: mlbench("Sonar"),
  }],
  splits: { train: { rows: 167, columns }, test: { rows: 41, columns } },
  decode(files) {
    const frame = rFrame(rValue(readRData(contentOf(files, "Sonar", "Sonar.rda")), "Sonar"));
    const bands = Array.from({ length: 60 }, (_, i) => numbersOf(frame, `V${i + 1}`));
    const label = classesIn(frame, "Class", ["M", "R"]);
    return splitRows(columns, { features: sideBySide(bands), label }, thirdOfFive(frame.rows, label));
  },
});
