import type { Column, Dataset, Rows } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readRDatabase } from "../readers/r_data.ts";
import { rFrame } from "../readers/r_value.ts";
import { AMES_COLUMNS } from "./_ames_columns.ts";
import { contentOf } from "./_content.ts";
import { modeldata } from "./_packages.ts";
import { classesIn, numbersOf, wholeNumbersOf } from "./_r_columns.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

/** "MS_SubClass" becomes "msSubClass". */
function columnName(name: string): string {
  const [first = "", ...rest] = name.split("_");
  return first.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (letters) => letters.toLowerCase()) +
    rest.map((part) => part[0]!.toUpperCase() + part.slice(1)).join("");
}

const isPlace = (name: string) => name === "Longitude" || name === "Latitude";

const columns: Readonly<Record<string, Column>> = Object.fromEntries(
  AMES_COLUMNS.map(([name, description, levels]): [string, Column] => [
    columnName(name),
    levels === undefined
      ? { dtype: isPlace(name) ? "f32" : "i32", shape: [], description }
      : { dtype: "u8", shape: [], description, classes: levels.split("|") },
  ]),
);

/** Ames housing: 2,930 sales of houses in Ames, Iowa, with 73 properties of each. */
export const ames: Dataset = defineDataset({
  name: "ames",
  title: "Ames housing",
  description:
    "The sale prices of 2,930 houses in Ames, Iowa, from 2006 to 2010, with 73 properties of each.",
  licence: "MIT",
  citation:
    "Dean De Cock: Ames, Iowa: Alternative to the Boston Housing Data as an End of Semester Regression " +
    "Project. Journal of Statistics Education 19(3), 2011.",
  origin: "https://jse.amstat.org/v19n3/decock/DataDocumentation.txt",
  notes: [
    "The table of R's package modeldata: without some columns on quality; what is missing has a level " +
    "of its own, or is 0.",
    "bsmtFinSF1 should be square feet, but holds the code of bsmtFinType1: an error of the table, kept.",
    "De Cock advises to leave out five sales of more than 4,000 square feet, three of which are " +
    "partial ones.",
    "The longitudes and latitudes were found later, from addresses.",
  ],
  splitRule:
    "The third of every five rows, in the file's order, which is by year of the sale, is in the test set.",
  files: modeldata,
  splits: { train: { rows: 2344, columns }, test: { rows: 586, columns } },
  decode(files) {
    const content = (name: string) => contentOf(files, "Ames housing", name);
    const frame = rFrame(readRDatabase(content("Rdata.rdx"), content("Rdata.rdb")).read("ames"));
    const rows: Rows = Object.fromEntries(AMES_COLUMNS.map(([name, , levels]) => [
      columnName(name),
      levels !== undefined
        ? classesIn(frame, name, levels.split("|"))
        : isPlace(name)
        ? Float32Array.from(numbersOf(frame, name))
        : wholeNumbersOf(frame, name),
    ]));
    return splitRows(columns, rows, thirdOfFive(frame.rows));
  },
});
