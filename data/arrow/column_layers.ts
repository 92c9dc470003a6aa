import { BYTES_PER_ELEMENT, type Dtype } from "@verbatim/core";
import { sizeOf } from "../columns.ts";
import type { Column } from "../dataset.ts";
import { isDictionary } from "./schema.ts";

/** One level of a column in a record batch: Arrow's "node", without its validity, since nothing is null. */
export interface Layer {
  /** Number of values. */
  readonly length: number;
  /** Bytes of each buffer: offsets, values. */
  readonly buffers: readonly number[];
}

/** How many lengths the record batches of a column have besides their rows: those of lists, and of texts in bytes. */
export function lengthCount(column: Column): number {
  if (column.dtype === "list") return column.of === "utf8" ? 2 : 1;
  return column.dtype === "utf8" && !isDictionary(column) ? 1 : 0;
}

/** The levels of a column, the outermost first, for its `lengthCount` lengths. *Source* Arrow columnar format 1.0. */
export function columnLayers(column: Column, rows: number, lengths: readonly number[]): Layer[] {
  switch (column.dtype) {
    case "utf8":
      return [isDictionary(column) ? { length: rows, buffers: [4 * rows] } : textLayer(rows, lengths[0]!)];
    case "list": {
      const elements = lengths[0]!;
      const offsets = { length: rows, buffers: [4 * (rows + 1)] };
      return column.of === "utf8"
        ? [offsets, textLayer(elements, lengths[1]!)]
        : [offsets, ...numberLayers(column.of, column.shape ?? [], elements)];
    }
    default:
      return numberLayers(column.dtype, column.shape, rows);
  }
}

/** Offsets and bytes of texts. */
export function textLayer(count: number, bytes: number): Layer {
  return { length: count, buffers: [4 * (count + 1), bytes] };
}

function numberLayers(dtype: Dtype, shape: readonly number[], count: number): Layer[] {
  const length = count * sizeOf(shape);
  const values = { length, buffers: [length * BYTES_PER_ELEMENT[dtype]] };
  return shape.length === 0 ? [values] : [{ length: count, buffers: [] }, values];
}
