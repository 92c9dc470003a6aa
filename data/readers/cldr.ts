import { isObject, objectAt, parseJson, valueAt } from "./_json.ts";
import { Budget, type Fail, failAs, type Limits } from "./malformed.ts";

const fail: Fail = failAs("CLDR data");

/** What a language calls a character. */
export interface CldrAnnotation {
  /** Its short name, which is read aloud; undefined if the language has none. */
  readonly name: string | undefined;
  /** Words to find it by. */
  readonly keywords: readonly string[];
}

/**
 * Reads the names of emoji and other characters in a language: annotations.json of the packages cldr-annotations-full
 * and cldr-annotations-derived-full. A sequence stands without the variation selector U+FE0F.
 *
 * *Source* Unicode Technical Standard 35, part 2, "Annotations".
 * @throws {MalformedFileError} if it is not such a file, or the limits do not suffice: `items` bounds the characters.
 *
 * @example
 * ```ts
 * import { readCldrAnnotations } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const json = `{"annotations": {"annotations": {"🐈": {"default": ["cat", "pet"], "tts": ["cat"]}}}}`;
 * const cat = readCldrAnnotations(new TextEncoder().encode(json)).get("🐈");
 * assertEquals(cat, { name: "cat", keywords: ["cat", "pet"] });
 * ```
 */
export function readCldrAnnotations(
  bytes: Uint8Array,
  limits: Limits = {},
): ReadonlyMap<string, CldrAnnotation> {
  const budget = new Budget(limits, fail);
  const root = parseJson(bytes, fail);
  const top = valueAt(root, ["annotationsDerived"]) === undefined ? "annotations" : "annotationsDerived";
  const file = objectAt(root, [top], fail);
  const result = new Map<string, CldrAnnotation>();
  if (file.annotations === undefined) return result; // languages without any
  const annotations = objectAt(file, ["annotations"], fail);
  for (const [character, annotation] of Object.entries(annotations)) {
    budget.takeItems(1);
    if (!isObject(annotation)) fail(`an object for ${character}`, typeof annotation);
    const names = textsOf(valueAt(annotation, ["tts"]));
    result.set(character, {
      name: names.length === 0 ? undefined : names.join(" | "), // taken apart there by the conversion to JSON
      keywords: textsOf(valueAt(annotation, ["default"])),
    });
  }
  return result;
}

function textsOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  const isText = (each: unknown): each is string => typeof each === "string";
  return Array.isArray(value) && value.every(isText) ? value : fail("a list of texts", typeof value);
}

/** The lengths of date formats. */
export type CldrDateLength = "full" | "long" | "medium" | "short";

