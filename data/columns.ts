import type { Dtype, HostArray } from "@verbatim/core";
import type {
  Column,
  ColumnValues,
  Dataset,
  Lists,
  NumberColumn,
  Rows,
  SplitDescription,
} from "./dataset.ts";

/** Product of a shape: the number of elements. */
export function sizeOf(shape: readonly number[] | undefined): number {
  return (shape ?? []).reduce((product, size) => product * size, 1);
}

/** The number of elements of one row of a column. */
export function elementsPerRow(column: NumberColumn): number {
  return sizeOf(column.shape);
}

/** Whether a column has numbers of one shape in each row. */
export function isNumberColumn(column: Column): column is NumberColumn {
  return column.dtype !== "utf8" && column.dtype !== "list";
}

/**
 * The type of a column in words, for tables: "u8 [28, 28, 1]", "text", "lists of u32".
 *
 * @example
 * ```ts
 * import { describeType } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(describeType({ dtype: "list", of: "f32", shape: [2], description: "a path" }), "lists of f32 [2]");
 * ```
 */
export function describeType(column: Column): string {
  const type = column.dtype === "list" ? column.of : column.dtype;
  const shape = column.dtype === "utf8" ? [] : column.shape ?? [];
  const element = (type === "utf8" ? "text" : type) + (shape.length === 0 ? "" : ` [${shape.join(", ")}]`);
  return column.dtype === "list" ? `lists of ${element}` : element;
}

/** The names of a column's classes, if it has any. */
export function classesOf(column: Column): readonly string[] | undefined {
  return column.dtype === "utf8" ? undefined : column.classes;
}

/** The dtype whose elements an array holds. */
export function dtypeOf(array: HostArray): Dtype {
  if (array instanceof Float32Array) return "f32";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof Uint32Array) return "u32";
  return "u8";
}

