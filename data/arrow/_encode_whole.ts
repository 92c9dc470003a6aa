import type { Dataset, Rows } from "../dataset.ts";
import { type ArrowSummary, encodeArrow } from "./encode_arrow.ts";
import { arrowSchema } from "./schema.ts";

/** The whole Arrow file of a split, for tests, with what it holds. */
export function encodeWhole(
  dataset: Dataset,
  split: string,
  chunks: () => Iterable<Rows>,
  contentSha256 = "",
): { bytes: Uint8Array<ArrayBuffer>; summary: ArrowSummary } {
  const schema = arrowSchema(dataset, split, contentSha256);
  const encoding = encodeArrow(schema, `split "${split}"`, dataset.splits[split]!, chunks);
  const pieces: Uint8Array[] = [];
  let step = encoding.next();
  for (; !step.done; step = encoding.next()) pieces.push(step.value);
  const bytes = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return { bytes, summary: step.value };
}
