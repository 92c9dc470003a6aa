import { checkRows, checkSlice } from "../columns.ts";
import type { ColumnValues, Rows, Split, SplitDescription } from "../dataset.ts";
import { gatherColumn, joinColumns, type Picks } from "../gather.ts";
import type { ArrowFile } from "./arrow_file.ts";
import type { BatchCache, CachedBatch } from "./batch_cache.ts";
import { ROWS_PER_BATCH } from "./schema.ts";

/** Record batches among which a shuffled reader jumps: see `createBatches`. */
export const BATCHES_PER_WINDOW = 64;

/** Rows that were found: the columns of each part, and which rows of which part they are. */
interface Found {
  readonly parts: readonly (readonly ColumnValues[])[];
  readonly picks: Picks;
}

/**
 * Reads rows of an Arrow file. Where the record batches of one shuffle window fit in the cache, whole batches are read,
 * compared with their hashes and kept; where they do not, only the rows asked for are read, after the first use of a
 * record batch has compared it. So memory is bounded, every row that is read has been compared, and from the second epoch
 * on large rows cost no more than themselves.
 */
export class ArrowSplitReader {
  readonly #file: ArrowFile;
  readonly #cache: BatchCache;
  readonly #split: SplitDescription;
  /** Record batches that fit in the cache. */
  readonly #roomFor: number;
  readonly #keepsBatches: boolean;
  readonly #batches: (CachedBatch | undefined)[] = [];
  readonly #loading = new Map<number, Promise<CachedBatch>>();

  constructor(file: ArrowFile, split: SplitDescription, cache: BatchCache) {
    this.#file = file;
    this.#cache = cache;
    this.#split = split;
    const rowBytes = file.memoryPerRow;
    this.#roomFor = Math.max(1, Math.floor(cache.limit / (rowBytes * ROWS_PER_BATCH)));
    this.#keepsBatches = Math.min(split.rows, BATCHES_PER_WINDOW * ROWS_PER_BATCH) * rowBytes <= cache.limit;
  }

  /** Copies rows `first + rows[i]`, which must be rows of the file. */
  async read(rows: ArrayLike<number>, first: number): Promise<Rows> {
    if (!this.#keepsBatches) return this.#copy(await this.#findRuns(rows, first));
    const { indices, picks } = batchesOf(rows, first);
    if (indices.length > this.#roomFor) return this.#readInTurns(rows, first);
    const parts: (readonly ColumnValues[])[] = [];
    for (const index of indices) {
      let batch = this.#batches[index];
      if (batch === undefined) batch = await this.#load(index);
      else this.#cache.touch(batch);
      parts.push(batch.columns);
    }
    return this.#copy({ parts, picks });
  }

  #copy({ parts, picks }: Found): Rows {
    const columns = Object.entries(this.#split.columns).map(([name, column], c) =>
      [name, gatherColumn(column, parts.map((part) => part[c]!), picks)] as const
    );
    return Object.fromEntries(columns);
  }

  /** Reads rows of more record batches than fit in the cache: as many at a time as do. */
  async #readInTurns(rows: ArrayLike<number>, first: number): Promise<Rows> {
    const places = placesByRow(rows);
    const turns: Rows[] = [];
    for (let start = 0; start < places.length;) {
      const lastBatch = batchOf(first + rows[places[start]!]!) + this.#roomFor;
      let end = start + 1;
      while (end < places.length && batchOf(first + rows[places[end]!]!) < lastBatch) end++;
      turns.push(await this.read(places.subarray(start, end).map((place) => rows[place]!), first));
      start = end;
    }
    // The rows now stand ascending; row `place` is wanted where it was asked for.
    const ranks = new Uint32Array(places.length);
    places.forEach((place, rank) => ranks[place] = rank);
    const picks = { parts: new Uint8Array(places.length), rows: ranks };
    const names = Object.keys(this.#split.columns);
    const joined = names.map((name) => joinColumns(turns.map((turn) => turn[name]!)));
    return this.#copy({ parts: [joined], picks });
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
    const { columns, memory } = await this.#file.readBatch(index);
    const batch: CachedBatch = {
      columns,
      bytes: memory,
      forget: () => this.#batches[index] = undefined,
      lastUse: 0,
    };
    this.#batches[index] = batch;
    this.#cache.add(batch);
    return batch;
  }

  /** Reads the rows alone; a run of neighbours in the same record batch at once. */
  async #findRuns(rows: ArrayLike<number>, first: number): Promise<Found> {
    const places = placesByRow(rows);
    const parts: (readonly ColumnValues[])[] = [];
    const picks = { parts: new Uint32Array(rows.length), rows: new Uint32Array(rows.length) };
    for (let start = 0; start < places.length;) {
      const row = first + rows[places[start]!]!;
      const index = batchOf(row);
      let end = start;
      let last = row;
      for (; end < places.length; end++) {
        const next = first + rows[places[end]!]!;
        if (next > last + 1 || batchOf(next) !== index) break;
        last = next;
        picks.parts[places[end]!] = parts.length;
        picks.rows[places[end]!] = next - row;
      }
      await this.#file.compareBatch(index);
      parts.push(this.#file.readRows(index, row % ROWS_PER_BATCH, last - row + 1));
      start = end;
    }
    return { parts, picks };
  }
}

function batchOf(row: number): number {
  return Math.floor(row / ROWS_PER_BATCH);
}

/** The record batches of rows, in the order in which they are needed, and where in them the rows stand. */
function batchesOf(rows: ArrayLike<number>, first: number): { indices: number[]; picks: Picks } {
  const indices: number[] = [];
  const known = new Map<number, number>();
  const picks = { parts: new Uint32Array(rows.length), rows: new Uint32Array(rows.length) };
  for (let i = 0; i < rows.length; i++) {
    const row = first + rows[i]!;
    const index = batchOf(row);
    let part = known.get(index);
    if (part === undefined) {
      part = indices.push(index) - 1;
      known.set(index, part);
    }
    picks.parts[i] = part;
    picks.rows[i] = row - index * ROWS_PER_BATCH;
  }
  return { indices, picks };
}

/** Positions in `rows` in the order of ascending rows. */
function placesByRow(rows: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: rows.length }, (_, i) => i).sort((a, b) => rows[a]! - rows[b]!);
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
