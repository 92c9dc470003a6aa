import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { readCsv } from "../readers/csv.ts";
import { contentOf } from "./_content.ts";
import { vegaDatasets } from "./_packages.ts";
import { lastRows, splitRows } from "./_split_rows.ts";

const WEATHER = ["drizzle", "fog", "rain", "snow", "sun"];

const columns: Readonly<Record<string, Column>> = {
  date: { dtype: "utf8", description: "day, YYYY-MM-DD" },
  precipitation: { dtype: "f32", shape: [], description: "mm" },
  maxTemperature: { dtype: "f32", shape: [], description: "highest of the day, in degrees Celsius" },
  minTemperature: { dtype: "f32", shape: [], description: "lowest of the day, in degrees Celsius" },
  wind: { dtype: "f32", shape: [], description: "mean speed, in m/s" },
  weather: { dtype: "u8", shape: [], description: "what the day was like", classes: WEATHER },
};

/** Seattle weather: temperatures, rain and wind of 1,461 days, 2012 to 2015. */
export const seattleWeather: Dataset = defineDataset({
  name: "seattle-weather",
  title: "Seattle weather",
  description: "Daily temperatures, precipitation and wind in Seattle from 2012 to 2015, without gaps.",
  licence: "BSD-3-Clause",
  citation:
    "National Climatic Data Center, NOAA: daily summaries, Seattle, 2012 to 2015; by way of vega-datasets.",
  origin: "https://www.ncdc.noaa.gov/cdo-web/datatools/records",
  notes: [
    "vega-datasets put the weather together from several fields, and not alike in all years: fog on 5 " +
    "days of 2012 and on 52 of 2015, drizzle on 31 days of 2012 and on none of 2014.",
    "The licence is vega-datasets'; the measurements are a work of the United States' government.",
  ],
  splitRule: "The last 365 days, the year 2015, are the test set: the future of the training set.",
  files: [{
    name: "seattle-weather.csv",
    encoding: "plain",
    sha256: "0845078a290b48e3149ab8639966824110a251db4e06fc144c06ebb534af23be",
    bytes: 48_219,
    sources: [vegaDatasets("data/seattle-weather.csv")],
  }],
  splits: { train: { rows: 1096, columns }, test: { rows: 365, columns } },
  decode(files) {
    const table = readCsv(contentOf(files, "Seattle weather", "seattle-weather.csv"));
    const rows = {
      date: table.text("date"),
      precipitation: table.numbers("precipitation", "f32"),
      maxTemperature: table.numbers("temp_max", "f32"),
      minTemperature: table.numbers("temp_min", "f32"),
      wind: table.numbers("wind", "f32"),
      weather: table.classes("weather", WEATHER),
    };
    return splitRows(columns, rows, lastRows(rows.wind.length, 365));
  },
});