/** The bytes of an array, without a copy. */
export function bytesOf(array: HostArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Whether values are texts. */
export function isTexts(values: ColumnValues): values is readonly string[] {
  return Array.isArray(values);
}

/** Whether values are lists. */
export function isLists(values: ColumnValues): values is Lists {
  return !isNumbers(values) && !isTexts(values);
}

/** Whether values are numbers. */
export function isNumbers(values: ColumnValues): values is HostArray {
  return ArrayBuffer.isView(values);
}

/** What values are, for messages: "u8", "texts", "lists of u8", "lists of texts". */
export function kindOf(values: ColumnValues): string {
  if (isTexts(values)) return "texts";
  if (isLists(values)) return `lists of ${kindOf(values.values)}`;
  // What is no HostArray at all, such as a Float64Array, is a mistake that only untyped code makes.
  return dtypeOf(values) !== "u8" || values instanceof Uint8Array ? dtypeOf(values) : "another kind of array";
}

/**
 * The numbers of one column.
 *
 * *Shapes* rows * (product of the column's shape) elements.
 * @throws {RangeError} if there is no such column.
 * @throws {TypeError} if it has texts or lists.
 *
 * @example
 * ```ts
 * import { columnOf, type Rows } from "@verbatim/data";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const rows: Rows = { label: Uint8Array.of(3, 1), name: ["cat", "dog"] };
 * assertEquals(columnOf(rows, "label"), Uint8Array.of(3, 1));
 * assertThrows(() => columnOf(rows, "name"), TypeError, "expected numbers, got texts");
 * ```
 */
export function columnOf(rows: Rows, name: string): HostArray {
  const values = valuesOf(rows, name);
  if (!isNumbers(values)) throw otherKind(name, "numbers", values);
  return values;
}

/**
 * The texts of one column, one for each row.
 *
 * @throws {RangeError} if there is no such column.
 * @throws {TypeError} if it has numbers or lists.
 *
 * @example
 * ```ts
 * import { textOf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(textOf({ name: ["cat", ""] }, "name"), ["cat", ""]);
 * ```
 */
export function textOf(rows: Rows, name: string): readonly string[] {
  const values = valuesOf(rows, name);
  if (!isTexts(values)) throw otherKind(name, "texts", values);
  return values;
}

/**
 * The lists of one column: row r has the elements [offsets[r], offsets[r + 1]).
 *
 * @throws {RangeError} if there is no such column.
 * @throws {TypeError} if it has no lists.
 *
 * @example
 * ```ts
 * import { listsOf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = { words: { offsets: Uint32Array.of(0, 2, 2), values: ["to", "be"] } }; // ["to", "be"] and []
 * assertEquals(listsOf(rows, "words").values.slice(0, 2), ["to", "be"]);
 * ```
 */
export function listsOf(rows: Rows, name: string): Lists {
  const values = valuesOf(rows, name);
  if (!isLists(values)) throw otherKind(name, "lists", values);
  return values;
}

/**
 * The lists of numbers of one column: as `listsOf`, with the type of the values known.
 *
 * @throws {RangeError} if there is no such column.
 * @throws {TypeError} if it has no lists of numbers.
 *
 * @example
 * ```ts
 * import { numberListsOf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = { tokens: { offsets: Uint32Array.of(0, 2, 3), values: Uint32Array.of(7, 8, 9) } };
 * const { offsets, values } = numberListsOf(rows, "tokens");
 * assertEquals(values.subarray(offsets[0], offsets[1]), Uint32Array.of(7, 8));
 * ```
 */
export function numberListsOf(rows: Rows, name: string): Lists<HostArray> {
  const lists = listsOf(rows, name);
  const { offsets, values } = lists;
  if (isTexts(values)) throw otherKind(name, "lists of numbers", lists);
  return { offsets, values };
}

/**
 * The lists of texts of one column: as `listsOf`, with the type of the values known.
 *
 * @throws {RangeError} if there is no such column.
 * @throws {TypeError} if it has no lists of texts.
 *
 * @example
 * ```ts
 * import { textListsOf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = { words: { offsets: Uint32Array.of(0, 0, 2), values: ["to", "be"] } };
 * assertEquals(textListsOf(rows, "words").values.join(" "), "to be");
 * ```
 */
export function textListsOf(rows: Rows, name: string): Lists<readonly string[]> {
  const lists = listsOf(rows, name);
  const { offsets, values } = lists;
  if (!isTexts(values)) throw otherKind(name, "lists of texts", lists);
  return { offsets, values };
}

function valuesOf(rows: Rows, name: string): ColumnValues {
  const values = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (values === undefined) {
    throw new RangeError(`Cannot read column "${name}": expected one of ${Object.keys(rows)}, got none`);
  }
  return values;
}

function otherKind(name: string, expected: string, got: ColumnValues): TypeError {
  return new TypeError(`Cannot read column "${name}": expected ${expected}, got ${kindOf(got)}`);
}

/**
 * The description of a column of numbers: its shape, its classes.
 *
 * @throws {RangeError} if the split has no such column.
 * @throws {TypeError} if it has texts or lists.
 *
 * @example
 * ```ts
 * import { fashionMnist, numberColumnOf } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(numberColumnOf(fashionMnist.splits.train!, "image").shape, [28, 28, 1]);
 * ```
 */
export function numberColumnOf(split: SplitDescription, name: string): NumberColumn {
  const column = Object.hasOwn(split.columns, name) ? split.columns[name] : undefined;
  if (column === undefined) {
    throw new RangeError(
      `Cannot use column "${name}": expected one of ${Object.keys(split.columns)}, got none`,
    );
  }
  if (!isNumberColumn(column)) {
    throw new TypeError(`Cannot use column "${name}": expected numbers, got ${column.dtype}`);
  }
  return column;
}

/**
 * The description of one split.
 *
 * @throws {RangeError} if the data set has no such split.
 */
export function splitOf(dataset: Dataset, name: string): SplitDescription {
  const split = dataset.splits[name];
  if (split === undefined) throw unknownSplit(dataset, name);
  return split;
}

/** The error for a split that a data set does not have. */
export function unknownSplit(dataset: Dataset, name: string): RangeError {
  const known = Object.keys(dataset.splits).join(", ");
  return new RangeError(`Cannot open a split of "${dataset.name}": expected one of ${known}, got "${name}"`);
}

/**
 * Checks row numbers.
 *
 * @throws {RangeError} if one is not a whole number in [0, rows).
 */
export function checkRows(rows: ArrayLike<number>, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!(row >= 0 && row < count && row === Math.floor(row))) {
      throw new RangeError(
        `Cannot read row ${row}: expected a row of the split, 0 to ${count - 1}, got ${row}`,
      );
    }
  }
}

/**
 * Checks the ends of a slice.
 *
 * @throws {RangeError} if they are not 0 <= start < end <= rows.
 */
export function checkSlice(start: number, end: number, rows: number): void {
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > rows || start >= end) {
    throw new RangeError(
      `Cannot slice a split: expected 0 <= start < end <= ${rows}, got [${start}, ${end})`,
    );
  }
}
