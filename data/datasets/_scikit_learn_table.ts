import { failAs } from "../readers/malformed.ts";
import { readCsv } from "../readers/csv.ts";
import { sideBySide } from "./_side_by_side.ts";

/** A classification table. */
export interface LabelledRows {
  /** Numbers of each row, one after the other. */
  readonly features: Float32Array<ArrayBuffer>;
  /** The class of each row. */
  readonly label: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a table as scikit-learn ships them: a line with the numbers of rows and of features and the names of the
 * classes, then the rows, each with its class number last.
 *
 * @throws {MalformedFileError} if it is something else, or not of that many features.
 */
export function readScikitLearnTable(
  bytes: Uint8Array,
  what: string,
  width: number,
  classes: number,
): LabelledRows {
  const names = Array.from({ length: width }, (_, i) => `${i}`);
  const table = readCsv(bytes, { skipLines: 1, header: [...names, "label"] });
  const firstLine = new TextDecoder().decode(bytes.subarray(0, Math.max(0, bytes.indexOf(0x0a))));
  if (!firstLine.startsWith(`${table.rows.length},${width},`)) {
    failAs(what)(`a first line with ${table.rows.length} rows of ${width} features`, `"${firstLine}"`);
  }
  return {
    features: sideBySide(names.map((name) => table.numbers(name, "f32"))),
    label: table.classes("label", Array.from({ length: classes }, (_, i) => `${i}`)),
  };
}
