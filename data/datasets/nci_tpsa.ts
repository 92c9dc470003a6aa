import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { failAs } from "../readers/malformed.ts";
import { readSmiles } from "../readers/smiles.ts";
import { contentOf } from "./_content.ts";
import { MOLECULE_COLUMNS, moleculeRows, offsetsOf } from "./_molecules.ts";
import { rdkit } from "./_packages.ts";
import { keepTogether, splitRows, thirdOfFive } from "./_split_rows.ts";

const columns: Readonly<Record<string, Column>> = {
  id: { dtype: "u32", shape: [], description: "NCI's number of the compound" },
  smiles: { dtype: "utf8", description: "the molecule as SMILES text" },
  ...MOLECULE_COLUMNS,
  hydrogens: { dtype: "list", of: "u8", description: "hydrogens bound to each atom that are not atoms here" },
  tpsa: {
    dtype: "f32",
    shape: [],
    description: "topological polar surface area in square Angstroms, to be predicted",
  },
};

/** NCI and TPSA: 4,999 molecules, as texts and as graphs, with their topological polar surface area. */
export const nciTpsa: Dataset = defineDataset({
  name: "nci-tpsa",
  title: "NCI molecules with polar surface area",
  description:
    "4,999 molecules of the NCI's open database, as SMILES and as graphs, with their polar surface area.",
  licence: "BSD-3-Clause",
  citation: "P. Ertl, B. Rohde, P. Selzer: Fast Calculation of Molecular Polar Surface Area as a Sum of " +
    "Fragment-Based Contributions. Journal of Medicinal Chemistry 43, 2000; molecules: National Cancer " +
    "Institute.",
  origin: "https://github.com/rdkit/rdkit/tree/Release_2022_09_3/Data/NCI",
  notes: [
    "The area is a sum over the polar atoms by their neighbourhood, computed by P. Ertl's program: no " +
    "measurement, and exactly learnable from the graph.",
    "Rings are written with single and double bonds; none is marked as aromatic.",
    "99 rows repeat the SMILES of another row. One molecule, with 778, is far from all others.",
    "The licence is RDKit's.",
  ],
  splitRule:
    "The third of every five rows, in the file's order, is in the test set; rows of equal SMILES stay " +
    "together.",
  files: [
    {
      name: "first_5K.smi",
      encoding: "plain",
      sha256: "91e71c015f14939837f2943dcc904f7c87e5a3a0124d82b05c28ad2f23004def",
      bytes: 192_664,
      sources: rdkit("Data/NCI/first_5K.smi"),
    },
    {
      name: "first_5k.tpsa.csv",
      encoding: "plain",
      sha256: "7c3dbaa546a317bcf8239e979d829b230b4d02b02cfe92ecffe5de2c8b222b7f",
      bytes: 199_096,
      sources: rdkit("Data/NCI/first_5k.tpsa.csv"),
    },
  ],
  splits: { train: { rows: 3994, columns }, test: { rows: 1005, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "NCI molecules", name);
    const lines = readSmiles(content("first_5K.smi"));
    const table = readCsv(content("first_5k.tpsa.csv"), { skipLines: 1, header: ["smiles", "tpsa"] });
    const smiles = lines.map((line) => line.smiles);
    if (table.text("smiles").some((text, row) => text !== smiles[row])) {
      failAs("the NCI molecules")("the same molecules in both files", "others");
    }
    const molecules = lines.map(({ molecule }) => molecule);
    const rows = {
      id: Uint32Array.from(lines, ({ name }) => Number(name)),
      smiles,
      ...moleculeRows(molecules),
      hydrogens: {
        offsets: offsetsOf(molecules.map(({ atoms }) => atoms.length)),
        values: Uint8Array.from(molecules.flatMap(({ atoms }) => atoms), ({ hydrogens }) => hydrogens),
      },
      tpsa: table.numbers("tpsa", "f32"),
    };
    return splitRows(columns, rows, keepTogether(thirdOfFive(lines.length), smiles));
  },
});
