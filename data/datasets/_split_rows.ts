import { checkColumns } from "../check_columns.ts";
import type { Column, Rows } from "../dataset.ts";
import { gatherColumn } from "../gather.ts";

/**
 * The third of every five rows: a test set of a fifth, the same each time, that meets every stretch of a sorted file.
 * With `groups`, the number of each row's group (its class), every group is counted by itself.
 */
export function thirdOfFive(rows: number, groups: ArrayLike<number> = new Uint8Array(rows)): boolean[] {
  const counts = new Map<number, number>();
  return Array.from({ length: rows }, (_, row) => {
    const count = counts.get(groups[row]!) ?? 0;
    counts.set(groups[row]!, count + 1);
    return count % 5 === 2;
  });
}

/** The last `count` rows: the future of a time series. */
export function lastRows(rows: number, count: number): boolean[] {
  return Array.from({ length: rows }, (_, row) => row >= rows - count);
}

/**
 * Sends equal rows to the same side, so that no test row is also a training row: each goes where the first row of its
 * key goes.
 */
export function keepTogether(isHeldOut: readonly boolean[], keys: readonly string[]): boolean[] {
  const sides = new Map<string, boolean>();
  return isHeldOut.map((heldOut, row) => {
    const side = sides.get(keys[row]!) ?? heldOut;
    sides.set(keys[row]!, side);
    return side;
  });
}

/** A key for each row of `width` numbers: equal for equal rows. */
export function rowKeys(values: ArrayLike<number>, width: number): string[] {
  return Array.from(
    { length: values.length / width },
    (_, row) => Array.from({ length: width }, (_, column) => values[row * width + column]!).join(" "),
  );
}

/**
 * Splits rows in two, which keep their order: those held out are the test set.
 *
 * @throws {RangeError} if a column does not have as many rows as `isHeldOut`; and as `checkColumns` does.
 */
export function splitRows(
  columns: Readonly<Record<string, Column>>,
  rows: Rows,
  isHeldOut: readonly boolean[],
): { readonly train: Rows; readonly test: Rows } {
  checkColumns("rows to split", { rows: isHeldOut.length, columns }, rows);
  return {
    train: selectRows(columns, rows, isHeldOut, false),
    test: selectRows(columns, rows, isHeldOut, true),
  };
}

function selectRows(
  columns: Readonly<Record<string, Column>>,
  rows: Rows,
  isHeldOut: readonly boolean[],
  wanted: boolean,
): Rows {
  const numbers = isHeldOut.flatMap((heldOut, row) => heldOut === wanted ? [row] : []);
  const picks = { parts: new Uint8Array(numbers.length), rows: numbers };
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, gatherColumn(column, [rows[name]!], picks)]),
  );
}
