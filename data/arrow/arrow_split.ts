import { type HostArray, viewAs } from "@verbatim/core";
import { bytesOf, bytesPerRow, checkRows, checkSlice, elementsPerRow, numbersOnly } from "../columns.ts";
import type { NumberColumn, Rows, Split, SplitDescription } from "../dataset.ts";
import type { ArrowFile } from "./arrow_file.ts";
import { allocate } from "../gather.ts";
import type { BatchCache, CachedBatch } from "./batch_cache.ts";
import { ROWS_PER_BATCH } from "./schema.ts";

/** Record batches among which a shuffled reader jumps: see `createBatches`. */
export const BATCHES_PER_WINDOW = 64;

interface ReadColumn {
  readonly name: string;
  readonly column: NumberColumn;
  readonly elements: number;
  readonly rowBytes: number;
}

/**
 * Reads rows of an Arrow file. Where the record batches of one shuffle window fit in the cache, whole batches are read
 * compared with their hashes and kept; where they do not, only the rows asked for are read, so that large rows cost no
 * more than themselves.
 */
export class ArrowSplitReader {
  readonly #file: ArrowFile;
  readonly #cache: BatchCache;
  readonly #columns: readonly ReadColumn[];
  readonly #keepsBatches: boolean;
  readonly #batches: (CachedBatch | undefined)[] = [];
  readonly #loading = new Map<number, Promise<CachedBatch>>();

  constructor(file: ArrowFile, split: SplitDescription, cache: BatchCache) {
    this.#file = file;
    this.#cache = cache;
    this.#columns = Object.entries(split.columns).map(([name, column]) => ({
      name,
      column: numbersOnly(column),
      elements: elementsPerRow(numbersOnly(column)),
      rowBytes: bytesPerRow(numbersOnly(column)),
    }));
    const rowBytes = this.#columns.reduce((sum, column) => sum + column.rowBytes, 0);
    const windowRows = Math.min(split.rows, BATCHES_PER_WINDOW * ROWS_PER_BATCH);
    this.#keepsBatches = windowRows * rowBytes <= cache.limit;
  }

  /** Copies rows `first + rows[i]`, which must be rows of the file. */
  async read(rows: ArrayLike<number>, first: number): Promise<Rows> {
    const values = this.#columns.map(({ column, elements }) =>
      allocate(column.dtype, rows.length * elements)
    );
    if (this.#keepsBatches) await this.#readFromBatches(rows, first, values);
    else await this.#readRows(rows, first, values);
    return Object.fromEntries(this.#columns.map(({ name }, c) => [name, values[c]!]));
  }

  async #readFromBatches(
    rows: ArrayLike<number>,
    first: number,
    values: readonly HostArray[],
  ): Promise<void> {
    const missing = new Map<number, number[]>();
    for (let i = 0; i < rows.length; i++) {
      const row = first + rows[i]!;
      const index = Math.floor(row / ROWS_PER_BATCH);
      const batch = this.#batches[index];
      if (batch !== undefined) {
        this.#cache.touch(batch);
        this.#copyRow(batch, row % ROWS_PER_BATCH, values, i);
      } else {
        const places = missing.get(index);
        if (places === undefined) missing.set(index, [i]);
        else places.push(i);
      }
    }
    for (const [index, places] of missing) {
      const batch = await this.#load(index);
      for (const i of places) this.#copyRow(batch, (first + rows[i]!) % ROWS_PER_BATCH, values, i);
    }
  }

  #copyRow(batch: CachedBatch, row: number, values: readonly HostArray[], place: number): void {
    for (let c = 0; c < this.#columns.length; c++) {
      const { elements } = this.#columns[c]!;
      const from = batch.columns[c]!;
      const to = values[c]!;
      if (elements === 1) to[place] = from[row]!;
      else to.set(from.subarray(row * elements, (row + 1) * elements), place * elements);
    }
  }

  #load(index: number): Promise<CachedBatch> {
    // A prefetch and a read may want the same batch at once.
    let loading = this.#loading.get(index);
    if (loading === undefined) {
      loading = this.#readBatch(index).finally(() => this.#loading.delete(index));
      this.#loading.set(index, loading);
    }
    return loading;
  }

  async #readBatch(index: number): Promise<CachedBatch> {
    const kept = this.#batches[index];
    if (kept !== undefined) return kept;
    const { rows, bytes, columnOffsets } = await this.#file.readBatch(index);
    const batch: CachedBatch = {
      columns: this.#columns.map(({ column, elements }, c) =>
        viewAs(column.dtype, bytes.buffer, columnOffsets[c]!, rows * elements)
      ),
      bytes: bytes.length,
      forget: () => this.#batches[index] = undefined,
      lastUse: 0,
    };
    this.#batches[index] = batch;
    this.#cache.add(batch);
    return batch;
  }

  async #readRows(rows: ArrayLike<number>, first: number, values: readonly HostArray[]): Promise<void> {
    const places = Array.from({ length: rows.length }, (_, i) => i).sort((a, b) => rows[a]! - rows[b]!);
    for (let start = 0; start < places.length;) {
      // A run of rows that are neighbours in the same record batch is read at once.
      const row = first + rows[places[start]!]!;
      const index = Math.floor(row / ROWS_PER_BATCH);
      let end = start + 1;
      while (
        end < places.length && first + rows[places[end]!]! === row + end - start &&
        Math.floor((row + end - start) / ROWS_PER_BATCH) === index
      ) end++;
      await this.#readRun(index, row % ROWS_PER_BATCH, places.slice(start, end), values);
      start = end;
    }
  }

  async #readRun(
    index: number,
    row: number,
    places: readonly number[],
    values: readonly HostArray[],
  ): Promise<void> {
    for (let c = 0; c < this.#columns.length; c++) {
      const { rowBytes } = this.#columns[c]!;
      const to = bytesOf(values[c]!);
      const place = places[0]!;
      if (places.every((other, i) => other === place + i)) {
        const direct = to.subarray(place * rowBytes, (place + places.length) * rowBytes);
        await this.#file.readValues(index, c, row * rowBytes, direct);
        continue;
      }
      const run = new Uint8Array(places.length * rowBytes);
      await this.#file.readValues(index, c, row * rowBytes, run);
      for (let i = 0; i < places.length; i++) {
        to.set(run.subarray(i * rowBytes, (i + 1) * rowBytes), places[i]! * rowBytes);
      }
    }
  }
}

/** The rows [start, end) of a reader as a split. */
export function arrowSplit(
  reader: ArrowSplitReader,
  description: SplitDescription,
  start = 0,
  end = description.rows,
): Split {
  return {
    rows: end - start,
    columns: description.columns,
    // deno-lint-ignore require-await -- an invalid row rejects rather than throws.
    async read(rows) {
      checkRows(rows, end - start);
      return reader.read(rows, start);
    },
    slice(first, last) {
      checkSlice(first, last, end - start);
      return arrowSplit(reader, description, start + first, start + last);
    },
  };
}
