import { bytesOf, bytesPerRow, columnOf, numbersOnly } from "../columns.ts";
import type { Rows, SplitDescription } from "../dataset.ts";
import { type ArrowLayout, roundUp } from "./layout.ts";
import { ROWS_PER_BATCH } from "./schema.ts";

/**
 * The bytes of a split's Arrow file, piece by piece and without a copy of the values. They depend on the arguments
 * alone.
 */
export function* encodeArrow(
  layout: ArrowLayout,
  split: SplitDescription,
  values: Rows,
): Generator<Uint8Array> {
  yield layout.head;
  for (let index = 0; index < layout.batchCount; index++) {
    yield layout.batch(index).message;
    yield* encodeBody(layout, split, values, index);
  }
  yield layout.tail;
}

/** The bytes of one record batch's body. */
export function* encodeBody(
  layout: ArrowLayout,
  split: SplitDescription,
  values: Rows,
  index: number,
): Generator<Uint8Array> {
  const { rows } = layout.batch(index);
  for (const [name, column] of Object.entries(split.columns)) {
    const rowBytes = bytesPerRow(numbersOnly(column));
    const start = index * ROWS_PER_BATCH * rowBytes;
    const length = rows * rowBytes;
    yield bytesOf(columnOf(values, name)).subarray(start, start + length);
    yield new Uint8Array(roundUp(length) - length);
  }
}
