import { isObject, parseJson, valueAt } from "./_json.ts";
import type { NumbersOf } from "./csv_table.ts";
import { Budget, type Fail, failAs, type Limits, quoted } from "./malformed.ts";

const fail: Fail = failAs("a JSON table");
const ARRAYS = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f32: Float32Array };

/** Where the table stands, and what its fields are called. */
export interface JsonTableOptions extends Limits {
  /** Names that lead to the table; none where it is the whole file. */
  readonly path?: readonly string[];
  /** Names of the fields, where rows are arrays; without, rows are objects. */
  readonly header?: readonly string[];
}

/** A table of named fields. */
export class JsonTable {
  /** The rows; a field that a row lacks is undefined. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];

  /** A table of objects. */
  constructor(rows: readonly Readonly<Record<string, unknown>>[]) {
    this.rows = rows;
  }

  /** The rows for which a condition holds. */
  filter(condition: (row: Readonly<Record<string, unknown>>) => boolean): JsonTable {
    return new JsonTable(this.rows.filter(condition));
  }

  /** One field of each row. @throws {MalformedFileError} if one is no text. */
  text(name: string): string[] {
    return this.#map(
      name,
      (value, where) => typeof value === "string" ? value : fail(`a text${where}`, show(value)),
    );
  }

  /**
   * One field of each row.
   *
   * *Dtypes* f32: a number, rounded to binary32; u8, i32, u32: whole numbers within the dtype's range.
   * @throws {MalformedFileError} if one is no such number.
   */
  numbers<D extends keyof NumbersOf>(name: string, dtype: D): NumbersOf[D] {
    const values = new ARRAYS[dtype](this.rows.length) as NumbersOf[D];
    const numbers = this.#map(
      name,
      (value, where) => typeof value === "number" ? value : fail(`a number${where}`, show(value)),
    );
    numbers.forEach((number, i) => {
      values[i] = number;
      const isHeld = dtype === "f32" ? Number.isFinite(values[i]) : values[i] === number;
      if (!isHeld) fail(`numbers of ${dtype} as "${name}"`, `${number} in row ${i}`);
    });
    return values;
  }

  /**
   * The place of one field of each row in a list of texts, of which null stands for null.
   *
   * @throws {MalformedFileError} if one is not in the list.
   */
  classes(name: string, classes: readonly (string | null)[]): Uint8Array<ArrayBuffer> {
    if (classes.length > 256) {
      throw new RangeError(`Cannot number classes: expected at most 256, got ${classes.length}`);
    }
    const places = new Map<unknown, number>(classes.map((each, place) => [each, place]));
    return Uint8Array.from(
      this.#map(
        name,
        (value, where) => places.get(value) ?? fail(`one of ${classes.join(", ")}${where}`, show(value)),
      ),
    );
  }

  #map<Value>(name: string, of: (value: unknown, where: string) => Value): Value[] {
    return this.rows.map((row, i) =>
      of(Object.hasOwn(row, name) ? row[name] : undefined, ` as "${name}" in row ${i}`)
    );
  }
}

/**
 * Reads a table in JSON: an array of objects, or of arrays of one length.
 *
 * *Source* RFC 8259.
 * @throws {MalformedFileError} if it is not JSON in UTF-8, has no such table there, or the limits do not suffice:
 * `items` bounds the rows.
 *
 * @example
 * ```ts
 * import { readJsonTable } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = new TextEncoder().encode('{"cars": [{"name": "fiat", "mpg": 31.5}, {"name": "ford", "mpg": 18}]}');
 * const table = readJsonTable(file, { path: ["cars"] });
 * assertEquals(table.text("name"), ["fiat", "ford"]);
 * assertEquals(table.numbers("mpg", "f32"), Float32Array.of(31.5, 18));
 * assertEquals(table.classes("name", ["ford", "fiat"]), Uint8Array.of(1, 0));
 *
 * const pairs = readJsonTable(new TextEncoder().encode("[[1, 2], [3, 4]]"), { header: ["x", "y"] });
 * assertEquals(pairs.numbers("y", "u8"), Uint8Array.of(2, 4));
 * ```
 */
export function readJsonTable(bytes: Uint8Array, options: JsonTableOptions = {}): JsonTable {
  const { path = [], header, ...limits } = options;
  const table = valueAt(parseJson(bytes, fail), path);
  if (!Array.isArray(table)) return fail(`an array of rows at "${path.join(".")}"`, show(table));
  new Budget(limits, fail).takeItems(table.length);
  return new JsonTable(table.map((row: unknown, i) => {
    if (header === undefined) {
      return isObject(row) ? row : fail("rows that are objects", `${show(row)} as row ${i}`);
    }
    return Array.isArray(row) && row.length === header.length
      ? Object.fromEntries(header.map((name, column) => [name, row[column]]))
      : fail(`rows of ${header.length} fields`, `${show(row)} as row ${i}`);
  }));
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : quoted(JSON.stringify(value)).slice(1, -1);
}
