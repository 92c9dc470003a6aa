import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { failAs } from "../readers/malformed.ts";
import { contentOf } from "./_content.ts";
import { statsmodels } from "./_packages.ts";
import { lastRows, splitRows } from "./_split_rows.ts";

const columns: Readonly<Record<"date" | "co2" | "isMeasured", Column>> = {
  date: { dtype: "utf8", description: "a Saturday, YYYY-MM-DD" },
  co2: {
    dtype: "f32",
    shape: [],
    description: "carbon dioxide in parts per million; NaN where it was not measured",
  },
  isMeasured: { dtype: "u8", shape: [], description: "1 where there is a value, 0 where it is missing" },
};

/** Mauna Loa: the carbon dioxide of the air, week by week from 1958 to 2001. */
export const co2: Dataset = defineDataset({
  name: "co2",
  title: "Mauna Loa carbon dioxide",
  description: "Weekly carbon dioxide in the air at Mauna Loa, Hawaii, from March 1958 to December 2001.",
  licence: "LicenseRef-public-domain",
  citation: "C. D. Keeling, T. P. Whorf: Atmospheric CO2 Concentrations Derived from Flask Air Samples at " +
    "Sites in the SIO Network. In: Trends, Carbon Dioxide Information Analysis Center, 2004.",
  origin: "https://cdiac.ess-dive.lbl.gov/trends/co2/sio-keel-flask/sio-keel-flaskmlo_c.html",
  notes: [
    "59 of the 2,284 weeks have no value: they stay, as NaN, and isMeasured tells them.",
    "The values come from continuous analysis, not from the flasks that the cited page is about.",
  ],
  splitRule: "The last 520 weeks, from 1992-01-18 on, are the test set: the future of the training set.",
  files: [{
    name: "co2.csv",
    encoding: "plain",
    sha256: "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f",
    bytes: 33_974,
    sources: statsmodels("co2/co2.csv"),
  }],
  splits: { train: { rows: 1764, columns }, test: { rows: 520, columns } },
  decode(files) {
    const table = readCsv(contentOf(files, "Mauna Loa carbon dioxide", "co2.csv"));
    const values = table.numbers("co2", "f32", { missing: [""] });
    const rows = {
      date: table.text("date").map(isoDate),
      co2: values,
      isMeasured: Uint8Array.from(values, (value) => Number.isNaN(value) ? 0 : 1),
    };
    return splitRows(columns, rows, lastRows(values.length, 520));
  },
});

function isoDate(date: string): string {
  if (!/^\d{8}$/.test(date)) failAs("the weeks")("a date of eight digits", `"${date}"`);
  return `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
}
