import type { ColumnValues } from "../dataset.ts";

/** A record batch in memory: the values of each column, in the split's order. */
export interface CachedBatch {
  readonly columns: readonly ColumnValues[];
  readonly bytes: number;
  /** Forgets the batch where its split looks for it. */
  readonly forget: () => void;
  lastUse: number;
}

/** Record batches in memory, of all splits of a data set, up to a number of bytes; the least recently used goes first. */
export class BatchCache {
  readonly limit: number;
  readonly #batches = new Set<CachedBatch>();
  #bytes = 0;
  #clock = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes that are held now. */
  get bytes(): number {
    return this.#bytes;
  }

  touch(batch: CachedBatch): void {
    batch.lastUse = ++this.#clock;
  }

  /** Keeps a batch, and makes room for it. */
  add(batch: CachedBatch): void {
    this.#batches.add(batch);
    this.#bytes += batch.bytes;
    this.touch(batch);
    while (this.#bytes > this.limit && this.#batches.size > 0) this.#evict();
  }

  /** Forgets everything. */
  clear(): void {
    while (this.#batches.size > 0) this.#evict();
  }

  #evict(): void {
    let oldest: CachedBatch | undefined;
    for (const batch of this.#batches) {
      if (oldest === undefined || batch.lastUse < oldest.lastUse) oldest = batch;
    }
    if (oldest === undefined) return;
    this.#batches.delete(oldest);
    this.#bytes -= oldest.bytes;
    oldest.forget();
  }
}
