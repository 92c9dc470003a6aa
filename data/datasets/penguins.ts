import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { contentOf } from "./_content.ts";
import { vegaDatasets } from "./_packages.ts";
import { sideBySide } from "./_side_by_side.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const SPECIES = ["Adelie", "Chinstrap", "Gentoo"];
const ISLANDS = ["Biscoe", "Dream", "Torgersen"];
const SEXES = ["FEMALE", "MALE"];
const MEASURES = ["Beak Length (mm)", "Beak Depth (mm)", "Flipper Length (mm)", "Body Mass (g)"];

const columns: Readonly<Record<"features" | "island" | "sex" | "label", Column>> = {
  features: {
    dtype: "f32",
    shape: [4],
    description: "length and depth of the beak and length of the flipper in mm, body mass in g",
  },
  island: { dtype: "u8", shape: [], description: "island of the Palmer Archipelago", classes: ISLANDS },
  sex: { dtype: "u8", shape: [], description: "sex", classes: ["female", "male", "unknown"] },
  label: { dtype: "u8", shape: [], description: "species", classes: SPECIES },
};

/** Palmer penguins: measures of 342 penguins of three species. */
export const penguins: Dataset = defineDataset({
  name: "penguins",
  title: "Palmer penguins",
  description: "Size, sex and island of 342 adult penguins of three species, measured from 2007 to 2009.",
  licence: "CC0-1.0",
  citation: "K. B. Gorman, T. D. Williams, W. R. Fraser: Ecological Sexual Dimorphism and Environmental " +
    "Variability within a Community of Antarctic Penguins (Genus Pygoscelis). PLoS ONE 9(3), 2014.",
  origin: "https://allisonhorst.github.io/palmerpenguins/",
  notes: [
    "2 of the file's 344 rows have no measures and are left out.",
    'The sex of 9 penguins is unknown; that of one of them is "." in the file.',
    "The island gives the species away in part: Gentoo live on Biscoe only, Chinstrap on Dream only.",
    "A pair of a nest is in the file, so the two sides of the split hold mates of each other.",
  ],
  splitRule: "The third of every five rows of each species, in the file's order, is in the test set.",
  files: [{
    name: "penguins.json",
    encoding: "plain",
    sha256: "0facf769609f1205b82cbceb8238c36af3e6147a0ca0e163902cc6281ce3e917",
    bytes: 67_119,
    sources: [vegaDatasets("data/penguins.json")],
  }],
  splits: { train: { rows: 273, columns }, test: { rows: 69, columns } },
  decode(files) {
    const all = readJsonTable(contentOf(files, "Palmer penguins", "penguins.json"));
    const birds = all.filter((row) => MEASURES.some((name) => row[name] !== null));
    const label = birds.classes("Species", SPECIES);
    const rows = {
      features: sideBySide(MEASURES.map((name) => birds.numbers(name, "f32"))),
      island: birds.classes("Island", ISLANDS),
      sex: birds.classes("Sex", [...SEXES, null, "."]).map((sex) => Math.min(sex, SEXES.length)),
      label,
    };
    return splitRows(columns, rows, thirdOfFive(label.length, label));
  },
});
