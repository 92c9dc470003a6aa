import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { readGzip } from "../readers/gzip.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { contentOf } from "./_content.ts";
import { splitRows, thirdOfFive } from "./_split_rows.ts";

const DATA = "CaliforniaHousing/cal_housing.data";
/** Rows of one run: neighbours in the file are neighbours on the map. */
const RUN = 100;

const columns: Readonly<Record<string, Column>> = {
  longitude: { dtype: "f32", shape: [], description: "degrees east" },
  latitude: { dtype: "f32", shape: [], description: "degrees north" },
  medianAge: { dtype: "f32", shape: [], description: "median age of the houses in years, at most 52" },
  rooms: { dtype: "f32", shape: [], description: "rooms of all households" },
  bedrooms: { dtype: "f32", shape: [], description: "bedrooms of all households" },
  population: { dtype: "f32", shape: [], description: "people" },
  households: { dtype: "f32", shape: [], description: "households" },
  medianIncome: {
    dtype: "f32",
    shape: [],
    description: "median income of the households in 10,000 US dollars",
  },
  medianValue: {
    dtype: "f32",
    shape: [],
    description: "median value of the houses in US dollars, to be predicted",
  },
};

/** California housing: the value of houses in 20,640 blocks, from the census of 1990. */
export const californiaHousing: Dataset = defineDataset({
  name: "california-housing",
  title: "California housing",
  description:
    "The median value of houses in 20,640 block groups of California in 1990, with eight measures of each.",
  licence: "CC-BY-4.0",
  citation:
    "R. Kelley Pace, Ronald Barry: Sparse Spatial Autoregressions. Statistics and Probability Letters " +
    "33, 1997.",
  origin: "https://doi.org/10.6084/m9.figshare.3829992.v2",
  notes: [
    "The values are cut off at 500,001 dollars, the ages at 52 years.",
    "The counts are sums over a block group; the well-known form of the table has them for each household.",
    "The licence is that of the archive at figshare.",
  ],
  splitRule:
    "The third of every five runs of 100 rows, in the file's order, is the test set: neighbours on the " +
    "map mostly follow each other there, and a split by rows would test on the neighbours of what it " +
    "trained on.",
  files: [{
    name: "cal_housing.tgz",
    encoding: "plain",
    sha256: "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
    bytes: 441_963,
    sources: [{ kind: "url", url: "https://ndownloader.figshare.com/files/5976036" }],
  }],
  splits: { train: { rows: 16_540, columns }, test: { rows: 4100, columns } },
  decode(files) {
    const archive = readTar(readGzip(contentOf(files, "California housing", "cal_housing.tgz")));
    const names = Object.keys(columns);
    const table = readCsv(archive.get(DATA) ?? failAs("the archive")(`a member ${DATA}`, "none"), {
      header: names,
    });
    const rows = Object.fromEntries(names.map((name) => [name, table.numbers(name, "f32")]));
    const isRunHeldOut = thirdOfFive(Math.ceil(table.rows.length / RUN));
    const isHeldOut = table.rows.map((_, row) => isRunHeldOut[Math.floor(row / RUN)]!);
    return splitRows(columns, rows, isHeldOut);
  },
});
