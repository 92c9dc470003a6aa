import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { type Fail, failAs } from "../readers/malformed.ts";
import { readRDatabase } from "../readers/r_data.ts";
import { contentOf } from "./_content.ts";
import { dslabs } from "./_packages.ts";
import { keepTogether, rowKeys, splitRows, thirdOfFive } from "./_split_rows.ts";

const TISSUES = ["cerebellum", "colon", "endometrium", "hippocampus", "kidney", "liver", "placenta"];
const fail: Fail = failAs("R data");

const columns: Readonly<Record<"features" | "label", Column>> = {
  features: { dtype: "f32", shape: [500], description: "expression of 500 genes, log2 of the intensity" },
  label: { dtype: "u8", shape: [], description: "tissue", classes: TISSUES },
};

/** Tissue gene expression: the activity of 500 genes in 189 samples of seven tissues. */
export const tissueGeneExpression: Dataset = defineDataset({
  name: "tissue-gene-expression",
  title: "Tissue gene expression",
  description: "The expression of 500 genes in 189 samples of seven human tissues: more features than rows.",
  licence: "Artistic-2.0",
  citation:
    "Rafael A. Irizarry, Amy Gill: dslabs: Data Science Labs, 2021, from tissuesGeneExpression of R. " +
    "A. Irizarry.",
  origin: "https://github.com/genomicsclass/tissuesGeneExpression",
  notes: [
    "The 500 genes are a random choice of the original's 22,215.",
    "4 samples are copies of others.",
  ],
  splitRule:
    "The third of every five samples of each tissue, in the file's order, is in the test set; equal " +
    "samples stay together.",
  files: dslabs,
  splits: { train: { rows: 150, columns }, test: { rows: 39, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "Tissue gene expression", name);
    const list = readRDatabase(content("Rdata.rdx"), content("Rdata.rdb")).read("tissue_gene_expression");
    const [x, y] = list.type === "list" ? list.values : [];
    if (x?.type !== "double" || y?.type !== "integer" || x.values.length !== 500 * y.values.length) {
      return fail("a matrix of 500 genes and a factor of tissues", "something else");
    }
    const rows = y.values.length; // R goes column by column: x[row + rows * gene].
    const features = Float32Array.from(x.values, (_, i) => x.values[Math.floor(i / 500) + rows * (i % 500)]!);
    const label = Uint8Array.from(y.values, (code) => code - 1);
    const isHeldOut = keepTogether(thirdOfFive(rows, label), rowKeys(features, 500));
    return splitRows(columns, { features, label }, isHeldOut);
  },
});
