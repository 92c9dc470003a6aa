import { assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { type CldrDateLength, formatCldrDate, readCldrAnnotations, readCldrDates } from "./cldr.ts";
import { MalformedFileError } from "./malformed.ts";

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const ANNOTATIONS = json({
  annotations: {
    identity: { language: "de" },
    annotations: {
      "🐈": { default: ["Haustier", "Katze"], tts: ["Katze"] },
      "½": { default: ["ein Halb"] },
      "🧔🏻": { default: ["Bart"], tts: ["Person", "Bart: hell"] },
      __proto__: { default: [] },
    },
  },
});

Deno.test("readCldrAnnotations reads names and keywords, of either package", () => {
  const cat = ["🐈", { name: "Katze", keywords: ["Haustier", "Katze"] }];
  assertEquals([...readCldrAnnotations(ANNOTATIONS)], [
    cat,
    ["½", { name: undefined, keywords: ["ein Halb"] }],
    ["🧔🏻", { name: "Person | Bart: hell", keywords: ["Bart"] }],
  ]);
  const derived = json({
    annotationsDerived: { annotations: { "🐈": { default: ["Haustier", "Katze"], tts: ["Katze"] } } },
  });
  assertEquals([...readCldrAnnotations(derived)], [cat]);
  assertEquals(readCldrAnnotations(json({ annotations: { identity: {} } })).size, 0);
});

Deno.test("readCldrAnnotations refuses what is something else, and holds to its limits", () => {
  const refuses = (bytes: Uint8Array, message: string, limits = {}) =>
    assertThrows(
      () => readCldrAnnotations(bytes, limits),
      MalformedFileError,
      `Cannot read CLDR data: expected ${message}`,
    );
  refuses(new Uint8Array(0), "JSON in UTF-8");
  refuses(json({}), "an object at annotations, got none");
  refuses(json({ annotations: { annotations: [] } }), "an object at annotations, got none");
  refuses(json({ annotations: { annotations: { a: 1 } } }), "an object for a, got number");
  refuses(json({ annotations: { annotations: { a: { tts: "x" } } } }), "a list of texts, got string");
  refuses(json({ annotations: { annotations: { a: { tts: [1] } } } }), "a list of texts, got object");
  refuses(ANNOTATIONS, "at most 2 members or rows", { items: 2 });
});

const list = (names: string) => names.split(" ");
const byNumber = (names: string) => Object.fromEntries(list(names).map((name, i) => [i + 1, name]));
const byDay = (names: string) =>
  Object.fromEntries(list(names).map((name, i) => [list("sun mon tue wed thu fri sat")[i], name]));

/** A file in the layout of ca-gregorian.json. */
function calendar(
  language: string,
  patterns: readonly [string, string, string, string],
  months: readonly [string, string],
  days: readonly [string, string],
): Uint8Array {
  const [full, long, medium, short] = patterns;
  const names = <T>(make: (names: string) => T, [wide, abbreviated]: readonly [string, string]) => {
    const forms = { wide: make(wide), abbreviated: make(abbreviated) };
    return { format: forms, "stand-alone": forms };
  };
  const gregorian = {
    months: names(byNumber, months),
    days: names(byDay, days),
    eras: { eraAbbr: { "1": "AD" } },
    dateFormats: { full, long, medium, short },
  };
  return json({ main: { [language]: { dates: { calendars: { gregorian } } } } });
}

// Names and patterns of CLDR 48.
const GERMAN = calendar(
  "de",
  ["EEEE, d. MMMM y", "d. MMMM y", "dd.MM.y", "dd.MM.yy"],
  [
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
  ],
  ["Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag", "So. Mo. Di. Mi. Do. Fr. Sa."],
);
const ENGLISH_MONTHS =
  "January February March April May June July August September October November December";
const ENGLISH = calendar(
  "en",
  ["EEEE, MMMM d, y", "MMMM d, y", "MMM d, y", "M/d/yy"],
  [ENGLISH_MONTHS, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"],
  ["Sunday Monday Tuesday Wednesday Thursday Friday Saturday", "Sun Mon Tue Wed Thu Fri Sat"],
);

Deno.test("formatCldrDate writes dates as the engine's own copy of CLDR does", () => {
  for (const file of [GERMAN, ENGLISH]) {
    const dates = readCldrDates(file);
    for (const length of ["full", "long", "medium", "short"] as const) {
      const engine = new Intl.DateTimeFormat(dates.language, { dateStyle: length, timeZone: "UTC" });
      for (let days = -40_000; days < 40_000; days += 97) { // 1860 to 2079
        const date = new Date(days * 86_400_000);
        const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
        assertEquals(formatCldrDate(dates, length, { year, month, day }), engine.format(date));
      }
    }
  }
});

Deno.test("formatCldrDate knows the fields, quotes and forms of other languages", () => {
  const written = (pattern: string, date = { year: 2024, month: 2, day: 29 }) => {
    const dates = readCldrDates(ENGLISH);
    return formatCldrDate({ ...dates, patterns: { ...dates.patterns, full: pattern } }, "full", date);
  };
  assertEquals(written("d 'de' MMMM 'de' y"), "29 de February de 2024");
  assertEquals(written("d 'o''clock' ''y''"), "29 o'clock '2024'");
  assertEquals(written("y年M月d日EEE"), "2024年2月29日Thu");
  assertEquals(written("cccc LLLL LL L E G yy"), "Thursday February 02 2 Thu AD 24");
  assertEquals(written("EEEE", { year: 1, month: 1, day: 1 }), "Monday"); // in the Gregorian calendar, carried back
  assertEquals(written("EEEE", { year: 2000, month: 1, day: 1 }), "Saturday");
  assertThrows(() => written("QQQ y"), RangeError, "expected fields G, y, M, L, d, E and c, got QQQ");
});

Deno.test("formatCldrDate refuses days that do not exist", () => {
  const dates = readCldrDates(GERMAN);
  for (
    const [year, month, day] of [[2023, 2, 29], [1900, 2, 29], [2024, 4, 31], [2024, 13, 1], [2024, 0, 1], [
      0,
      1,
      1,
    ], [2024, 1, 1.5]]
  ) {
    assertThrows(
      () => formatCldrDate(dates, "short", { year: year!, month: month!, day: day! }),
      RangeError,
      `Cannot write a date: expected a day of years 1 to 9999, got ${year}-${month}-${day}`,
    );
  }
});

Deno.test("readCldrDates names what is missing", () => {
  const refuses = (value: unknown, message: string) =>
    assertThrows(
      () => readCldrDates(json(value)),
      MalformedFileError,
      `Cannot read CLDR data: expected ${message}`,
    );
  refuses({ main: {} }, "one language, got 0");
  refuses({ main: { de: {}, en: {} } }, "one language, got 2");
  refuses({ main: { de: {} } }, "an object at de.dates.calendars.gregorian, got none");
  const { main } = JSON.parse(new TextDecoder().decode(GERMAN));
  main.de.dates.calendars.gregorian.dateFormats.short = { _value: "d/M/yy", _numbers: "M=romanlow" };
  refuses({ main }, "a text at dateFormats.short, got object");
});

testMutations("readCldrAnnotations", (bytes) => readCldrAnnotations(bytes), [ANNOTATIONS]);
testMutations("readCldrDates", (bytes) => {
  const dates = readCldrDates(bytes);
  for (const length of ["full", "long", "medium", "short"] as CldrDateLength[]) {
    try {
      formatCldrDate(dates, length, { year: 2024, month: 2, day: 29 });
    } catch (error) {
      if (!/expected fields G, y, M, L, d, E and c/.test(`${error}`)) throw error;
    }
  }
  return dates;
}, [GERMAN, ENGLISH]);
