import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { type Fail, failAs } from "../readers/malformed.ts";
import { readSdf } from "../readers/sdf.ts";
import { contentOf } from "./_content.ts";
import { MOLECULE_COLUMNS, moleculeRows, offsetsOf } from "./_molecules.ts";
import { rdkit } from "./_packages.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const fail: Fail = failAs("the ligands");

const columns: Readonly<Record<string, Column>> = {
  name: { dtype: "utf8", description: "name of the compound" },
  ...MOLECULE_COLUMNS,
  positions: {
    dtype: "list",
    of: "f32",
    shape: [3],
    description: "place of each atom in a model, in Angstroms",
  },
  activity: {
    dtype: "f32",
    shape: [],
    description: "pIC50, -log10 of the molar concentration; to be predicted",
  },
};

/** BZR: 163 ligands of the benzodiazepine receptor in space, with their activity. */
export const bzr: Dataset = defineDataset({
  name: "bzr",
  title: "Ligands of the benzodiazepine receptor",
  description:
    "163 molecules, as graphs with coordinates, and how strongly they bind to the benzodiazepine receptor.",
  licence: "BSD-3-Clause",
  citation:
    "J. J. Sutherland, L. A. O'Brien, D. F. Weaver: Spline-Fitting with a Genetic Algorithm. Journal " +
    "of Chemical Information and Computer Sciences 43(6), 2003.",
  origin: "https://github.com/rdkit/rdkit/tree/Release_2022_09_3/Projects/DbCLI/testData",
  notes: [
    "Hydrogens are left out.",
    "The molecules are of few series, which both sets share: the test asks for interpolation within a " +
    "series.",
    "The licence is RDKit's, which has the file among its tests.",
  ],
  splitRule:
    "The third of every five rows, in the file's order, is in the test set; each row is another compound.",
  files: [{
    name: "bzr.sdf",
    encoding: "plain",
    sha256: "2d21804fa68a63f08ce47b60f1c899fd264642c95bdafa97601b82e8aa4d1bbd",
    bytes: 322_884,
    sources: rdkit("Projects/DbCLI/testData/bzr.sdf"),
  }],
  splits: { train: { rows: 130, columns }, test: { rows: 33, columns } },
  decode(files) {
    const records = readSdf(contentOf(files, "Ligands of the benzodiazepine receptor", "bzr.sdf"));
    const activity = Float32Array.from(records, ({ data, name }) => {
      const text = data.get("ACTIVITY") ?? "";
      return /^\d+(\.\d+)?$/.test(text) ? Number(text) : fail(`a number as activity of ${name}`, `"${text}"`);
    });
    const rows = {
      name: records.map(({ name }) => name),
      ...moleculeRows(records),
      positions: {
        offsets: offsetsOf(records.map(({ atoms }) => atoms.length)),
        values: Float32Array.from(records.flatMap(({ atoms }) => atoms.flatMap(({ position }) => position))),
      },
      activity,
    };
    return splitRows(columns, rows, thirdOfFive(records.length));
  },
});
