import type { Key } from "@verbatim/core";
import { BATCHES_PER_WINDOW } from "./arrow/arrow_split.ts";
import { ROWS_PER_BATCH } from "./arrow/schema.ts";
import type { Rows, Split } from "./dataset.ts";

/** How batches are drawn from a split. */
export interface BatchOptions {
  /** Rows of a batch, at least 1. */
  readonly batchSize: number;
  /** The key of the shuffle; needed exactly if rows are shuffled. */
  readonly key?: Key;
  /** Whether each epoch has its own random order. Default: whether a key is given. */
  readonly shuffle?: boolean;
  /** Whether an epoch ends before a batch that would be short. Default: as `shuffle`. */
  readonly dropLast?: boolean;
}

/** One batch on the host. */
export interface Batch {
  /** The values, in arrays of their own. */
  readonly rows: Rows;
  /** The rows' numbers in the split. */
  readonly indices: Uint32Array;
  /** Number of rows: the batch size, or less in the last batch of an epoch. */
  readonly size: number;
}

/** Batches by step number. */
export interface Batches {
  /** Rows of a batch; the last one of an epoch may have fewer. */
  readonly batchSize: number;
  /** Batches of an epoch. */
  readonly stepsPerEpoch: number;
  /**
   * Batch `step`, counted from 0 over all epochs. It does not depend on what was read before.
   *
   * @throws {RangeError} if `step` is not a whole number from 0 on.
   */
  at(step: number): Promise<Batch>;
}

/**
 * Batches of a split as a pure function of (key, step), so that resuming at a step needs no replay. While a batch is
 * in use the next one is read ahead.
 *
 * Shuffled: epoch e has the key k = key.fold("epoch").fold(e). The blocks of 1,024 rows are permuted by
 * k.fold("blocks") and taken in windows of 64 blocks; in window w the rows are permuted by k.fold("window").fold(w).
 * So up to 65,536 rows are shuffled uniformly, and a larger split is streamed through one window of row numbers, never
 * of values. Not shuffled: the rows in their order.
 *
 * *Order* the permutations of `Key`; windows ascending.
 * @throws {RangeError} if the batch size is not a positive whole number, or the split has no whole batch and
 * `dropLast` is set.
 * @throws {TypeError} if a key is missing where rows are shuffled, or given where they are not.
 *
 * @example
 * ```ts
 * import { createBatches, memorySplit } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const columns = { x: { dtype: "u8", shape: [], description: "a number" } } as const;
 * const split = memorySplit(5, columns, { x: Uint8Array.of(10, 11, 12, 13, 14) });
 *
 * const inOrder = createBatches(split, { batchSize: 2 });
 * assertEquals(inOrder.stepsPerEpoch, 3);
 * assertEquals((await inOrder.at(2)).rows, { x: Uint8Array.of(14) });
 *
 * const shuffled = createBatches(split, { batchSize: 2, key: Key.from(1) });
 * assertEquals(shuffled.stepsPerEpoch, 2);
 * assertEquals(await shuffled.at(7), await createBatches(split, { batchSize: 2, key: Key.from(1) }).at(7));
 * ```
 */
