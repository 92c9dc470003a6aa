import {
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Int32,
  List,
  Schema,
  Uint32,
  Uint8,
  Utf8,
} from "apache-arrow";
import type { Dtype } from "@verbatim/core";
import { sizeOf, splitOf } from "../columns.ts";
import type { Column, Dataset } from "../dataset.ts";

/** Rows of one record batch; the last one of a file may be shorter. */
export const ROWS_PER_BATCH = 1024;

const ELEMENT: Readonly<Record<Dtype | "utf8", () => DataType>> = {
  u8: () => new Uint8(),
  f32: () => new Float32(),
  i32: () => new Int32(),
  u32: () => new Uint32(),
  utf8: () => new Utf8(),
};

/**
 * The Arrow schema of a split. Numbers with a shape are a FixedSizeList marked as Arrow's canonical
 * `arrow.fixed_shape_tensor`, other numbers are plain; texts are Utf8, or indices of a dictionary; lists are List, of
 * FixedSizeLists where the elements have a shape. Nothing is nullable. What a reader should know about the set is in the metadata, so that a file explains itself.
 */
export function arrowSchema(dataset: Dataset, split: string, contentSha256: string): Schema {
  const description = splitOf(dataset, split);
  let dictionaries = 0;
  const fields = Object.entries(description.columns).map(([name, column]) =>
    // An id of its own: the library's would depend on what else was created before.
    arrowField(name, column, isDictionary(column) ? dictionaries++ : 0)
  );
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

/** Whether a column's texts are stored once each; dictionaries are numbered from 0 in the order of the columns. */
export function isDictionary(column: Column): boolean {
  return column.dtype === "utf8" && column.dictionary === true;
}

function arrowField(name: string, column: Column, dictionary: number): Field {
  const metadata = new Map([["description", column.description]]);
  if (column.dtype === "utf8") {
    const type = isDictionary(column) ? new Dictionary(new Utf8(), new Int32(), dictionary) : new Utf8();
    return new Field(name, type, false, metadata);
  }
  const shape = column.shape ?? [];
  metadata.set("shape", JSON.stringify(shape));
  if (column.classes !== undefined) metadata.set("classes", JSON.stringify(column.classes));
  if (column.dtype !== "list") {
    if (shape.length > 0) {
      metadata.set("ARROW:extension:name", "arrow.fixed_shape_tensor");
      metadata.set("ARROW:extension:metadata", JSON.stringify({ shape }));
    }
    return new Field(name, elementType(column.dtype, shape), false, metadata);
  }
  // Not marked: few readers take an extension inside a list.
  const item = new Field("item", elementType(column.of, shape), false);
  return new Field(name, new List(item), false, metadata);
}

function elementType(dtype: Dtype | "utf8", shape: readonly number[]): DataType {
  const element = ELEMENT[dtype]();
  return shape.length === 0 ? element : new FixedSizeList(sizeOf(shape), new Field("item", element, false));
}
