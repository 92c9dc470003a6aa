import { assert, assertEquals, assertThrows } from "@std/assert";
import { testMutations } from "./_fuzz.ts";
import { JsonTable, readJsonTable } from "./json_table.ts";
import { MalformedFileError } from "./malformed.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options = {}) => readJsonTable(utf8(text), options);

Deno.test("JSON tables: texts, numbers of each dtype, classes, chosen rows", () => {
  const table = read('[{"n": -1, "t": "é", "s": null}, {"n": 2e3, "t": "", "s": "x"}]');
  assertEquals(table.text("t"), ["é", ""]);
  assertEquals(table.numbers("n", "i32"), Int32Array.of(-1, 2000));
  assertEquals(table.numbers("n", "f32"), Float32Array.of(-1, 2000));
  assertEquals(table.classes("s", ["x", null]), Uint8Array.of(1, 0));
  assertEquals(table.filter(({ s }) => s !== null).numbers("n", "u32"), Uint32Array.of(2000));
});

Deno.test("JSON tables: what is not one is refused in one line", () => {
  const cases: readonly [string, () => unknown][] = [
    ["expected JSON in UTF-8", () => read("[")],
    ["expected JSON in UTF-8", () => readJsonTable(Uint8Array.of(0x5b, 0xff, 0x5d))],
    ['expected an array of rows at "", got {', () => read("{}")],
    ['expected an array of rows at "a.b", got nothing', () => read('{"a": {}}', { path: ["a", "b"] })],
    ['expected an array of rows at "toString", got nothing', () => read("{}", { path: ["toString"] })],
    ["expected rows that are objects, got 1 as row 0", () => read("[1]")],
    ["expected rows of 2 fields, got [1] as row 1", () => read("[[1, 2], [1]]", { header: ["x", "y"] })],
    ["expected at most 1 members or rows, got more", () => read("[{}, {}]", { items: 1 })],
    ['expected a text as "t" in row 0, got 1', () => read('[{"t": 1}]').text("t")],
    ['expected a text as "toString" in row 0, got nothing', () => read("[{}]").text("toString")],
    [
      'expected a number as "n" in row 1, got null',
      () => read('[{"n": 1}, {"n": null}]').numbers("n", "f32"),
    ],
    ['expected numbers of u8 as "n", got 256 in row 0', () => read('[{"n": 256}]').numbers("n", "u8")],
    ['expected numbers of i32 as "n", got 1.5 in row 0', () => read('[{"n": 1.5}]').numbers("n", "i32")],
    ['expected numbers of f32 as "n", got 1e+39 in row 0', () => read('[{"n": 1e39}]').numbers("n", "f32")],
    [
      'expected one of a, b as "c" in row 0, got \\"d\\"',
      () => read('[{"c": "d"}]').classes("c", ["a", "b"]),
    ],
  ];
  for (const [message, action] of cases) assertThrows(action, MalformedFileError, message);
});

testMutations(
  "readJsonTable",
  (bytes) => readJsonTable(bytes, { path: ["rows"], items: 1000 }),
  [
    utf8('{"rows": [{"a": 1, "b": "x"}, {"a": -2.5e3, "b": null}], "n": {"rows": []}}'),
    utf8('{"rows": [{}]}'),
  ],
  { check: (table) => assert(table instanceof JsonTable && table.rows.length <= 1000) },
);
