import type { HostArrays, Key } from "@verbatim/core";
import type { ImageShape, ImageTransform } from "./image_transform.ts";

/** How images are augmented. */
export interface AugmentOptions<D extends "u8" | "f32" = "u8" | "f32"> {
  /** The dtype of the results, in which the transforms compute. Default "u8". */
  readonly dtype?: D;
}

/**
 * Augments the images of a batch.
 *
 * @param images Their pixels, one image after the other.
 * @param key The key of the epoch.
 * @param indices What the draws of each image are named after: its row's number in the split.
 */
export type AugmentBatch<D extends "u8" | "f32"> = (
  images: Uint8Array | Float32Array,
  key: Key,
  indices: Uint32Array,
) => HostArrays[D];

/**
 * Makes a function that applies random transforms, one after the other, to every image of a batch.
 *
 * Image i draws from the key `key.fold(indices[i])` alone, so that it does not matter which other images are in its
 * batch, nor who computes it, nor when: the transforms take the words of that key's draw in their order, each as many as
 * it says. For another epoch give another key; `augmentation` does so for batches.
 *
 * *Shapes* [B, H, W, C] -> [B, H, W, C].
 * *Dtypes* u8 or f32 -> u8 (each transform rounds to nearest even and clamps) or f32 (nothing is rounded to integers,
 * nothing clamped).
 * @throws {RangeError} if the shape is not of three positive whole sizes; from the function, if the images are not as
 * many values as shape and indices say.
 * @throws {TypeError} from the function, if the images are f32 and the results would be u8.
 *
 * @example
 * ```ts
 * import { augmentImages, randomCrop, randomFlip } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const augment = augmentImages([2, 2, 1], [randomFlip(), randomCrop({ padding: 1 })]);
 * const images = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
 * const epoch = Key.from(1).fold("augment").fold(0);
 * const both = augment(images, epoch, Uint32Array.of(30, 31));
 * // The image of row 31 is the same in a batch of its own.
 * assertEquals(augment(images.subarray(4), epoch, Uint32Array.of(31)), both.subarray(4));
 * ```
 */
export function augmentImages<D extends "u8" | "f32" = "u8">(
  shape: ImageShape,
  transforms: readonly ImageTransform[],
  options?: AugmentOptions<D>,
): AugmentBatch<D>;
export function augmentImages(
  shape: ImageShape,
  transforms: readonly ImageTransform[],
  { dtype = "u8" }: AugmentOptions = {},
): AugmentBatch<"u8" | "f32"> {
  if (shape.length !== 3 || !shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new RangeError(`Cannot augment images: expected a shape [H, W, C], got [${shape.join(", ")}]`);
  }
  const size = shape[0] * shape[1] * shape[2];
  const operations = transforms.map((transform) => transform.prepare(shape));
  const firsts = transforms.map((_, t) => transforms.slice(0, t).reduce((sum, { words }) => sum + words, 0));
  const count = transforms.reduce((sum, { words }) => sum + words, 0);
  const stride = Math.ceil(count / 4) * 4;

  return (images, key, indices) => {
    if (images.length !== indices.length * size) {
      throw new RangeError(
        `Cannot augment images: expected ${indices.length} of ${size} values, got ${images.length} values`,
      );
    }
    if (dtype === "u8" && images instanceof Float32Array) {
      throw new TypeError(`Cannot augment images: expected u8 images for u8 results, got f32`);
    }
    const result = dtype === "u8" ? new Uint8Array(images) : new Float32Array(images);
    const pixels = result instanceof Uint8Array ? new Uint8ClampedArray(result.buffer) : result;
    const words = key.bitsOfEach(indices, count);
    // Transform by transform: each loop stays small, and a batch in the cache.
    for (let t = 0; t < operations.length; t++) {
      const operation = operations[t]!;
      for (let i = 0; i < indices.length; i++) operation(pixels, i * size, words, i * stride + firsts[t]!);
    }
    return result;
  };
}
