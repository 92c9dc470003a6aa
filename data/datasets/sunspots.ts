import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { contentOf } from "./_content.ts";
import { statsmodels } from "./_packages.ts";
import { lastRows, splitRows } from "./_split_rows.ts";

const columns: Readonly<Record<"year" | "activity", Column>> = {
  year: { dtype: "i32", shape: [], description: "year, 1700 to 2008" },
  activity: { dtype: "f32", shape: [], description: "mean sunspot number of the year" },
};

/** Sunspots: the yearly sunspot number from 1700 to 2008. */
export const sunspots: Dataset = defineDataset({
  name: "sunspots",
  title: "Sunspots",
  description: "The mean number of sunspots of each year from 1700 to 2008: a cycle of about eleven years.",
  licence: "LicenseRef-public-domain",
  citation: "National Geophysical Data Center, NOAA: Yearly Sunspot Numbers 1700 to 2008.",
  origin: "https://www.ngdc.noaa.gov/stp/solar/solarda3.html",
  notes: [
    "The numbers are of the first version of the series; that of 2015 (version 2.0) is larger by about half.",
    "Monthly values go back to 1749; the yearly ones before it rest on few observations.",
  ],
  splitRule: "The last 60 years, 1949 to 2008, are the test set: the future of the training set.",
  files: [{
    name: "sunspots.csv",
    encoding: "plain",
    sha256: "f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b",
    bytes: 2944,
    sources: statsmodels("sunspots/sunspots.csv"),
  }],
  splits: { train: { rows: 249, columns }, test: { rows: 60, columns } },
  decode(files) {
    const table = readCsv(contentOf(files, "Sunspots", "sunspots.csv"));
    const rows = { year: table.numbers("YEAR", "i32"), activity: table.numbers("SUNACTIVITY", "f32") };
    return splitRows(columns, rows, lastRows(rows.year.length, 60));
  },
});
