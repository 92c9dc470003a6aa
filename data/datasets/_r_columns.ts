import { type Fail, failAs } from "../readers/malformed.ts";
import type { RFrame, RValue } from "../readers/r_value.ts";

const fail: Fail = failAs("R data");

/** The numbers of one column of a data frame; NA is NaN. @throws {MalformedFileError} if it has no such numbers. */
export function numbersOf(frame: RFrame, name: string): Float64Array {
  const column = frame.columns.get(name);
  return column?.kind === "number"
    ? column.values
    : fail(`numbers in column "${name}"`, column?.kind ?? "no column");
}

/** The numbers of one column, all of them whole. @throws {MalformedFileError} if it has others. */
export function wholeNumbersOf(frame: RFrame, name: string): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    numbersOf(frame, name),
    (value) => value === (value | 0) ? value : fail(`whole numbers in column "${name}"`, value),
  );
}

/** The texts of one column; NA is the empty text. @throws {MalformedFileError} if it has no texts. */
export function textsOf(frame: RFrame, name: string): string[] {
  const column = frame.columns.get(name);
  return column?.kind === "text"
    ? column.values.map((text) => text ?? "")
    : fail(`texts in column "${name}"`, column?.kind ?? "no column");
}

/** The level of each row of a factor, of which none is missing. @throws {MalformedFileError} if there is no such one. */
export function levelsOf(frame: RFrame, name: string): string[] {
  const column = frame.columns.get(name);
  if (column?.kind !== "factor") return fail(`a factor "${name}"`, column?.kind ?? "no column");
  return Array.from(
    column.values,
    (code) => column.levels[code] ?? fail(`no missing level of "${name}"`, "NA"),
  );
}

/** The place of each row's level in a list. @throws {MalformedFileError} if one is not in it. */
export function classesIn(frame: RFrame, name: string, levels: readonly string[]): Uint8Array<ArrayBuffer> {
  const places = new Map(levels.map((level, place) => [level, place]));
  return Uint8Array.from(
    levelsOf(frame, name),
    (level) => places.get(level) ?? fail(`one of ${levels.join(", ")} as "${name}"`, `"${level}"`),
  );
}

/** One of the values of an R file. @throws {MalformedFileError} if there is none of that name. */
export function rValue(values: ReadonlyMap<string, RValue>, name: string): RValue {
  return values.get(name) ?? fail(`a value "${name}"`, [...values.keys()].join(", ") || "none");
}
