import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { testMutations } from "./_fuzz.ts";
import { type CsvOptions, readCsv } from "./csv.ts";
import { MalformedFileError } from "./malformed.ts";

const SEED = 20260503;
const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options?: CsvOptions) => readCsv(utf8(text), options);

// Python: csv.writer(f) and csv.writer(f, dialect="unix", delimiter=";"), with the rows below.
const ROWS = [
  ["a", "b c", "d\u00e9"],
  ["", 'say "hi"', "x,y;z"],
  ["two\nlines", "two\r\nlines", " spaces "],
  ["\u96ea", "'", "0"],
];
const EXCEL = utf8(
  'a,b c,d\u00e9\r\n,"say ""hi""","x,y;z"\r\n"two\nlines","two\r\nlines", spaces \r\n\u96ea,\',0\r\n',
);
const UNIX = utf8(
  '"a";"b c";"d\u00e9"\n"";"say ""hi""";"x,y;z"\n"two\nlines";"two\r\nlines";" spaces "\n"\u96ea";"\'";"0"\n',
);

Deno.test("readCsv reads what Python's csv writes", () => {
  for (const [bytes, delimiter] of [[EXCEL, ","], [UNIX, ";"]] as const) {
    const { names, rows, lines } = readCsv(bytes, { delimiter });
    assertEquals([names, ...rows], ROWS);
    assertEquals(lines, [2, 3, 6]);
  }
});

Deno.test("readCsv gives back any fields, quoted where they must be", () => {
  const field = fc.string({
    unit: fc.constantFrom(..."ab ,\"\n\r\t;\u00e9\ud83d\ude00'".match(/./gsu)!),
    maxLength: 6,
  });
  const table = fc.integer({ min: 2, max: 4 }).chain((columns) =>
    fc.array(fc.array(field, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 5 })
  );
  const write = (value: string, delimiter: string) =>
    /["\r\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(",", ";", "\t"),
      fc.constantFrom("\n", "\r\n"),
      (rows, delimiter, ending) => {
        const text = rows.map((row) => row.map((value) => write(value, delimiter)).join(delimiter) + ending)
          .join("");
        const header = rows[0]!.map((_, i) => `column ${i}`);
        assertEquals(read(text, { delimiter, header }).rows, rows);
        assertEquals(read(text.slice(0, -ending.length), { delimiter, header }).rows, rows);
      },
    ),
    { seed: SEED, numRuns: 500 },
  );
});

Deno.test("readCsv passes over lines before the table, empty lines and a byte order mark", () => {
  assertEquals(read("\ufeffa,b\n\n1,2\n\r\n").rows, [["1", "2"]]);
  assertEquals(read('178 "rows\n1,2\n', { skipLines: 1, header: ["a", "b"] }).lines, [2]);
  assertEquals(read("a\n\n1\n").rows, [[""], ["1"]]); // Of one column, an empty line is a row.
  assertEquals(read("a,b\n1,").rows, [["1", ""]]);
  assertEquals(read("a,b\n").rows, []);
});

Deno.test("readCsv takes quotes as they are where there are none, and other encodings", () => {
  assertEquals(read('a\tb\n"x\ty"z', { delimiter: "\t", quotes: false }).rows, [['"x', 'y"z']]);
  assertEquals(readCsv(Uint8Array.of(0x61, 0x0a, 0xe9, 0x80), { encoding: "windows-1252" }).rows, [[
    "\u00e9\u20ac",
  ]]);
});

Deno.test("readCsv names the line of what is wrong", () => {
  const refuses = (text: string, message: string, options?: CsvOptions) =>
    assertThrows(
      () => read(text, options),
      MalformedFileError,
      `Cannot read a CSV table: expected ${message}`,
    );
  refuses("", "a row of names, got none");
  refuses("a,b\n\n1,2\n1,2,3\n", "2 fields in line 4, got 3");
  refuses('a,b\n"x\ny",1\n1\n', "2 fields in line 4, got 1");
  refuses('a,b\n1,2\n"x,1\n\n', "a closing quote of the field that starts in line 3, got the end");
  refuses('a,b\nx"y,1\n', "quotes around fields only, in line 2, got one within");
  refuses('a,b\n"x"y,1\n', 'a delimiter or LF or CRLF after a field of line 2, got "y"');
  refuses("a,b\r1,2\r", 'a delimiter or LF or CRLF after a field of line 1, got "\\r"');
  refuses("a,b,a\n", 'columns of different names, got two of "a"');
  refuses("a", "a line 2, got the end", { skipLines: 1 });
  assertThrows(() => readCsv(Uint8Array.of(0xff)), MalformedFileError, "text in utf-8, got other bytes");
  for (const delimiter of ["", ",,", '"', "\n"]) {
    assertThrows(() => read("a", { delimiter }), RangeError, "a delimiter of one character");
  }
});

