import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { type Fail, failAs } from "../readers/malformed.ts";
import { readSdf } from "../readers/sdf.ts";
import { contentOf } from "./_content.ts";
import { MOLECULE_COLUMNS, moleculeRows, offsetsOf } from "./_molecules.ts";
import { rdkit } from "./_packages.ts";
import { splitRows } from "./_split_rows.ts";

const fail: Fail = failAs("the inhibitors");

const columns: Readonly<Record<string, Column>> = {
  id: { dtype: "utf8", description: "ZINC's name of the compound" },
  cluster: { dtype: "u8", shape: [], description: "number of the group of like compounds" },
  ...MOLECULE_COLUMNS,
  positions: {
    dtype: "list",
    of: "f32",
    shape: [3],
    description: "place of each atom in a model, in Angstroms",
  },
  flatness: {
    dtype: "f32",
    shape: [],
    description:
      "plane of best fit: mean distance of the atoms from their best plane, in Angstroms; to be predicted",
  },
};

/** EGFR: 365 inhibitors of a growth factor's receptor in space, and how far they are from flat. */
export const egfr: Dataset = defineDataset({
  name: "egfr",
  title: "Inhibitors of EGFR in space",
  description:
    "365 molecules with coordinates of all atoms, and their distance from a plane: geometry to be learnt.",
  licence: "BSD-3-Clause",
  citation:
    "N. C. Firth, N. Brown, J. Blagg: Plane of Best Fit. Journal of Chemical Information and Modeling " +
    "52(10), 2012; molecules: N. Huang, B. K. Shoichet, J. J. Irwin: Benchmarking Sets for Molecular " +
    "Docking (DUD), 2006.",
  origin: "https://github.com/rdkit/rdkit/tree/Release_2022_09_3/Contrib/PBF/testData",
  notes: [
    "All are known to bind; the file has no activities.",
    "The plane of best fit is computed from the coordinates, so there is a right answer to every molecule.",
    "The licence is RDKit's, which has the files among its tests.",
  ],
  splitRule:
    "By cluster, so that no compound of the test set is like one of the training set: clusters with a " +
    "number that leaves 1 when divided by 3 are the test set.",
  files: [
    {
      name: "egfr.sdf",
      encoding: "plain",
      sha256: "e57dfc5bd9bfd456cd435b165cfc4f86a992a059859b926ea32579986d1ef236",
      bytes: 1_236_322,
      sources: rdkit("Contrib/PBF/testData/egfr.sdf"),
    },
    {
      name: "egfr.out",
      encoding: "plain",
      sha256: "772d1e6fda325c9c395fa67fe3e66cb493b266ef761233e4bd6dc77ad428ef4b",
      bytes: 7965,
      sources: rdkit("Contrib/PBF/testData/egfr.out"),
    },
  ],
  splits: { train: { rows: 290, columns }, test: { rows: 75, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "Inhibitors of EGFR", name);
    const records = readSdf(content("egfr.sdf"));
    const results = readCsv(content("egfr.out"), { delimiter: " ", header: ["id", "flatness"] });
    const id = records.map(({ data }) => data.get("id") ?? "");
    if (results.text("id").some((text, row) => text !== id[row])) {
      fail("the same molecules in both files", "others");
    }
    const cluster = Uint8Array.from(records, ({ data, name }) => {
      const text = data.get("Cluster") ?? "";
      return /^\d{1,2}$/.test(text) ? Number(text) : fail(`a cluster of ${name}`, `"${text}"`);
    });
    const rows = {
      id,
      cluster,
      ...moleculeRows(records),
      positions: {
        offsets: offsetsOf(records.map(({ atoms }) => atoms.length)),
        values: Float32Array.from(records.flatMap(({ atoms }) => atoms.flatMap(({ position }) => position))),
      },
      flatness: results.numbers("flatness", "f32"),
    };
    return splitRows(columns, rows, Array.from(cluster, (number) => number % 3 === 1));
  },
});
