import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readJsonTable } from "../readers/json_table.ts";
import { contentOf } from "./_content.ts";
import { vegaDatasets } from "./_packages.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const ORIGINS = ["USA", "Europe", "Japan"];

const columns: Readonly<Record<string, Column>> = {
  mpg: { dtype: "f32", shape: [], description: "miles per US gallon, to be predicted" },
  cylinders: { dtype: "u8", shape: [], description: "number of cylinders" },
  displacement: { dtype: "f32", shape: [], description: "cubic inches" },
  horsepower: { dtype: "f32", shape: [], description: "horsepower" },
  weight: { dtype: "f32", shape: [], description: "pounds" },
  acceleration: { dtype: "f32", shape: [], description: "seconds from 0 to 60 miles per hour" },
  year: { dtype: "i32", shape: [], description: "model year" },
  origin: { dtype: "u8", shape: [], description: "where it was made", classes: ORIGINS },
  name: { dtype: "utf8", description: "make and model" },
};

/** Auto MPG: fuel consumption and seven properties of 392 cars of 1970 to 1982. */
export const autoMpg: Dataset = defineDataset({
  name: "auto-mpg",
  title: "Auto MPG",
  description: "Miles per gallon of 392 cars of 1970 to 1982, with seven properties of each.",
  licence: "BSD-3-Clause",
  citation: "J. R. Quinlan: Combining Instance-Based and Model-Based Learning. ICML 1993.",
  origin: "https://archive.ics.uci.edu/dataset/9/auto+mpg",
  notes: [
    "14 of the file's 406 rows are left out: 8 lack the miles per gallon, 6 the horsepower.",
    "The file has no car of 1981 and 61 of 1982: it gives both years as 1982.",
    "The same model returns in several years, with other values, so 300 names have 392 rows: the test " +
    "set has models, but not cars, of the training set.",
    "The licence is vega-datasets'; StatLib gave the set out for educational and scientific purposes, " +
    "UCI under CC BY 4.0.",
  ],
  splitRule:
    "The third of every five complete rows, in the file's order, which is by year, is in the test set.",
  files: [{
    name: "cars.json",
    encoding: "plain",
    sha256: "f686a53678b21f4231e2f6a5ba7ce5761d9d39204fccdea1caa29fb8c460e319",
    bytes: 100_492,
    sources: [vegaDatasets("data/cars.json")],
  }],
  splits: { train: { rows: 314, columns }, test: { rows: 78, columns } },
  decode(files) {
    const all = readJsonTable(contentOf(files, "Auto MPG", "cars.json"));
    const cars = all.filter((row) => row.Miles_per_Gallon !== null && row.Horsepower !== null);
    const f32 = (name: string) => cars.numbers(name, "f32");
    const rows = {
      mpg: f32("Miles_per_Gallon"),
      cylinders: cars.numbers("Cylinders", "u8"),
      displacement: f32("Displacement"),
      horsepower: f32("Horsepower"),
      weight: f32("Weight_in_lbs"),
      acceleration: f32("Acceleration"),
      year: Int32Array.from(cars.text("Year"), (date) => Number(date.slice(0, 4))),
      origin: cars.classes("Origin", ORIGINS),
      name: cars.text("Name"),
    };
    return splitRows(columns, rows, thirdOfFive(rows.mpg.length));
  },
});