export function createBatches(split: Split, options: BatchOptions): Batches {
  const { batchSize, key } = options;
  const shuffle = options.shuffle ?? key !== undefined;
  const dropLast = options.dropLast ?? shuffle;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`Cannot create batches: expected a positive whole batch size, got ${batchSize}`);
  }
  if (shuffle !== (key !== undefined)) {
    throw new TypeError(
      `Cannot create batches: expected ${
        shuffle ? "a key to shuffle with" : "no key without shuffling"
      }, got ${shuffle ? "none" : "one"}`,
    );
  }
  const stepsPerEpoch = dropLast ? Math.floor(split.rows / batchSize) : Math.ceil(split.rows / batchSize);
  if (stepsPerEpoch === 0) {
    throw new RangeError(
      `Cannot create batches without the short one: expected at least ${batchSize} rows, got ${split.rows}`,
    );
  }
  const order = key === undefined ? sequentialOrder : shuffledOrder(split.rows, key);

  const load = async (step: number): Promise<Batch> => {
    const epoch = Math.floor(step / stepsPerEpoch);
    const start = (step % stepsPerEpoch) * batchSize;
    const indices = order(epoch, start, Math.min(start + batchSize, split.rows));
    return { rows: await split.read(indices), indices, size: indices.length };
  };
  let ahead: { readonly step: number; readonly batch: Promise<Batch> } | undefined;

  return {
    batchSize,
    stepsPerEpoch,
    async at(step) {
      if (!Number.isSafeInteger(step) || step < 0) {
        throw new RangeError(`Cannot read a batch: expected a whole step from 0 on, got ${step}`);
      }
      const pending = ahead?.step === step ? ahead.batch : load(step);
      ahead = undefined;
      const batch = await pending;
      const next = step + 1;
      // An evaluation ends with its only epoch; training goes on.
      if (shuffle || next < stepsPerEpoch) {
        ahead = { step: next, batch: load(next) };
        // Whoever asks for the batch gets the error; nobody may.
        ahead.batch.catch(() => {});
      }
      return batch;
    },
  };
}

/** The row numbers at the positions [start, end) of an epoch. */
type Order = (epoch: number, start: number, end: number) => Uint32Array;

const sequentialOrder: Order = (_epoch, start, end) =>
  Uint32Array.from({ length: end - start }, (_, i) => start + i);

function shuffledOrder(rows: number, key: Key): Order {
  const blockCount = Math.ceil(rows / ROWS_PER_BATCH);
  const lastBlockRows = rows - (blockCount - 1) * ROWS_PER_BATCH;
  const epochs = key.fold("epoch");
  let blocks: { readonly epoch: number; readonly order: Uint32Array; readonly shortAt: number } | undefined;
  let window: { readonly epoch: number; readonly index: number; readonly rows: Uint32Array } | undefined;

  const blocksOf = (epoch: number) => {
    if (blocks?.epoch !== epoch) {
      const order = epochs.fold(epoch).fold("blocks").permutation(blockCount);
      blocks = { epoch, order, shortAt: order.indexOf(blockCount - 1) };
    }
    return blocks;
  };

  /** Position of an epoch at which a window starts: the block that may be short stands somewhere before or after. */
  const windowStart = (epoch: number, index: number) => {
    const before = Math.min(index * BATCHES_PER_WINDOW, blockCount);
    const missing = blocksOf(epoch).shortAt < before ? ROWS_PER_BATCH - lastBlockRows : 0;
    return before * ROWS_PER_BATCH - missing;
  };

  const windowRows = (epoch: number, index: number) => {
    if (window?.epoch === epoch && window.index === index) return window.rows;
    const { order } = blocksOf(epoch);
    const listed = new Uint32Array(windowStart(epoch, index + 1) - windowStart(epoch, index));
    let length = 0;
    for (const block of order.subarray(index * BATCHES_PER_WINDOW, (index + 1) * BATCHES_PER_WINDOW)) {
      const end = Math.min((block + 1) * ROWS_PER_BATCH, rows);
      for (let row = block * ROWS_PER_BATCH; row < end; row++) listed[length++] = row;
    }
    const permutation = epochs.fold(epoch).fold("window").fold(index).permutation(length);
    window = { epoch, index, rows: permutation.map((position) => listed[position]!) };
    return window.rows;
  };

  return (epoch, start, end) => {
    const indices = new Uint32Array(end - start);
    let index = Math.floor(start / (BATCHES_PER_WINDOW * ROWS_PER_BATCH));
    for (let position = start; position < end;) {
      while (windowStart(epoch, index + 1) <= position) index++;
      const first = windowStart(epoch, index);
      const part = windowRows(epoch, index).subarray(position - first, end - first);
      indices.set(part, position - start);
      position += part.length;
    }
    return indices;
  };
}
