import type { Key } from "@verbatim/core";
import { columnOf } from "../../columns.ts";
import type { BatchTransform } from "../map_batches.ts";
import { augmentImages, type AugmentOptions } from "./augment_images.ts";
import type { ImageShape, ImageTransform } from "./image_transform.ts";

/** What is augmented, and how. */
export interface AugmentationOptions extends AugmentOptions {
  /** The column of the images. Default "image". */
  readonly column?: string;
  /** The shape of an image. */
  readonly shape: ImageShape;
  /** The key of all draws. */
  readonly key: Key;
  /** What is done to each image, in order. */
  readonly transforms: readonly ImageTransform[];
}

/**
 * Augments the images of batches, for `mapBatches`: row i of epoch e draws from the key
 * `key.fold("augment").fold(e).fold(i)`, so that it is the same in any batch and in any order of loading.
 *
 * *Dtypes* as `augmentImages`.
 * @throws {RangeError} as `augmentImages`; from the transform, if there is no such column.
 * @throws {TypeError} from the transform, if the column does not hold u8 or f32.
 *
 * @example Training batches of flipped and shifted images
 * ```ts
 * import {
 *   augmentation,
 *   createBatches,
 *   mapBatches,
 *   memorySplit,
 *   randomCrop,
 *   randomFlip,
 * } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const columns = { image: { dtype: "u8", shape: [8, 8, 1], description: "grey value" } } as const;
 * const image = Uint8Array.from({ length: 100 * 64 }, (_, i) => i);
 * const key = Key.from(1);
 * const batches = mapBatches(
 *   createBatches(memorySplit(100, columns, { image }), { batchSize: 10, key: key.fold("batches") }),
 *   augmentation({ shape: [8, 8, 1], key, transforms: [randomFlip(), randomCrop({ padding: 1 })] }),
 * );
 * const { rows } = await batches.at(1234);
 * assertEquals((await batches.at(1234)).rows, rows); // a function of key and step
 * assertNotEquals((await batches.at(1244)).rows, rows);
 * ```
 */
export function augmentation(options: AugmentationOptions): BatchTransform {
  const { column = "image", shape, transforms } = options;
  const augment = augmentImages(
    shape,
    transforms,
    options.dtype === undefined ? {} : { dtype: options.dtype },
  );
  const key = options.key.fold("augment");
  return (batch, { epoch }) => {
    const images = columnOf(batch.rows, column);
    if (!(images instanceof Uint8Array || images instanceof Float32Array)) {
      throw new TypeError(`Cannot augment column "${column}": expected u8 or f32, got other values`);
    }
    return { ...batch, rows: { ...batch.rows, [column]: augment(images, key.fold(epoch), batch.indices) } };
  };
}