/** How a language writes dates of the Gregorian calendar. */
export interface CldrDates {
  /** The language's tag. */
  readonly language: string;
  /** The pattern of each length: "EEEE, d. MMMM y". */
  readonly patterns: Readonly<Record<CldrDateLength, string>>;
  /** Names of the months by the letter of their field and its count, in order: "MMMM", "MMM", "LLLL", "LLL". */
  readonly months: ReadonlyMap<string, readonly string[]>;
  /** Names of the days of the week from Sunday, likewise: "EEEE", "EEE", "cccc", "ccc". */
  readonly days: ReadonlyMap<string, readonly string[]>;
  /** The era from year 1, abbreviated. */
  readonly era: string;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = Array.from({ length: 12 }, (_, i) => `${i + 1}`);
const NAMES = [["format", "wide"], ["format", "abbreviated"], ["stand-alone", "wide"], [
  "stand-alone",
  "abbreviated",
]];

/**
 * Reads how a language writes dates: ca-gregorian.json of the package cldr-dates-full.
 *
 * *Source* Unicode Technical Standard 35, part 4, "Dates".
 * @throws {MalformedFileError} if it is not such a file.
 *
 * @example
 * ```ts
 * import { readCldrDates } from "@verbatim/data";
 * import { assertThrows } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("{}");
 * assertThrows(() => readCldrDates(bytes), RangeError, "expected an object at main, got none");
 * ```
 */
export function readCldrDates(bytes: Uint8Array): CldrDates {
  const main = objectAt(parseJson(bytes, fail), ["main"], fail);
  const [language, ...others] = Object.keys(main);
  if (language === undefined || others.length > 0) fail("one language", `${Object.keys(main).length}`);
  const calendar = objectAt(main, [language!, "dates", "calendars", "gregorian"], fail);
  const names = (kind: string, letters: readonly string[], keys: readonly string[]) =>
    new Map(NAMES.map((path, i) => [letters[i]!, keys.map((key) => textAt(calendar, [kind, ...path, key]))]));
  return {
    language: language!,
    patterns: {
      full: textAt(calendar, ["dateFormats", "full"]),
      long: textAt(calendar, ["dateFormats", "long"]),
      medium: textAt(calendar, ["dateFormats", "medium"]),
      short: textAt(calendar, ["dateFormats", "short"]),
    },
    months: names("months", ["MMMM", "MMM", "LLLL", "LLL"], MONTHS),
    days: names("days", ["EEEE", "EEE", "cccc", "ccc"], DAYS),
    era: textAt(calendar, ["eras", "eraAbbr", "1"]),
  };
}

function textAt(value: unknown, path: readonly string[]): string {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : fail(`a text at ${path.join(".")}`, typeof found);
}

/** A day of the Gregorian calendar. */
export interface CivilDate {
  /** From 1. */
  readonly year: number;
  /** From 1 for January. */
  readonly month: number;
  /** From 1. */
  readonly day: number;
}

/**
 * Writes a date as a language does, with the digits 0 to 9.
 *
 * *Differs*: languages that write other digits by default get these too.
 * @throws {RangeError} if there is no such day from year 1 to 9999, or the pattern has other fields than era, year,
 * month, day and day of the week.
 *
 * @example
 * ```ts
 * import { type CldrDates, formatCldrDate } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const dates: CldrDates = {
 *   language: "de",
 *   patterns: { full: "EEEE, d. MMMM y", long: "d. MMMM y", medium: "dd.MM.y", short: "dd.MM.yy" },
 *   months: new Map([["MMMM", ["Januar", "Februar", "März"]]]),
 *   days: new Map([["EEEE", ["Sonntag", "Montag", "Dienstag"]]]),
 *   era: "n. Chr.",
 * };
 * assertEquals(formatCldrDate(dates, "full", { year: 2026, month: 3, day: 9 }), "Montag, 9. März 2026");
 * assertEquals(formatCldrDate(dates, "short", { year: 2026, month: 3, day: 9 }), "09.03.26");
 * ```
 */
export function formatCldrDate(dates: CldrDates, length: CldrDateLength, date: CivilDate): string {
  const { year, month, day } = date;
  const isDay = Number.isInteger(year) && year >= 1 && year <= 9999 && Number.isInteger(month) &&
    month >= 1 &&
    month <= 12 && Number.isInteger(day) && day >= 1 && day <= daysIn(year, month);
  if (!isDay) {
    throw new RangeError(
      `Cannot write a date: expected a day of years 1 to 9999, got ${year}-${month}-${day}`,
    );
  }
  const weekday = dayNumber(date) % 7;
  // Fields are runs of one letter; text stands as it is, or in quotes with '' for a quote.
  return dates.patterns[length].replace(/''|'((?:[^']|'')+)'|([A-Za-z])\2*/g, (field, quoted?: string) => {
    if (field === "''") return "'";
    if (quoted !== undefined) return quoted.replaceAll("''", "'");
    const name = field[0] === "M" || field[0] === "L"
      ? dates.months.get(field)?.[month - 1]
      : dates.days.get(field === "E" || field === "EE" ? "EEE" : field)?.[weekday];
    if (name !== undefined) return name;
    switch (field) {
      case "y":
        return `${year}`;
      case "yy":
        return `${year % 100}`.padStart(2, "0");
      case "M":
      case "L":
        return `${month}`;
      case "MM":
      case "LL":
        return `${month}`.padStart(2, "0");
      case "d":
        return `${day}`;
      case "dd":
        return `${day}`.padStart(2, "0");
      case "G":
        return dates.era;
    }
    throw new RangeError(`Cannot write a date: expected fields G, y, M, L, d, E and c, got ${field}`);
  });
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from the Sunday before year 1, in the Gregorian calendar, whose 1 January of year 1 is a Monday. */
function dayNumber({ year, month, day }: CivilDate): number {
  const before = year - 1;
  let days = 365 * before + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) +
    day;
  for (let earlier = 1; earlier < month; earlier++) days += daysIn(year, earlier);
  return days;
}
