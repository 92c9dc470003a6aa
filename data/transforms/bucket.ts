import type { Key } from "@verbatim/core";
import type { Batch } from "../batches.ts";
import type { Split } from "../dataset.ts";
import { type BatchesOf, mapBatches } from "./map_batches.ts";

/** How rows are put into buckets, and batches drawn from them. */
export interface BucketOptions {
  /** The length of each row of the split: its number of tokens, of time steps. */
  readonly lengths: ArrayLike<number>;
  /** The greatest length of each bucket, ascending: [16, 32, 64]. Rows that are longer than the last belong to it. */
  readonly boundaries: readonly number[];
  /** Rows of a batch, at least 1. */
  readonly batchSize: number;
  /** The key of the shuffle. Without it, buckets and rows are in their order. */
  readonly key?: Key;
  /** Whether a bucket's last batch is left out where it would be short. Default: whether a key is given. */
  readonly dropLast?: boolean;
}

/** A batch of rows of one bucket. */
export interface BucketBatch extends Batch {
  /** The greatest length of the bucket: what its rows are to be padded to. */
  readonly length: number;
}

/**
 * Batches of rows of similar length, so that little is padded and only a few shapes occur; a pure function of (key, step)
 * as `createBatches` is.
 *
 * Row r belongs to the first bucket whose boundary is at least lengths[r]. Epoch e has the key
 * k = key.fold("epoch").fold(e): the rows of bucket b, ascending, are permuted by k.fold("bucket").fold(b) and cut into
 * batches from the front; all batches of all buckets, in this order, are permuted by k.fold("batches").
 *
 * *Order* the permutations of `Key`; a row's bucket, and so the number of batches, is the same in every epoch.
 * @throws {RangeError} if there is not one length for each row, the boundaries do not ascend, the batch size is not a
 * positive whole number, or there is no whole batch and short ones are left out.
 *
 * @example
 * ```ts
 * import { createBucketBatches, listsFrom, memorySplit, numberListsOf, padLists } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const text = listsFrom([[1], [2, 3, 4], [5, 6], [7, 8, 9, 10]]);
 * const columns = { text: { dtype: "list", of: "u32", description: "tokens" } } as const;
 * const split = memorySplit(4, columns, { text });
 * const batches = createBucketBatches(split, { lengths: [1, 3, 2, 4], boundaries: [2, 4], batchSize: 2 });
 * const { rows, length } = await batches.at(1);
 * assertEquals(length, 4);
 * assertEquals(
 *   padLists(numberListsOf(rows, "text"), { length }).values,
 *   Uint32Array.of(2, 3, 4, 0, 7, 8, 9, 10),
 * );
 * ```
 */
export function createBucketBatches(split: Split, options: BucketOptions): BatchesOf<BucketBatch> {
  const { lengths, boundaries, batchSize, key } = options;
  const dropLast = options.dropLast ?? key !== undefined;
  if (lengths.length !== split.rows) {
    throw new RangeError(
      `Cannot create batches by length: expected ${split.rows} lengths, got ${lengths.length}`,
    );
  }
  if (boundaries.length === 0 || boundaries.some((boundary, b) => !(boundary > (boundaries[b - 1] ?? 0)))) {
    throw new RangeError(
      `Cannot create batches by length: expected ascending boundaries above 0, got [${
        boundaries.join(", ")
      }]`,
    );
  }
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`Cannot create batches: expected a positive whole batch size, got ${batchSize}`);
  }
  const buckets = rowsOfBuckets(lengths, boundaries);
  const batchesOfBucket = buckets.map(({ length }) =>
    dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize)
  );
  const stepsPerEpoch = batchesOfBucket.reduce((a, b) => a + b, 0);
  if (stepsPerEpoch === 0) {
    const most = buckets.reduce((most, { length }) => Math.max(most, length), 0);
    throw new RangeError(
      `Cannot create batches without short ones: expected a bucket of at least ${batchSize} rows, got ${most}`,
    );
  }
  const epochs = key?.fold("epoch");
  let current: { readonly epoch: number; readonly batches: readonly Place[] } | undefined;
  const batchesOf = (epoch: number): readonly Place[] => {
    if (current?.epoch !== epoch) current = { epoch, batches: drawEpoch(epochs?.fold(epoch)) };
    return current.batches;
  };

  const drawEpoch = (key: Key | undefined): Place[] => {
    const places = buckets.flatMap((rows, bucket) => {
      const order = key?.fold("bucket").fold(bucket).permutation(rows.length).map((place) => rows[place]!);
      return Array.from({ length: batchesOfBucket[bucket]! }, (_, i) => ({
        bucket,
        indices: (order ?? rows).slice(i * batchSize, (i + 1) * batchSize),
      }));
    });
    if (key === undefined) return places;
    return Array.from(key.fold("batches").permutation(places.length), (place) => places[place]!);
  };

  const load = async (step: number): Promise<BucketBatch> => {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new RangeError(`Cannot read a batch: expected a whole step from 0 on, got ${step}`);
    }
    const { bucket, indices } = batchesOf(Math.floor(step / stepsPerEpoch))[step % stepsPerEpoch]!;
    return {
      rows: await split.read(indices),
      indices: indices.slice(),
      size: indices.length,
      length: boundaries[bucket]!,
    };
  };
  // Mapped to itself, for the sake of what is read ahead.
  return mapBatches({ batchSize, stepsPerEpoch, at: load }, (batch) => batch);
}

/** One batch of an epoch. */
interface Place {
  readonly bucket: number;
  readonly indices: Uint32Array;
}

/** The rows of each bucket, ascending. */
function rowsOfBuckets(lengths: ArrayLike<number>, boundaries: readonly number[]): Uint32Array[] {
  const rows = boundaries.map((): number[] => []);
  for (let row = 0; row < lengths.length; row++) {
    const bucket = boundaries.findIndex((boundary) => lengths[row]! <= boundary);
    rows[bucket === -1 ? boundaries.length - 1 : bucket]!.push(row);
  }
  return rows.map((list) => Uint32Array.from(list));
}
