import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { contentOf } from "./_content.ts";
import { scikitLearn } from "./_packages.ts";
import { readScikitLearnTable } from "./_scikit_learn_table.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [13],
    description:
      "alcohol, malic acid, ash, alcalinity of ash, magnesium, total phenols, flavanoids, nonflavanoid " +
      "phenols, proanthocyanins, colour intensity, hue, OD280/OD315 of diluted wines, proline; units " +
      "not given",
  },
  label: { dtype: "u8", shape: [], description: "cultivar of the vine", classes: ["1", "2", "3"] },
};

/** Wine: thirteen chemical measures of 178 wines of three cultivars. */
export const wine: Dataset = defineDataset({
  name: "wine",
  title: "Wine",
  description: "Chemical analysis of 178 wines from one region of Italy, of three cultivars.",
  licence: "BSD-3-Clause",
  citation: "M. Forina et al.: PARVUS, An Extendible Package for Data Exploration, Classification and " +
    "Correlation. Genoa, 1988.",
  origin: "https://archive.ics.uci.edu/dataset/109/wine",
  notes: [
    "The licence is scikit-learn's, whose file this is; UCI offers the set under CC BY 4.0.",
    "The features differ in scale by four orders of magnitude (proline to 1680, hue below 2): " +
    "standardise them.",
  ],
  splitRule: "The third of every five rows of each cultivar, in the file's order, is in the test set.",
  files: [{
    name: "wine_data.csv",
    encoding: "plain",
    sha256: "10e8a802908b34f86e5da8ce962f3c806694bc98450a18f61851af59f324bede",
    bytes: 11_157,
    sources: scikitLearn("wine_data.csv"),
  }],
  splits: { train: { rows: 142, columns }, test: { rows: 36, columns } },
  decode(files) {
    const { features, label } = readScikitLearnTable(
      contentOf(files, "Wine", "wine_data.csv"),
      "the wines",
      13,
      3,
    );
    return splitRows(columns, { features, label }, thirdOfFive(label.length, label));
  },
});
