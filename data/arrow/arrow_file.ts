import type { Schema } from "apache-arrow";
import type { ColumnValues, SplitDescription } from "../dataset.ts";
import { sha256 } from "../files/sha256.ts";
import { lengthCount } from "./column_layers.ts";
import { type BufferReader, decodeColumn, decodeTexts } from "./decode_column.ts";
import type { ArrowSummary, BodySummary } from "./encode_arrow.ts";
import { type ArrowLayout, arrowLayout, type PlacedBody } from "./layout.ts";
import { textMemory } from "./text_memory.ts";
import { PositionedFile } from "./positioned_file.ts";
import { isDictionary, ROWS_PER_BATCH } from "./schema.ts";

/** Thrown when an Arrow file is not what was written: cut, changed, or of another description. */
export class DamagedFileError extends Error {
  /** "DamagedFileError". */
  override readonly name = "DamagedFileError";
}

/** A record batch in memory. */
export interface BatchValues {
  /** The values of each column, in the split's order. */
  readonly columns: readonly ColumnValues[];
  /** About the bytes that they take. */
  readonly memory: number;
}

/**
 * The Arrow file of one split, opened for reading record batches or rows in any order. Opening compares its length, its
 * schema, its footer and its dictionaries with what they must be; a record batch is compared with its hash when it is
 * read.
 */
export class ArrowFile {
  readonly #file: PositionedFile;
  readonly #split: SplitDescription;
  readonly #layout: ArrowLayout;
  readonly #batches: readonly BodySummary[];
  /** Record batches whose bytes were compared with their hashes since the file was opened, or are being. */
  readonly #compared = new Map<number, Promise<void>>();
  /** The texts of each column's dictionary, if it has one. */
  readonly #dictionaries: (readonly string[] | undefined)[] = [];

  private constructor(
    file: PositionedFile,
    split: SplitDescription,
    layout: ArrowLayout,
    batches: readonly BodySummary[],
  ) {
    this.#file = file;
    this.#split = split;
    this.#layout = layout;
    this.#batches = batches;
  }

  /**
   * Opens a file of a schema that should hold what a summary says.
   *
   * @throws {DamagedFileError} if its length, schema, footer or a dictionary is another.
   * @throws {Deno.errors.NotFound} if there is no such file.
   */
  static async open(
    path: string,
    schema: Schema,
    split: SplitDescription,
    summary: Pick<ArrowSummary, "dictionaries" | "batches">,
  ): Promise<ArrowFile> {
    const layout = layoutOf(path, schema, split, summary);
    const file = await PositionedFile.open(path);
    try {
      if (file.size !== layout.size) {
        throw new DamagedFileError(`Cannot read "${path}": expected ${layout.size} bytes, got ${file.size}`);
      }
      for (
        const [what, position, bytes] of [
          ["schema", 0, layout.head],
          ["footer", layout.size - layout.tail.length, layout.tail],
        ] as const
      ) {
        const found = new Uint8Array(bytes.length);
        await file.read(position, found);
        if (found.some((byte, i) => byte !== bytes[i])) {
          throw new DamagedFileError(
            `Cannot read "${path}": expected the ${what} of this data set, got another`,
          );
        }
      }
      const opened = new ArrowFile(file, split, layout, summary.batches);
      await opened.#readDictionaries(summary);
      return opened;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Bytes that a row takes in memory, in the mean. */
  get memoryPerRow(): number {
    let memory = 0;
    for (let index = 0; index < this.#layout.batchCount; index++) {
      const layout = this.#layout.batch(index);
      memory += textMemory(this.#split, layout);
      for (const { length } of layout.buffers.flat()) memory += length;
    }
    return memory / this.#split.rows;
  }

  /**
   * Reads record batch `index`, whole.
   *
   * @throws {DamagedFileError} if its bytes are not those that were written.
   */
  async readBatch(index: number): Promise<BatchValues> {
    const layout = this.#layout.batch(index);
    const body = await this.#readBody(`record batch ${index}`, layout, this.#batches[index]!);
    const columns = this.#decode(0, layout.rows, (column) => (buffer, start, length) => {
      const offset = layout.buffers[column]![buffer]!.offset + start;
      return body.subarray(offset, offset + length);
    });
    return { columns, memory: body.length + textMemory(this.#split, layout) };
  }

  /**
   * Compares record batch `index` with its hash, once, without keeping it.
   *
   * @throws {DamagedFileError} if its bytes are not those that were written.
   */
  compareBatch(index: number): Promise<void> {
    let compared = this.#compared.get(index);
    if (compared === undefined) {
      const { position, bodyLength } = this.#layout.batch(index);
      compared = this.#file.sha256(position, bodyLength).then((hash) =>
        this.#checkHash(`record batch ${index}`, hash, this.#batches[index]!)
      );
      this.#compared.set(index, compared);
    }
    return compared;
  }

  /**
   * Reads `rows` rows of record batch `index` from `first` on, and not more. The batch should have been compared. This
   * waits for the disk, which for a few small reads is much faster than to wait for others meanwhile.
   *
   * @throws {DamagedFileError} if offsets or texts cannot be right.
   */
  readRows(index: number, first: number, rows: number): readonly ColumnValues[] {
    const layout = this.#layout.batch(index);
    return this.#decode(first, rows, (column) => (buffer, start, length) => {
      const place = layout.buffers[column]![buffer]!;
      if (start + length > place.length) {
        throw new RangeError(`expected ${place.length} bytes of values, got offsets up to ${start + length}`);
      }
      const bytes = new Uint8Array(length);
      this.#file.readNow(layout.position + place.offset + start, bytes);
      return bytes;
    });
  }

