/** The attributes of a value, by name: "names", "dim", "levels", "class" ... */
export type RAttributes = ReadonlyMap<string, RValue>;

/** NULL. */
export interface RNull {
  /** Tells what it is. */
  readonly type: "null";
}

/** TRUE is 1, FALSE 0; integers as they are. {@linkcode R_NA} is NA in both. */
export interface RInteger {
  /** Tells what it is. */
  readonly type: "logical" | "integer";
  /** The elements; a matrix goes column by column. */
  readonly values: Int32Array;
  /** By name. */
  readonly attributes: RAttributes;
}

/** Numbers; NA is a NaN, and `isRNa` tells it from others. For "complex" pairs of real and imaginary part. */
export interface RDouble {
  /** Tells what it is. */
  readonly type: "double" | "complex";
  /** The elements; a matrix goes column by column. */
  readonly values: Float64Array;
  /** By name. */
  readonly attributes: RAttributes;
}

/** Strings; NA is null. */
export interface RCharacter {
  /** Tells what it is. */
  readonly type: "character";
  /** The elements; a matrix goes column by column. */
  readonly values: readonly (string | null)[];
  /** By name. */
  readonly attributes: RAttributes;
}

/** Bytes. */
export interface RRaw {
  /** Tells what it is. */
  readonly type: "raw";
  /** The elements; a matrix goes column by column. */
  readonly values: Uint8Array;
  /** By name. */
  readonly attributes: RAttributes;
}

/** A list, a list of expressions, or a pairlist (whose tags are its attribute "names"). */
export interface RList {
  /** Tells what it is. */
  readonly type: "list" | "expression" | "pairlist";
  /** The elements; a matrix goes column by column. */
  readonly values: readonly RValue[];
  /** By name. */
  readonly attributes: RAttributes;
}

/** A name. */
export interface RSymbol {
  /** Tells what it is. */
  readonly type: "symbol";
  /** The name itself. */
  readonly name: string;
}

/** What is code or state rather than data: it was passed over, and only its kind is told. */
export interface ROpaque {
  /** Tells what it is. */
  readonly type: "opaque";
  /** What it is: "function", "environment" ... */
  readonly kind: string;
}

/** An instance of an S4 class: its slots are the attributes. */
export interface RObject {
  /** Tells what it is. */
  readonly type: "s4";
  /** By name. */
  readonly attributes: RAttributes;
}

/** A value of R. */
export type RValue = RNull | RInteger | RDouble | RCharacter | RRaw | RList | RSymbol | ROpaque | RObject;

/** NA among logical values, integers and codes of factors. */
export const R_NA: number = -2147483648;

/** Whether the double at that place is NA: a NaN whose lower word is 1954. */
export function isRNa(values: Float64Array, index: number): boolean {
  return Number.isNaN(values[index]!) &&
    new DataView(values.buffer, values.byteOffset).getUint32(8 * index + LOW_WORD, LITTLE) === 1954;
}

const LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const LOW_WORD = LITTLE ? 0 : 4;

/** A column of a data frame. */
export type RColumn =
  /** Logical values, integers and doubles; NA is NaN. For dates days since 1970-01-01, for times seconds. */
  | { readonly kind: "number" | "date" | "time"; readonly values: Float64Array }
  /** Strings; NA is null. */
  | { readonly kind: "text"; readonly values: readonly (string | null)[] }
  /** Codes from 0 into the levels; NA is -1. */
  | {
    readonly kind: "factor";
    readonly values: Int32Array;
    readonly levels: readonly string[];
    readonly ordered: boolean;
  }
  /** A column that is itself a list, a matrix or a data frame. */
  | { readonly kind: "other"; readonly value: RValue };

/** A data frame's columns in their order. */
export interface RFrame {
  /** Their number of rows. */
  readonly rows: number;
  /** Names of the rows, if they are not just numbered. */
  readonly rowNames: readonly string[] | undefined;
  /** By name. */
  readonly columns: ReadonlyMap<string, RColumn>;
}

