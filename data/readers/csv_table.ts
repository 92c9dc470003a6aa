import { type Fail, failAs, quoted } from "./malformed.ts";

const fail: Fail = failAs("a CSV table");
/** The whole numbers that each dtype holds. */
const RANGES = {
  u8: [0, 0xff],
  i32: [-0x80000000, 0x7fffffff],
  u32: [0, 0xffffffff],
} as const;
const ARRAYS = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f32: Float32Array };
const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** The arrays that hold the numbers of a dtype. */
export interface NumbersOf {
  /** Bytes. */
  readonly u8: Uint8Array<ArrayBuffer>;
  /** Signed words. */
  readonly i32: Int32Array<ArrayBuffer>;
  /** Unsigned words. */
  readonly u32: Uint32Array<ArrayBuffer>;
  /** Values of binary32. */
  readonly f32: Float32Array<ArrayBuffer>;
}

/**
 * A table of text with named columns.
 *
 * @example
 * ```ts
 * import { CsvTable } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const table = new CsvTable(["kind", "size"], [["cat", "4"], ["dog", "7.5"]], [2, 3]);
 * assertEquals(table.classes("kind", ["dog", "cat"]), Uint8Array.of(1, 0));
 * assertEquals(table.numbers("size", "f32"), Float32Array.of(4, 7.5));
 * ```
 */
export class CsvTable {
  /** Names of the columns, in order. */
  readonly names: readonly string[];
  /** The fields of each row. */
  readonly rows: readonly (readonly string[])[];
  /** The line of the file, from 1, at which each row starts. */
  readonly lines: readonly number[];

  /** A table of rows that have as many fields as there are names. */
  constructor(names: readonly string[], rows: readonly (readonly string[])[], lines: readonly number[]) {
    this.names = names;
    this.rows = rows;
    this.lines = lines;
  }

  /** The fields of one column. @throws {MalformedFileError} if there is no such column. */
  text(name: string): string[] {
    const column = this.#column(name);
    return this.rows.map((row) => row[column]!);
  }

  /**
   * The numbers of one column; spaces around them do not count.
   *
   * *Dtypes* f32: the decimal number rounded to float64 and then to binary32, and NaN for the texts that `missing` lists;
   * u8, i32, u32: whole numbers within the dtype's range.
   * @throws {MalformedFileError} if there is no such column, or a field is no such number, naming its line.
   */
  numbers<D extends keyof NumbersOf>(
    name: string,
    dtype: D,
    { missing = [] }: { readonly missing?: readonly string[] } = {},
  ): NumbersOf[D] {
    const column = this.#column(name);
    const values = new ARRAYS[dtype](this.rows.length) as NumbersOf[D];
    for (const [i, row] of this.rows.entries()) {
      const field = row[column]!;
      values[i] = missing.includes(field) && dtype === "f32" ? NaN : this.#number(field, name, dtype, i);
    }
    return values;
  }

  /**
   * The number of each field of one column in a list of classes.
   *
   * @throws {MalformedFileError} if there is no such column, or a field is no class, naming its line.
   * @throws {RangeError} if there are more than 256 classes.
   */
  classes(name: string, classes: readonly string[]): Uint8Array<ArrayBuffer> {
    if (classes.length > 256) {
      throw new RangeError(`Cannot number classes: expected at most 256, got ${classes.length}`);
    }
    const column = this.#column(name);
    const numbers = new Map(classes.map((name, i) => [name, i]));
    return Uint8Array.from(this.rows, (row, i) => {
      const field = row[column]!;
      return numbers.get(field) ??
        fail(`one of ${classes.join(", ")} in ${this.#place(name, i)}`, quoted(field));
    });
  }

  #column(name: string): number {
    const column = this.names.indexOf(name);
    return column >= 0
      ? column
      : fail(`a column ${quoted(name)}`, this.names.map(quoted).join(", ") || "none");
  }

  #number(field: string, name: string, dtype: keyof NumbersOf, row: number): number {
    const text = field.trim();
    const value = Number(text);
    if (!NUMBER.test(text)) return fail(`a number in ${this.#place(name, row)}`, quoted(field));
    if (dtype === "f32") {
      return Number.isFinite(Math.fround(value))
        ? value
        : fail(`a number of binary32 in ${this.#place(name, row)}`, quoted(field));
    }
    const [lowest, highest] = RANGES[dtype];
    return Number.isInteger(value) && value >= lowest && value <= highest
      ? value
      : fail(`a whole number from ${lowest} to ${highest} in ${this.#place(name, row)}`, quoted(field));
  }

  #place(name: string, row: number): string {
    return `column ${quoted(name)}, line ${this.lines[row]}`;
  }
}
