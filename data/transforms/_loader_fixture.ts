/** A module whose batches `loadInWorker` makes, for its tests. */

import { exit } from "node:process";
import { Key } from "@verbatim/core";
import { type Batches, createBatches } from "../batches.ts";
import { memorySplit } from "../memory_split.ts";
import { randomFlip } from "./augment/random_flip.ts";
import { augmentation } from "./augment/augmentation.ts";
import { mapBatches } from "./map_batches.ts";

/** What the tests ask of it. */
export interface FixtureOptions {
  readonly rows: number;
  readonly seed: number;
  /** A step that fails. */
  readonly failAt?: number;
  /** Whether all fails. */
  readonly fail?: boolean;
  /** A step at which the thread ends. */
  readonly breakAt?: number;
}

/** Flipped images and their row numbers. */
export default function fixture({ rows, seed, failAt, fail = false, breakAt }: FixtureOptions): Batches {
  if (fail) throw new RangeError("nothing here");
  const columns = {
    image: { dtype: "u8", shape: [1, 3, 1], description: "a picture" },
    serial: { dtype: "u32", shape: [], description: "the row" },
  } as const;
  const split = memorySplit(rows, columns, {
    image: Uint8Array.from({ length: 3 * rows }, (_, i) => i),
    serial: Uint32Array.from({ length: rows }, (_, i) => i),
  });
  const key = Key.from(seed);
  const flip = augmentation({ shape: [1, 3, 1], key, transforms: [randomFlip()] });
  return mapBatches(createBatches(split, { batchSize: 4, key }), (batch, position) => {
    if (position.step === failAt) throw new RangeError(`no step ${failAt}`);
    if (position.step === breakAt) {
      exit(3);
    }
    return flip(batch, position);
  });
}