  /** Closes the file after the reads that were begun. */
  close(): void {
    this.#file.close();
  }

  #decode(first: number, rows: number, reader: (column: number) => BufferReader): readonly ColumnValues[] {
    return Object.values(this.#split.columns).map((column, c) =>
      this.#orDamaged(() =>
        decodeColumn(column, { read: reader(c), dictionary: this.#dictionaries[c] }, first, rows)
      )
    );
  }

  async #readDictionaries({ dictionaries }: Pick<ArrowSummary, "dictionaries">): Promise<void> {
    let id = 0;
    for (const column of Object.values(this.#split.columns)) {
      if (!isDictionary(column)) {
        this.#dictionaries.push(undefined);
        continue;
      }
      const layout = this.#layout.dictionaries[id]!;
      const body = await this.#readBody(`dictionary ${id}`, layout, dictionaries[id]!);
      const [offsets, bytes] = layout.buffers[0]!;
      this.#dictionaries.push(this.#orDamaged(() =>
        decodeTexts(
          body.subarray(bytes!.offset, bytes!.offset + bytes!.length),
          new Int32Array(body.buffer, offsets!.offset, layout.rows + 1),
        )
      ));
      id++;
    }
  }

  async #readBody(what: string, layout: PlacedBody, expected: BodySummary): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(layout.bodyLength);
    await this.#file.read(layout.position, bytes);
    this.#checkHash(what, sha256(bytes), expected);
    return bytes;
  }

  #checkHash(what: string, hash: string, expected: BodySummary): void {
    if (hash !== expected.sha256) {
      throw new DamagedFileError(
        `Cannot read ${what} of "${this.#file.path}": expected SHA-256 ${expected.sha256}, got ${hash}; ` +
          "deno task data --verify makes the file anew",
      );
    }
  }

  #orDamaged<T>(decode: () => T): T {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof RangeError) || this.#file.closed) throw error;
      throw new DamagedFileError(
        `Cannot read "${this.#file.path}": ${error.message}; deno task data --verify makes the file anew`,
      );
    }
  }
}

/** The layout that a file of this content must have. @throws {DamagedFileError} if there is none. */
function layoutOf(
  path: string,
  schema: Schema,
  split: SplitDescription,
  { dictionaries, batches }: Pick<ArrowSummary, "dictionaries" | "batches">,
): ArrowLayout {
  const columns = Object.values(split.columns);
  const check = (what: string, expected: number, got: number) => {
    if (got !== expected) {
      throw new DamagedFileError(`Cannot read "${path}": expected ${what} ${expected}, got ${got}`);
    }
  };
  check("hashes of record batches:", Math.ceil(split.rows / ROWS_PER_BATCH), batches.length);
  check("dictionaries:", columns.filter(isDictionary).length, dictionaries.length);
  const count = columns.reduce((sum, column) => sum + lengthCount(column), 0);
  for (const { lengths } of batches) check("lengths of a record batch:", count, lengths.length);
  return arrowLayout(schema, split, {
    dictionaries: dictionaries.map(({ lengths }) => lengths),
    batches: batches.map(({ lengths }) => lengths),
  });
}
