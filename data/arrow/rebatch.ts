import { checkColumns } from "../check_columns.ts";
import { elementsPerRow, isLists, isNumberColumn, isTexts } from "../columns.ts";
import type { Column, ColumnValues, Rows, SplitDescription } from "../dataset.ts";
import { copyColumn, joinColumns, sliceColumn } from "../gather.ts";
import { ROWS_PER_BATCH } from "./schema.ts";

/** Some rows with their number. */
interface Part {
  readonly rows: number;
  readonly values: Rows;
}

/**
 * The rows of a split cut into record batches, whatever the chunks in which they come. The columns of each chunk are
 * checked. A batch of one chunk is a view of it; what is left of a chunk is copied before the next one is asked for, so
 * that a decoder may use its arrays again.
 *
 * @throws {TypeError | RangeError} if a chunk's columns are not those of the split, as `checkColumns`.
 * @throws {RangeError} if the chunks have more or fewer rows than the split.
 */
export function* rebatch(what: string, split: SplitDescription, chunks: Iterable<Rows>): Generator<Part> {
  const columns = Object.entries(split.columns);
  let parts: Part[] = [];
  let waiting = 0;
  let total = 0;
  const take = (): Part => {
    const values = Object.fromEntries(
      columns.map(([name]) => [name, joinColumns(parts.map(({ values }) => values[name]!))]),
    );
    const batch = { rows: waiting, values };
    parts = [];
    waiting = 0;
    return batch;
  };
  for (const chunk of chunks) {
    const rows = rowsOfChunk(split, chunk);
    checkColumns(what, { rows, columns: split.columns }, chunk);
    total += rows;
    if (total > split.rows) break;
    for (let start = 0; start < rows;) {
      const end = Math.min(rows, start + ROWS_PER_BATCH - waiting);
      const values = Object.fromEntries(
        columns.map(([name, column]) => [name, sliceColumn(column, chunk[name]!, start, end)]),
      );
      parts.push({ rows: end - start, values });
      waiting += end - start;
      start = end;
      if (waiting === ROWS_PER_BATCH || (total === split.rows && start === rows)) yield take();
    }
    const last = parts.pop();
    if (last === undefined) continue;
    const values = Object.fromEntries(columns.map(([name]) => [name, copyColumn(last.values[name]!)]));
    parts.push({ rows: last.rows, values });
  }
  if (total !== split.rows) {
    throw new RangeError(
      `Cannot use ${what}: expected ${split.rows} rows, got ${total}${total > split.rows ? " or more" : ""}`,
    );
  }
}

/** The number of rows that the first column has; that the others have it too is checked with them. */
function rowsOfChunk(split: SplitDescription, chunk: Rows): number {
  for (const [name, column] of Object.entries(split.columns)) {
    const values = Object.hasOwn(chunk, name) ? chunk[name] : undefined;
    if (values !== undefined) return Math.floor(rowsIn(column, values));
  }
  return 0;
}

function rowsIn(column: Column, values: ColumnValues): number {
  if (isTexts(values)) return values.length;
  if (isLists(values)) return values.offsets.length - 1;
  return values.length / (isNumberColumn(column) ? elementsPerRow(column) : 1);
}
