import type { Dataset, Rows } from "./dataset.ts";

/** What a data set's decoder gives for its files, split by split. */
export class DecodedSplits {
  readonly #dataset: Dataset;
  readonly #files: ReadonlyMap<string, Uint8Array>;
  #decoded: Readonly<Record<string, Rows | Iterable<Rows>>> = {};
  /** Splits whose chunks have not been asked for since they were decoded. */
  #fresh = new Set<string>();

  constructor(dataset: Dataset, files: ReadonlyMap<string, Uint8Array>) {
    this.#dataset = dataset;
    this.#files = files;
  }

  /** The rows of a split from the start, in one chunk or several. Chunks can be had once, so they are decoded again. */
  rows(split: string): Iterable<Rows> {
    const known = Object.hasOwn(this.#decoded, split) ? this.#decoded[split]! : undefined;
    if (known !== undefined && !isChunks(known)) return [known];
    if (!this.#fresh.delete(split)) {
      this.#decoded = this.#dataset.decode(this.#files);
      this.#fresh = new Set(Object.keys(this.#dataset.splits).filter((name) => name !== split));
    }
    const decoded = Object.hasOwn(this.#decoded, split) ? this.#decoded[split]! : {};
    return isChunks(decoded) ? decoded : [decoded];
  }
}

function isChunks(decoded: Rows | Iterable<Rows>): decoded is Iterable<Rows> {
  return Symbol.iterator in decoded;
}
