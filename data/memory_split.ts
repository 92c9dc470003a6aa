import { checkColumns } from "./check_columns.ts";
import { checkRows, checkSlice } from "./columns.ts";
import type { Column, ColumnValues, Rows, Split } from "./dataset.ts";
import { gatherColumn } from "./gather.ts";

/**
 * A split whose columns are in memory: for small sets made by a program, and for tests.
 *
 * *Shapes* a column of numbers holds rows * (product of its shape) elements; one of texts, rows texts; one of lists,
 * rows + 1 offsets.
 * @throws {TypeError} if a column is missing, unknown, or of another kind, or a text has half a surrogate pair.
 * @throws {RangeError} if the lengths do not agree or a class number is too large.
 *
 * @example
 * ```ts
 * import { memorySplit } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const split = memorySplit(
 *   3,
 *   { point: { dtype: "f32", shape: [2], description: "a point of the plane" } },
 *   { point: Float32Array.of(0, 1, 2, 3, 4, 5) },
 * );
 * assertEquals(await split.read([2, 0]), { point: Float32Array.of(4, 5, 0, 1) });
 * ```
 */
export function memorySplit(rows: number, columns: Readonly<Record<string, Column>>, values: Rows): Split {
  checkColumns("a split in memory", { rows, columns }, values);
  const view = (start: number, end: number): Split => ({
    rows: end - start,
    columns,
    // deno-lint-ignore require-await -- an invalid row rejects, as with a split on disk.
    async read(indices) {
      checkRows(indices, end - start);
      const picks = {
        parts: new Uint8Array(indices.length),
        rows: Uint32Array.from(indices, (row) => start + row),
      };
      const read: Record<string, ColumnValues> = {};
      for (const [name, column] of Object.entries(columns)) {
        read[name] = gatherColumn(column, [values[name]!], picks);
      }
      return read;
    },
    slice(first, last) {
      checkSlice(first, last, end - start);
      return view(start + first, start + last);
    },
  });
  return view(0, rows);
}
