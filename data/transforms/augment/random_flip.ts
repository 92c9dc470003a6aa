import { checkProbability, happens } from "./_draws.ts";
import type { ImageTransform } from "./image_transform.ts";

/** How images are flipped. */
export interface FlipOptions {
  /** "horizontal" swaps left and right, "vertical" top and bottom. Default "horizontal". */
  readonly direction?: "horizontal" | "vertical";
  /** How often. Default 0.5. */
  readonly probability?: number;
}

/**
 * Mirrors an image, or leaves it: y[h, w] = x[h, W - 1 - w], or x[H - 1 - h, w].
 *
 * *Order* one word: flipped if word < 2^32 probability. Exact.
 * @throws {RangeError} if the probability is not from 0 to 1.
 *
 * @example
 * ```ts
 * import { augmentImages, randomFlip } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const flip = augmentImages([2, 2, 1], [randomFlip({ probability: 1 })]);
 * assertEquals(flip(Uint8Array.of(1, 2, 3, 4), Key.from(1), Uint32Array.of(0)), Uint8Array.of(2, 1, 4, 3));
 * ```
 */
export function randomFlip(
  { direction = "horizontal", probability = 0.5 }: FlipOptions = {},
): ImageTransform {
  checkProbability("flip", probability);
  return {
    words: 1,
    prepare([height, width, channels]) {
      // Groups of neighbouring pixels, in each of which pieces swap from both ends inwards.
      const [groups, pieces, size] = direction === "horizontal"
        ? [height, width, channels]
        : [1, height, width * channels];
      const half = pieces >> 1;
      return (pixels, start, words, first) => {
        if (!happens(probability, words[first]!)) return;
        for (let group = 0; group < groups; group++) {
          let left = start + group * pieces * size;
          let right = left + (pieces - 1) * size;
          for (let piece = 0; piece < half; piece++) {
            for (let i = 0; i < size; i++) {
              const kept = pixels[left + i]!;
              pixels[left + i] = pixels[right + i]!;
              pixels[right + i] = kept;
            }
            left += size;
            right -= size;
          }
        }
      };
    },
  };
}
