import { below, checkFinite } from "./_draws.ts";
import type { ImageTransform } from "./image_transform.ts";

/** What is cut out of images. */
export interface CutoutOptions {
  /** Rows and columns of the square. */
  readonly size: number;
  /** What it holds afterwards. Default 0. */
  readonly fill?: number;
}

/**
 * Fills a square around a random pixel; what of it is outside of the image is not there.
 *
 * *Order* one word: with k = floor(word H W / 2^32), rows floor(k / W) - floor(size / 2) and on, columns
 * k mod W - floor(size / 2) and on. Exact.
 * *Source* DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout" (2017).
 * @throws {RangeError} if the size is not a positive whole number, or the fill is not finite.
 *
 * @example
 * ```ts
 * import { augmentImages, cutout } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const cut = augmentImages([2, 2, 1], [cutout({ size: 1 })]);
 * const pixels = cut(Uint8Array.of(9, 9, 9, 9), Key.from(1), Uint32Array.of(0));
 * assertEquals(pixels.toSorted(), Uint8Array.of(0, 9, 9, 9));
 * ```
 */
export function cutout({ size, fill = 0 }: CutoutOptions): ImageTransform {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`Cannot make a cutout: expected a positive whole size, got ${size}`);
  }
  checkFinite("cutout", "fill", fill);
  const before = Math.floor(size / 2);
  return {
    words: 1,
    prepare([height, width, channels]) {
      return (pixels, start, words, first) => {
        const k = below(height * width, words[first]!);
        const row = Math.floor(k / width) - before;
        const column = k % width - before;
        const left = Math.max(0, column) * channels;
        const right = Math.min(width, column + size) * channels;
        for (let h = Math.max(0, row); h < Math.min(height, row + size); h++) {
          const line = start + h * width * channels;
          for (let i = line + left; i < line + right; i++) pixels[i] = fill;
        }
      };
    },
  };
}