Deno.test("readCsv holds to its limits", () => {
  const text = "a,b\n1,2\n"; // Four fields of 16 + 2 bytes, and two rows.
  assertEquals(read(text, { bytes: 72, items: 2 }).rows.length, 1);
  assertThrows(() => read(text, { bytes: 71 }), MalformedFileError, "at most 71 bytes of content, got more");
  assertThrows(() => read(text, { items: 1 }), MalformedFileError, "at most 1 members or rows, got more");
});

Deno.test("a table's columns become numbers", () => {
  const table = read("x,n\n1.5, 255\n-.25e1,0\n+3.,7\n1e-50,1\n");
  assertEquals(table.numbers("x", "f32"), Float32Array.of(1.5, -2.5, 3, 0));
  for (const [dtype, array] of [["u8", Uint8Array], ["i32", Int32Array], ["u32", Uint32Array]] as const) {
    assertEquals<unknown>(table.numbers("n", dtype), array.of(255, 0, 7, 1));
  }
  // The nearest binary32 to 0.1 is 13421773 * 2^-27.
  assertEquals(read("x\n0.1\n").numbers("x", "f32")[0], 13421773 / 134217728);
  assertEquals(
    read("x\n?\n1\nNA\n").numbers("x", "f32", { missing: ["?", "NA"] }),
    Float32Array.of(NaN, 1, NaN),
  );
});

Deno.test("a field that is no number of the dtype is named with its line", () => {
  const refuses = (field: string, dtype: "f32" | "u8" | "i32" | "u32", message: string) =>
    assertThrows(
      () => read(`a,x\n1,0\n2,${field}\n`).numbers("x", dtype, { missing: ["NA"] }),
      MalformedFileError,
      `expected ${message} in column "x", line 3, got ${JSON.stringify(field)}`,
    );
  for (const field of ["", "?", "1,5", "0x10", "1e", "Infinity", "nan", "1_000", "1 2", "\u0661"]) {
    if (!field.includes(",")) refuses(field, "f32", "a number");
  }
  refuses("1e39", "f32", "a number of binary32");
  refuses("256", "u8", "a whole number from 0 to 255");
  refuses("-1", "u32", "a whole number from 0 to 4294967295");
  refuses("2147483648", "i32", "a whole number from -2147483648 to 2147483647");
  refuses("1.5", "i32", "a whole number from -2147483648 to 2147483647");
  refuses("NA", "u8", "a number");
  assertThrows(() => read("a,b\n").numbers("c", "f32"), MalformedFileError, 'a column "c", got "a", "b"');
});

Deno.test("a table's column becomes class numbers", () => {
  const table = read("kind\ncat\ndog\ncat\n");
  assertEquals(table.classes("kind", ["dog", "cat"]), Uint8Array.of(1, 0, 1));
  assertThrows(
    () => table.classes("kind", ["cat", "bird"]),
    MalformedFileError,
    'expected one of cat, bird in column "kind", line 3, got "dog"',
  );
});

testMutations(
  "readCsv",
  (bytes) => {
    const table = readCsv(bytes, { bytes: 1 << 16 });
    for (const name of table.names) table.numbers(name, "f32", { missing: [""] });
    return table;
  },
  [utf8("a,b,c\n1,2,3\n4,5,6\n"), utf8('"a","b"\r\n"1",2\r\n'), utf8("x\n1\n2\n3\n")],
  {
    check: ({ rows, names, lines }) => {
      for (const row of rows) assertEquals(row.length, names.length);
      assertEquals(lines.length, rows.length);
    },
  },
);
