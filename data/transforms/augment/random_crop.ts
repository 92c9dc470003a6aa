import { below, checkFinite } from "./_draws.ts";
import type { ImageTransform } from "./image_transform.ts";

/** How images are cropped. */
export interface CropOptions {
  /** Rows and columns that are put around the image before a part of its own size is cut out of it. */
  readonly padding: number;
  /** What they hold. Default 0. */
  readonly fill?: number;
}

/**
 * Pads an image on all sides and cuts out a part of the image's own size: y[h, w] = x[h + i, w + j], or `fill` outside
 * of x, with i and j from -padding to padding.
 *
 * *Order* one word: with m = 2 padding + 1 and k = floor(word m^2 / 2^32), i = floor(k / m) - padding and
 * j = k mod m - padding. Exact.
 * @throws {RangeError} if the padding is not a whole number from 0 to 255, or the fill is not finite.
 *
 * @example An image of one row moves by a column at most, or out of sight
 * ```ts
 * import { augmentImages, randomCrop } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assert } from "@std/assert";
 *
 * const crop = augmentImages([1, 3, 1], [randomCrop({ padding: 1 })]);
 * const moved = crop(Uint8Array.of(1, 2, 3), Key.from(1), Uint32Array.of(0)).join("");
 * assert(["123", "230", "012", "000"].includes(moved));
 * ```
 */
export function randomCrop({ padding, fill = 0 }: CropOptions): ImageTransform {
  if (!Number.isInteger(padding) || padding < 0 || padding > 255) {
    throw new RangeError(`Cannot make a crop: expected a whole padding from 0 to 255, got ${padding}`);
  }
  checkFinite("crop", "fill", fill);
  const side = 2 * padding + 1;
  return {
    words: 1,
    prepare([height, width, channels]) {
      const row = width * channels;
      const size = height * row;
      return (pixels, start, words, first) => {
        const k = below(side * side, words[first]!);
        const down = Math.floor(k / side) - padding;
        const right = k % side - padding;
        // As a list of pixels the image moves as a whole. What wraps from row to row is outside of the image.
        const shift = down * row + right * channels;
        const end = start + size;
        if (shift > 0) pixels.copyWithin(start, start + shift, end);
        else if (shift < 0) pixels.copyWithin(start - shift, start, end + shift);
        const top = start + Math.min(size, Math.max(0, -down) * row);
        const bottom = end - Math.min(size, Math.max(0, down) * row);
        for (let i = start; i < top; i++) pixels[i] = fill;
        for (let i = Math.max(start, bottom); i < end; i++) pixels[i] = fill;
        if (right === 0) return;
        const columns = Math.min(width, Math.abs(right)) * channels;
        for (let line = start + (right > 0 ? row - columns : 0); line < end; line += row) {
          for (let i = line; i < line + columns; i++) pixels[i] = fill;
        }
      };
    },
  };
}
