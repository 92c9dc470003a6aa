import type { Batch, Batches } from "../batches.ts";

/** When a batch is used. */
export interface BatchPosition {
  /** Its number over all epochs, from 0. */
  readonly step: number;
  /** Its epoch, from 0. */
  readonly epoch: number;
}

/** Batches that hold more than every batch does. */
export interface BatchesOf<B extends Batch> extends Batches {
  /** Batch `step`, as `Batches` says. */
  at(step: number): Promise<B>;
}

/** A pure function of a batch and its position; it leaves the batch as it is. */
export type BatchTransform<I extends Batch = Batch, O extends Batch = I> = (
  batch: I,
  position: BatchPosition,
) => O | Promise<O>;

/**
 * Batches that went through a transform. They are a pure function of the step as well, and the next one is made ahead:
 * while a device works, or a file is read, if that leaves this thread idle; `loadInWorker` makes them on another one.
 *
 * *Order* at the end of an epoch no batch is made ahead, since it may be the last.
 *
 * @example
 * ```ts
 * import { createBatches, mapBatches, memorySplit } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const columns = { x: { dtype: "u8", shape: [], description: "a number" } } as const;
 * const split = memorySplit(4, columns, { x: Uint8Array.of(1, 2, 3, 4) });
 * const halves = mapBatches(createBatches(split, { batchSize: 2 }), (batch) => ({
 *   ...batch,
 *   rows: { half: Float32Array.from(batch.rows.x as Uint8Array, (x) => x / 2) },
 * }));
 * assertEquals((await halves.at(1)).rows, { half: Float32Array.of(1.5, 2) });
 * ```
 */
export function mapBatches<I extends Batch, O extends Batch>(
  batches: BatchesOf<I>,
  transform: BatchTransform<I, O>,
): BatchesOf<O> {
  const { batchSize, stepsPerEpoch } = batches;
  const load = async (step: number): Promise<O> => {
    const epoch = Math.floor(step / stepsPerEpoch);
    return await transform(await batches.at(step), { step, epoch });
  };
  let ahead: { readonly step: number; readonly batch: Promise<O> } | undefined;
  return {
    batchSize,
    stepsPerEpoch,
    async at(step) {
      const pending = ahead?.step === step ? ahead.batch : load(step);
      ahead = undefined;
      const batch = await pending;
      if ((step + 1) % stepsPerEpoch !== 0) {
        ahead = { step: step + 1, batch: load(step + 1) };
        // Whoever asks for the batch gets the error; nobody may.
        ahead.batch.catch(() => {});
      }
      return batch;
    },
  };
}