/**
 * The columns of a data frame (a tibble is one too): a list of class "data.frame" with names and row names.
 *
 * @throws {TypeError} if the value is not a data frame, or its columns do not have its number of rows.
 *
 * @example
 * ```ts
 * import { rFrame, type RValue } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = (...values: string[]): RValue => ({ type: "character", values, attributes: new Map() });
 * const frame = rFrame({
 *   type: "list",
 *   values: [{ type: "integer", values: Int32Array.of(4, 5), attributes: new Map() }],
 *   attributes: new Map([["names", text("x")], ["class", text("data.frame")], ["row.names", text("a", "b")]]),
 * });
 * assertEquals(frame.rowNames, ["a", "b"]);
 * assertEquals(frame.columns.get("x"), { kind: "number", values: Float64Array.of(4, 5) });
 * ```
 */
export function rFrame(value: RValue): RFrame {
  if (value.type !== "list" || !rClasses(value).includes("data.frame")) {
    throw new TypeError(`Cannot take columns: expected a data frame, got ${describe(value)}`);
  }
  const names = rStrings(value.attributes.get("names"));
  if (names.length !== value.values.length) {
    throw new TypeError(
      `Cannot take columns: expected ${value.values.length} names, got ${names.length}`,
    );
  }
  const { rows, rowNames } = rowsOf(value);
  const columns = new Map<string, RColumn>();
  value.values.forEach((item, i) => {
    const column = columnOf(item);
    const length = column.kind === "other" ? rows : column.values.length;
    if (length !== rows) {
      throw new TypeError(`Cannot take column ${names[i]}: expected ${rows} rows, got ${length}`);
    }
    if (columns.has(names[i]!)) {
      throw new TypeError(`Cannot take columns: expected names that differ, got ${names[i]} twice`);
    }
    columns.set(names[i]!, column);
  });
  return { rows, rowNames, columns };
}

/** Row names are strings, integers, or (NA, -n) or (NA, n) for 1 to n. */
function rowsOf(frame: RList): { rows: number; rowNames: readonly string[] | undefined } {
  const names = frame.attributes.get("row.names");
  if (names?.type === "character") return { rows: names.values.length, rowNames: rStrings(names) };
  if (names?.type !== "integer") {
    throw new TypeError(`Cannot take columns: expected row names, got ${names ? describe(names) : "none"}`);
  }
  const { values } = names;
  if (values.length === 2 && values[0] === R_NA) return { rows: Math.abs(values[1]!), rowNames: undefined };
  const numbered = values.every((number, i) => number === i + 1);
  return { rows: values.length, rowNames: numbered ? undefined : Array.from(values, String) };
}

function columnOf(value: RValue): RColumn {
  const classes = rClasses(value);
  if (value.type === "integer" && classes.includes("factor")) {
    const levels = rStrings(value.attributes.get("levels"));
    const codes = value.values.map((code) => code === R_NA ? -1 : code - 1);
    const stray = codes.find((code) => code < -1 || code >= levels.length);
    if (stray !== undefined) {
      throw new TypeError(
        `Cannot take a factor: expected codes from 1 to ${levels.length}, got ${stray + 1}`,
      );
    }
    return { kind: "factor", values: codes, levels, ordered: classes.includes("ordered") };
  }
  if ("attributes" in value && value.attributes.has("dim")) return { kind: "other", value };
  const kind = classes.includes("Date") ? "date" : classes.includes("POSIXct") ? "time" : "number";
  if (value.type === "double") return { kind, values: value.values };
  if (value.type === "integer" || value.type === "logical") {
    return { kind, values: Float64Array.from(value.values, (each) => each === R_NA ? NaN : each) };
  }
  return value.type === "character" ? { kind: "text", values: value.values } : { kind: "other", value };
}

/** The classes that a value says it has. */
export function rClasses(value: RValue): readonly string[] {
  const classes = "attributes" in value ? value.attributes.get("class") : undefined;
  return classes === undefined ? [] : rStrings(classes);
}

/**
 * A vector of strings, none of them NA.
 *
 * @throws {TypeError} if the value is something else.
 */
export function rStrings(value: RValue | undefined): readonly string[] {
  if (value?.type !== "character") {
    throw new TypeError(`Cannot take strings: expected a character vector, got ${describe(value)}`);
  }
  return value.values.map((text) => {
    if (text === null) throw new TypeError("Cannot take strings: expected none to be NA, got NA");
    return text;
  });
}

/** The value's type, for errors. */
function describe(value: RValue | undefined): string {
  if (value === undefined) return "nothing";
  return value.type === "opaque" ? value.kind : value.type;
}
