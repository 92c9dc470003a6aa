import { MetadataVersion, type Schema } from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";
import { BufferRegion, FieldNode, Message, RecordBatch } from "apache-arrow/ipc/metadata/message";
import { bytesPerRow, elementsPerRow, numbersOnly } from "../columns.ts";
import type { SplitDescription } from "../dataset.ts";
import { ROWS_PER_BATCH } from "./schema.ts";

const MAGIC = new TextEncoder().encode("ARROW1");
/** Every body and every buffer starts at a multiple of this in the file, so that a mapped file can be used in place. */
const ALIGNMENT = 64;

/** The inside of a record batch of some number of rows. */
export interface BatchLayout {
  readonly rows: number;
  /** The message before the body, with its frame. */
  readonly message: Uint8Array;
  readonly bodyLength: number;
  /** Start of each column's values in the body. */
  readonly columnOffsets: readonly number[];
}

/** Where everything stands in the Arrow file of a split, and all of its bytes but the values. */
export interface ArrowLayout {
  /** Magic and schema message. */
  readonly head: Uint8Array;
  readonly batchCount: number;
  /** The record batches differ in their positions only, but for a short last one. */
  batch(index: number): BatchLayout;
  /** Where the message of record batch `index` starts; its body follows it. */
  messagePosition(index: number): number;
  /** End mark, footer, its length, magic. */
  readonly tail: Uint8Array;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Lays out the Arrow IPC file of a split. The layout is a function of the description alone, which is what makes files
 * comparable byte for byte, and lets a reader check a file's frame without decoding it.
 *
 * The metadata of the messages is encoded by apache-arrow; the framing is ours, because its file writer leaves out the
 * schema message that starts the stream, aligns to 8 bytes only, and mixes up columns that share one buffer.
 *
 * *Order* record batches of 1,024 rows, ascending; in a batch the columns in the schema's order.
 * *Source* Arrow columnar format 1.0, "IPC File Format", metadata version 5, uncompressed, little-endian.
 */
export function arrowLayout(schema: Schema, split: SplitDescription): ArrowLayout {
  const batchCount = Math.ceil(split.rows / ROWS_PER_BATCH);
  const magic = new Uint8Array([...MAGIC, 0, 0]);
  const head = concatenate([magic, frame(Message.encode(Message.from(schema)), magic.length)]);
  const last = batchLayout(split, split.rows - (batchCount - 1) * ROWS_PER_BATCH);
  const full = batchCount > 1 ? batchLayout(split, ROWS_PER_BATCH) : last;
  const batch = (index: number) => index < batchCount - 1 ? full : last;
  const messagePosition = (index: number) => head.length + index * (full.message.length + full.bodyLength);

  const blocks = Array.from({ length: batchCount }, (_, index) => {
    const { message, bodyLength } = batch(index);
    return new FileBlock(message.length, bodyLength, messagePosition(index));
  });
  const endMark = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
  const footer = Footer.encode(new Footer(schema, MetadataVersion.V5, blocks, []));
  const footerLength = new Uint8Array(4);
  new DataView(footerLength.buffer).setInt32(0, footer.length, true);
  const tail = concatenate([endMark, footer, footerLength, MAGIC]);
  const size = messagePosition(batchCount - 1) + last.message.length + last.bodyLength + tail.length;
  return { head, batchCount, batch, messagePosition, tail, size };
}

function batchLayout(split: SplitDescription, rows: number): BatchLayout {
  const nodes: FieldNode[] = [];
  const regions: BufferRegion[] = [];
  const columnOffsets: number[] = [];
  let bodyLength = 0;
  for (const column of Object.values(split.columns).map(numbersOnly)) {
    // Without nulls a validity buffer is empty: one for the list, if there is one, and one for the numbers.
    if (column.shape.length > 0) {
      nodes.push(new FieldNode(rows, 0));
      regions.push(new BufferRegion(bodyLength, 0));
    }
    const bytes = rows * bytesPerRow(column);
    nodes.push(new FieldNode(rows * elementsPerRow(column), 0));
    regions.push(new BufferRegion(bodyLength, 0), new BufferRegion(bodyLength, bytes));
    columnOffsets.push(bodyLength);
    bodyLength += roundUp(bytes);
  }
  const message = Message.from(new RecordBatch(rows, nodes, regions, null), bodyLength);
  return { rows, message: frame(Message.encode(message), 0), bodyLength, columnOffsets };
}

/**
 * A message: continuation mark, length, metadata, and zeros up to the next aligned position, when it starts at
 * `position` (modulo the alignment).
 */
function frame(metadata: Uint8Array, position: number): Uint8Array {
  const framed = new Uint8Array(roundUp(position + 8 + metadata.length) - position);
  const view = new DataView(framed.buffer);
  view.setUint32(0, 0xffffffff);
  view.setInt32(4, framed.length - 8, true);
  framed.set(metadata, 8);
  return framed;
}

/** The next multiple of the alignment. */
export function roundUp(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
