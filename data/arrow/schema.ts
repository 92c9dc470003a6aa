import { type DataType, Field, FixedSizeList, Float32, Int32, Schema, Uint32, Uint8 } from "apache-arrow";
import type { Dtype } from "@verbatim/core";
import { elementsPerRow, numbersOnly, splitOf } from "../columns.ts";
import type { Column, Dataset } from "../dataset.ts";

/** Rows of one record batch; the last one of a file may be shorter. */
export const ROWS_PER_BATCH = 1024;

const ELEMENT: Readonly<Record<Dtype, () => DataType>> = {
  u8: () => new Uint8(),
  f32: () => new Float32(),
  i32: () => new Int32(),
  u32: () => new Uint32(),
};

/**
 * The Arrow schema of a split. A column with a shape is a FixedSizeList marked as Arrow's canonical
 * `arrow.fixed_shape_tensor`; a scalar column is a plain number. Nothing is nullable. What a reader should know about
 * the set is in the metadata, so that a file explains itself.
 */
export function arrowSchema(dataset: Dataset, split: string, contentSha256: string): Schema {
  const description = splitOf(dataset, split);
  const fields = Object.entries(description.columns).map(([name, column]) => arrowField(name, column));
  const metadata = new Map([
    ["dataset", dataset.name],
    ["split", split],
    ["title", dataset.title],
    ["description", dataset.description],
    ["origin", dataset.origin],
    ["licence", dataset.licence],
    ["citation", dataset.citation],
    ["contentSha256", contentSha256],
    ["rows", String(description.rows)],
    ["columns", JSON.stringify(description.columns)],
  ]);
  return new Schema(fields, metadata);
}

function arrowField(name: string, described: Column): Field {
  const column = numbersOnly(described);
  const metadata = new Map([["description", column.description], ["shape", JSON.stringify(column.shape)]]);
  if (column.classes !== undefined) metadata.set("classes", JSON.stringify(column.classes));
  const element = ELEMENT[column.dtype]();
  if (column.shape.length === 0) return new Field(name, element, false, metadata);
  metadata.set("ARROW:extension:name", "arrow.fixed_shape_tensor");
  metadata.set("ARROW:extension:metadata", JSON.stringify({ shape: column.shape }));
  const list = new FixedSizeList(elementsPerRow(column), new Field("item", element, false));
  return new Field(name, list, false, metadata);
}
