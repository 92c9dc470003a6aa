import { assertEquals, assertThrows } from "@std/assert";
import { toyDataset } from "./_toy_dataset.ts";
import type { Column, Dataset, NumberColumn, SourceFile } from "./dataset.ts";
import { datasets } from "./datasets/registry.ts";
import { defineDataset } from "./define_dataset.ts";

const { dataset } = toyDataset();

Deno.test("defineDataset returns what it was given", () => {
  assertEquals(defineDataset(dataset), dataset);
});

Deno.test("data sets have different names", () => {
  const names = datasets.map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

function rejects(change: Partial<Dataset>, expected: string): void {
  assertThrows(() => defineDataset({ ...dataset, ...change }), TypeError, `expected ${expected}`);
}

function rejectsFile(change: Partial<SourceFile>, expected: string): void {
  rejects({ files: [{ ...dataset.files[0]!, ...change }] }, expected);
}

function rejectsColumn(change: Partial<NumberColumn>, expected: string): void {
  const column: Column = { dtype: "u8", shape: [2], description: "a number", ...change };
  rejects({ splits: { all: { rows: 1, columns: { column } } } }, expected);
}

Deno.test("defineDataset names what is wrong with the set", () => {
  rejects({ name: "Toy" }, 'a kebab-case name, got "Toy"');
  rejects({ name: "../toy" }, "a kebab-case name");
  rejects({ name: "toy--points" }, "a kebab-case name");
  rejects({ title: " " }, "a title, got an empty text");
  rejects({ licence: "" }, "a licence");
  rejects({ origin: "example.org" }, 'a web address as origin, got "example.org"');
  rejects({ splitRule: "" }, "a splitRule, got an empty text");
  rejects({ notes: ["A note.", " "] }, "notes, got an empty text");
  rejects({ files: [] }, "at least one file");
  rejects({ splits: {} }, "at least one split");
});

Deno.test("defineDataset names what is wrong with a file", () => {
  for (const name of ["../x", "a/b", "", ".hidden", "a b", "-rf", "x.partial"]) {
    rejectsFile({ name }, "a plain file name");
  }
  rejectsFile({ sha256: "ABC" }, "64 lower-case hexadecimal digits");
  for (const bytes of [0, -1, 1.5, NaN, 2 ** 60]) rejectsFile({ bytes }, "a positive number of bytes");
  rejectsFile({ sources: [] }, "at least one source");
  rejectsFile({ sources: [{ kind: "url", url: "file:///etc/passwd" }] }, "a web address for");
  rejectsFile({ sources: [{ kind: "debian", package: "-o=x", path: "/x" }] }, "a Debian package name");
  rejectsFile({ sources: [{ kind: "debian", package: "toy", path: "x" }] }, "an absolute path");
  rejectsFile({ sources: [{ kind: "debian", package: "toy", path: "/x/../../y" }] }, "an absolute path");
  const [first] = dataset.files;
  rejects({ files: [first!, { ...first!, name: `${first!.name}.gz` }] }, "distinct file names");
  const npm = {
    kind: "npm",
    package: "@toy/data",
    version: "1.0.0",
    integrity: `sha512-${"A".repeat(86)}==`,
    path: "data/x",
  } as const;
  const file = dataset.files[0]!;
  assertEquals(defineDataset({ ...dataset, files: [{ ...file, sources: [npm] }] }).files.length, 1);
  rejectsFile({ sources: [{ ...npm, package: "--global" }] }, "an npm package name");
  rejectsFile({ sources: [{ ...npm, package: "@toy/../x" }] }, "an npm package name");
  rejectsFile({ sources: [{ ...npm, version: "^1.0.0" }] }, "an exact version of @toy/data");
  rejectsFile({ sources: [{ ...npm, integrity: "sha1-x" }] }, '"sha512-" and 88 digits of base64');
  for (const path of ["", "/x", "../x", "a/../../x", "a//x", "a\\x"]) {
    rejectsFile({ sources: [{ ...npm, path }] }, "a relative path");
  }
  const folder = { ...file, members: /^x/, sources: [{ ...npm, path: "" }] };
  assertEquals(defineDataset({ ...dataset, files: [folder] }).files.length, 1);
  rejects({ files: [{ ...folder, encoding: "gzip" }] }, 'encoding "plain" for the members');
  rejects({ files: [{ ...folder, members: /^x/g }] }, "members of");
  rejects(
    { files: [{ ...folder, sources: [{ kind: "url", url: "https://example.org" }] }] },
    "packages as sources",
  );
});

Deno.test("defineDataset names what is wrong with a split or a column", () => {
  const { columns } = dataset.splits["train"]!;
  for (const rows of [0, 1.5, 2 ** 32]) {
    rejects({ splits: { all: { rows, columns } } }, "1 to 4294967295 rows");
  }
  rejects({ splits: { "a/b": { rows: 1, columns } } }, "kebab-case names of splits");
  rejects({ splits: { all: { rows: 1, columns: {} } } }, "at least one column");
  rejects(
    { splits: { all: { rows: 1, columns: { "a-b": columns["kind"]! } } } },
    "camelCase names of columns",
  );
  rejectsColumn({ description: "" }, "a description of column");
  for (const shape of [[0], [-1], [1.5], [2, NaN]]) rejectsColumn({ shape }, "positive sizes in the shape");
  rejectsColumn({ shape: [65536, 65536] }, "at most 2147483647 elements");
  rejectsColumn({ dtype: "f32", classes: ["a"] }, "an integer dtype for the classes");
  rejectsColumn({ classes: [] }, "distinct class names");
  rejectsColumn({ classes: ["a", "a"] }, "distinct class names");
  const rejectsKind = (column: Column, expected: string) =>
    rejects({ splits: { all: { rows: 1, columns: { column } } } }, expected);
  rejectsKind({ dtype: "utf8", description: " " }, "a description of column");
  const list = { dtype: "list", description: "a list" } as const;
  rejectsKind({ ...list, of: "utf8", shape: [2] }, 'no shape of the texts of column "all.column"');
  rejectsKind({ ...list, of: "f32", shape: [0] }, "positive sizes in the shape");
  rejectsKind({ ...list, of: "f32", classes: ["a"] }, "an integer dtype for the classes");
  rejectsKind({ ...list, of: "utf8", classes: ["a"] }, "an integer dtype for the classes");
  rejectsKind({ ...list, of: "u8", classes: ["a", "a"] }, "distinct class names");
});
