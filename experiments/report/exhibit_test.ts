import { assert, assertEquals } from "@std/assert";
import * as v from "valibot";
import type { Exhibit } from "../exhibit.ts";
import { formatLock, lockRun, parseLock, pinRecords } from "../lock.ts";
import { compareRuns } from "../lock_comparison.ts";
import { prettyJson } from "../runner/canonical_json.ts";
import { ExhibitSchema } from "../runner/exhibit_schema.ts";
import { parseRecord } from "../runner/record_file.ts";
import { madeUpRecord } from "./_fixture.ts";

const table: Exhibit = {
  kind: "table",
  name: "words",
  title: "Words",
  caption: "One.",
  columns: ["word", "count"],
  rows: [["a", "1"]],
};

Deno.test("exhibits survive the record's file, and a record without any says nothing of them", () => {
  const record = madeUpRecord(0, { exhibits: [table] });
  assertEquals(parseRecord(prettyJson(record), "a record"), record);
  assert(!("exhibits" in lockRun(madeUpRecord(0))));
});

Deno.test("a changed, a missing and a new exhibit are differences", () => {
  const pinned = pinRecords(undefined, [madeUpRecord(0, { exhibits: [table] })], "first");
  const expected = parseLock(formatLock(pinned), "a lock").profiles.full!.seeds["0"]!;
  const whats = (exhibits: readonly Exhibit[]) =>
    compareRuns(0, expected, lockRun(madeUpRecord(0, { exhibits }))).map(({ what }) => what);
  assertEquals(whats([table]), []);
  assertEquals(whats([{ ...table, rows: [["a", "2"]] }]), ["exhibit words"]);
  assertEquals(whats([]), ["exhibit words"]);
  assertEquals(whats([table, { ...table, name: "others" }]), ["exhibit others"]);
});

Deno.test("what is no exhibit is refused", () => {
  const accepted = (changes: Record<string, unknown>) => v.is(ExhibitSchema, { ...table, ...changes });
  assert(accepted({}));
  for (const name of ["", "Two Words", "curves", "curves-2", "report", "../x"]) assert(!accepted({ name }));
  assert(!accepted({ rows: [["a"]] }), "a row with too few cells");
  const plot = {
    kind: "plot",
    name: "p",
    title: "",
    caption: "",
    x: { title: "x", scale: "linear" },
    y: { title: "y", scale: "linear", format: "number" },
  };
  const series = (y: number) => [{ label: "", mark: "line", points: [{ x: 0, y }] }];
  assert(v.is(ExhibitSchema, { ...plot, series: series(1) }));
  assert(!v.is(ExhibitSchema, { ...plot, series: series(NaN) }), "a value that is not finite");
});
