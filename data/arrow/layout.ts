import { MetadataVersion, type Schema } from "apache-arrow";
import { FileBlock, Footer } from "apache-arrow/ipc/metadata/file";
import {
  BufferRegion,
  DictionaryBatch,
  FieldNode,
  Message,
  RecordBatch,
} from "apache-arrow/ipc/metadata/message";
import type { SplitDescription } from "../dataset.ts";
import { columnLayers, type Layer, lengthCount, textLayer } from "./column_layers.ts";
import { ROWS_PER_BATCH } from "./schema.ts";

const MAGIC = new TextEncoder().encode("ARROW1");
/** Every body and every buffer starts at a multiple of this in the file, so that a mapped file can be used in place. */
const ALIGNMENT = 64;

/** A buffer in a body. */
export interface BufferPlace {
  readonly offset: number;
  readonly length: number;
}

/** The inside of a record batch, or of a dictionary. */
export interface BodyLayout {
  readonly rows: number;
  readonly layers: readonly Layer[];
  readonly bodyLength: number;
  /** The buffers of each column, in the order of its layers, without the empty ones of validity. */
  readonly buffers: readonly (readonly BufferPlace[])[];
}

/** What the layout depends on besides the description: the lengths of what has its own in each row. */
export interface ArrowLengths {
  /** Number of texts, and their bytes, of each dictionary. */
  readonly dictionaries: readonly (readonly [number, number])[];
  /** Of each record batch: the lengths of its columns, one after the other (see `lengthCount`). */
  readonly batches: readonly (readonly number[])[];
}

/** A body in the file: what stands where. */
export interface PlacedBody extends BodyLayout {
  /** Where its message starts. */
  readonly messagePosition: number;
  /** Where it starts itself. */
  readonly position: number;
}

/** Where everything stands in the Arrow file of a split, and the bytes of its frame. */
export interface ArrowLayout {
  /** Magic and schema message. */
  readonly head: Uint8Array;
  readonly dictionaries: readonly PlacedBody[];
  readonly batchCount: number;
  /** Record batch `index`. */
  batch(index: number): PlacedBody;
  /** End mark, footer, its length, magic. */
  readonly tail: Uint8Array;
  /** Bytes of the whole file. */
  readonly size: number;
}

/**
 * Lays out the Arrow IPC file of a split. The layout is a function of the description and the lengths alone, which is
 * what makes files comparable byte for byte, and lets a reader check a file's frame without decoding it.
 *
 * The metadata of the messages is encoded by apache-arrow; the framing is ours, because its file writer leaves out the
 * schema message that starts the stream, aligns to 8 bytes only, and mixes up columns that share one buffer.
 *
 * *Order* one batch for each dictionary; record batches of 1,024 rows, ascending; in a batch the columns in the
 * schema's order.
 * *Source* Arrow columnar format 1.0, "IPC File Format", metadata version 5, uncompressed, little-endian.
 */
export function arrowLayout(schema: Schema, split: SplitDescription, lengths: ArrowLengths): ArrowLayout {
  const head = arrowHead(schema);
  let end = head.length;
  const place = (body: BodyLayout, messageLength: number): PlacedBody => {
    const placed = { ...body, messagePosition: end, position: end + messageLength };
    end = placed.position + body.bodyLength;
    return placed;
  };
  const dictionaries = lengths.dictionaries.map(([texts, bytes], id) => {
    const body = dictionaryBody(texts, bytes);
    return place(body, dictionaryMessage(body, id).length);
  });

  const batchCount = Math.ceil(split.rows / ROWS_PER_BATCH);
  const body = (index: number) => batchBody(split, rowsOfBatch(split, index), lengths.batches[index]!);
  // Lengths are stored at a fixed width, so that the messages of all record batches are equally long.
  const messageLength = batchMessage(body(0)).length;
  const positions = new Float64Array(batchCount);
  const blocks: FileBlock[] = [];
  for (let index = 0; index < batchCount; index++) {
    const { messagePosition, bodyLength } = place(body(index), messageLength);
    positions[index] = messagePosition;
    blocks.push(new FileBlock(messageLength, bodyLength, messagePosition));
  }
  const dictionaryBlocks = dictionaries.map(({ messagePosition, position, bodyLength }) =>
    new FileBlock(position - messagePosition, bodyLength, messagePosition)
  );
  const tail = arrowTail(schema, blocks, dictionaryBlocks);
  return {
    head,
    dictionaries,
    batchCount,
    batch(index) {
      const messagePosition = positions[index]!;
      return { ...body(index), messagePosition, position: messagePosition + messageLength };
    },
    tail,
    size: end + tail.length,
  };
}

/** The rows of one record batch. */
function rowsOfBatch(split: SplitDescription, index: number): number {
  return Math.min(ROWS_PER_BATCH, split.rows - index * ROWS_PER_BATCH);
}

/** Lays out the body of a record batch. */
export function batchBody(split: SplitDescription, rows: number, lengths: readonly number[]): BodyLayout {
  let next = 0;
  return bodyOf(
    rows,
    Object.values(split.columns).map((column) => {
      const first = next;
      next += lengthCount(column);
      return columnLayers(column, rows, lengths.slice(first, next));
    }),
  );
}

/** Lays out the body of a dictionary. */
export function dictionaryBody(texts: number, bytes: number): BodyLayout {
  return bodyOf(texts, [[textLayer(texts, bytes)]]);
}

function bodyOf(rows: number, columns: readonly (readonly Layer[])[]): BodyLayout {
  let bodyLength = 0;
  const buffers = columns.map((layers) =>
    layers.flatMap((layer) => layer.buffers).map((length): BufferPlace => {
      const offset = bodyLength;
      bodyLength += roundUp(length);
      return { offset, length };
    })
  );
  return { rows, layers: columns.flat(), bodyLength, buffers };
}

/** Magic and schema message. */
export function arrowHead(schema: Schema): Uint8Array {
  const magic = new Uint8Array([...MAGIC, 0, 0]);
  return concatenate([magic, frame(Message.encode(Message.from(schema)), magic.length)]);
}

function arrowTail(schema: Schema, batches: FileBlock[], dictionaries: FileBlock[]): Uint8Array {
  const endMark = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);
  const footer = Footer.encode(new Footer(schema, MetadataVersion.V5, batches, dictionaries));
  const footerLength = new Uint8Array(4);
  new DataView(footerLength.buffer).setInt32(0, footer.length, true);
  return concatenate([endMark, footer, footerLength, MAGIC]);
}

/** The message before the body of a record batch. */
export function batchMessage(body: BodyLayout): Uint8Array {
  return frame(Message.encode(Message.from(recordBatch(body), body.bodyLength)), 0);
}

/** The message before the body of a dictionary. */
export function dictionaryMessage(body: BodyLayout, id: number): Uint8Array {
  return frame(Message.encode(Message.from(new DictionaryBatch(recordBatch(body), id), body.bodyLength)), 0);
}

function recordBatch({ rows, layers }: BodyLayout): RecordBatch {
  const regions: BufferRegion[] = [];
  let offset = 0;
  for (const { buffers } of layers) {
    // Without nulls the buffer of validity is empty.
    regions.push(new BufferRegion(offset, 0));
    for (const length of buffers) {
      regions.push(new BufferRegion(offset, length));
      offset += roundUp(length);
    }
  }
  return new RecordBatch(rows, layers.map(({ length }) => new FieldNode(length, 0)), regions, null);
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
function roundUp(length: number): number {
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
