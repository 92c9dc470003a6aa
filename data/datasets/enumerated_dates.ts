import type { Column, Dataset } from "../dataset.ts";
import { defineDataset } from "../define_dataset.ts";
import { type CivilDate, type CldrDateLength, formatCldrDate, readCldrDates } from "../readers/cldr.ts";
import { failAs } from "../readers/malformed.ts";
import { readTar } from "../readers/tar.ts";
import { cldrPackage } from "./_cldr_packages.ts";
import { contentOf } from "./_content.ts";
import { splitRows } from "./_split_rows.ts";

const LANGUAGES = ["English", "German", "Spanish", "French", "Italian", "Polish"];
const TAGS = ["en", "de", "es", "fr", "it", "pl"];
const LENGTHS: readonly CldrDateLength[] = ["full", "long", "medium", "short"];
const [FIRST_YEAR, LAST_YEAR] = [1950, 2049];
const DAYS = 36_525;

const columns: Readonly<Record<"text" | "iso" | "language" | "length", Column>> = {
  text: { dtype: "utf8", description: "the date as the language writes it" },
  iso: { dtype: "utf8", description: "the date by ISO 8601: 2026-03-09" },
  language: { dtype: "u8", shape: [], description: "language of the text", classes: LANGUAGES },
  length: { dtype: "u8", shape: [], description: "which of CLDR's patterns it follows", classes: LENGTHS },
};
const fail = failAs("dates");

/** Dates of six languages with their ISO form, made by rule: every day from 1950 to 2049 once. */
export const enumeratedDates: Dataset = defineDataset({
  name: "enumerated-dates",
  title: "Dates of six languages, enumerated",
  description:
    "Each day from 1950 to 2049 as one of six languages writes it, long or short, and by ISO 8601.",
  licence: "Unicode-3.0",
  citation: "The Unicode Consortium: Common Locale Data Repository, version 48.2. 2025.",
  origin: "https://cldr.unicode.org",
  notes: [
    "Enumerated, not collected: the patterns and names are the languages' own, the dates are made by rule. Nobody wrote them.",
    "Day n from 1 January 1950 (n = 0) is in language n mod 6, with pattern floor(n / 6) mod 4.",
    "Short dates may have two digits of the year, 50 to 99 for 1950 to 1999. English (of the United States) has the month " +
    "first there, others the day: a model must be told the language, or guess it.",
  ],
  splitRule:
    "Day n is in test if n mod 11 is 5: no day is in both, and both have every weekday, language and pattern.",
  files: [{
    name: "calendars.tar",
    encoding: "plain",
    sha256: "32450118980157208a2bd352c55cf936c5e3db184d224d8017e0f5ffab0d74b9",
    bytes: 118_272,
    members: /^(de|en|es|fr|it|pl)\/ca-gregorian\.json$/,
    sources: [cldrPackage("cldr-dates-full", "main")],
  }],
  splits: { train: { rows: 33_205, columns }, test: { rows: 3320, columns } },
  decode(files) {
    const members = readTar(contentOf(files, "dates", "calendars.tar"));
    const calendars = TAGS.map((tag) =>
      readCldrDates(members.get(`${tag}/ca-gregorian.json`) ?? fail(`a calendar of "${tag}"`, "none"))
    );
    const dates = [...days()];
    const language = Uint8Array.from({ length: DAYS }, (_, n) => n % 6);
    const length = Uint8Array.from({ length: DAYS }, (_, n) => Math.floor(n / 6) % 4);
    const text = dates.map((date, n) => formatCldrDate(calendars[language[n]!]!, LENGTHS[length[n]!]!, date));
    const iso = dates.map(({ year, month, day }) =>
      `${year}-${`${month}`.padStart(2, "0")}-${`${day}`.padStart(2, "0")}`
    );
    return splitRows(columns, { text, iso, language, length }, dates.map((_, n) => n % 11 === 5));
  },
});

/** Every day of the years, of which each fourth is a leap year: 2000 was one. */
function* days(): Generator<CivilDate> {
  for (let year = FIRST_YEAR; year <= LAST_YEAR; year++) {
    for (let month = 1; month <= 12; month++) {
      const length = month === 2 ? (year % 4 === 0 ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
      for (let day = 1; day <= length; day++) yield { year, month, day };
    }
  }
}
