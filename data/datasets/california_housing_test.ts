import { assertEquals, assertThrows } from "@std/assert";
import { gzipSync } from "fflate";
import type { Rows } from "../dataset.ts";
import { MalformedFileError } from "../readers/malformed.ts";
import { writeTar } from "../readers/tar.ts";
import { columnOf } from "../columns.ts";
import { californiaHousing } from "./california_housing.ts";
import { means, numbersIn, testFacts } from "./_testing.ts";

/** The archive in small: rows of its form, the first of them its own first row. */
function decodeTable(lines: readonly string[], name = "cal_housing.data"): Record<string, Rows> {
  const member = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  const archive = gzipSync(writeTar([[`CaliforniaHousing/${name}`, member]]), { mtime: 0 });
  const { train, test } = californiaHousing.decode(new Map([["cal_housing.tgz", archive]]));
  return { train: train as Rows, test: test as Rows };
}

const FIRST =
  "-122.230000,37.880000,41.000000,880.000000,129.000000,322.000000,126.000000,8.325200,452600.000000";
const row = (i: number) =>
  `-120.000000,35.000000,${i}.000000,1.000000,1.000000,1.000000,1.000000,1.000000,1.000000`;

Deno.test("California housing: rows of the archive's form, split by runs of 100", () => {
  const { train, test } = decodeTable([FIRST, ...Array.from({ length: 749 }, (_, i) => row(i + 1))]);
  const names = Object.keys(californiaHousing.splits.train!.columns);
  const first = [-122.23, 37.88, 41, 880, 129, 322, 126, 8.3252, 452600].map(Math.fround);
  assertEquals(names.map((name) => columnOf(train!, name)[0]), first);
  const range = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);
  assertEquals([...columnOf(test!, "medianAge")], [...range(200, 300), ...range(700, 750)]);
  assertEquals([...columnOf(train!, "medianAge")], [41, ...range(1, 200), ...range(300, 700)]);
});

Deno.test("California housing: another archive is refused in one line", () => {
  assertThrows(
    () => decodeTable([FIRST], "other.data"),
    MalformedFileError,
    "expected a member CaliforniaHousing/",
  );
  assertThrows(() => decodeTable([FIRST.slice(0, 50)]), MalformedFileError, "expected 9 fields in line 1");
  assertThrows(
    () => californiaHousing.decode(new Map([["cal_housing.tgz", Uint8Array.of(31)]])),
    MalformedFileError,
  );
  assertThrows(() => californiaHousing.decode(new Map()), RangeError, "got none");
});

// Published: a mean of 206,855.82 dollars.
testFacts(californiaHousing, "its published mean value", (splits) => {
  assertEquals(means(numbersIn(splits, "medianValue")).map((mean) => Math.round(100 * mean)), [20_685_582]);
});
