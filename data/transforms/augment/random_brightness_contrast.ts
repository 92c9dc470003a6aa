import { scalar } from "@verbatim/core";
import { between, checkFinite, checkSize } from "./_draws.ts";
import type { ImageTransform } from "./image_transform.ts";

/** How brightness and contrast are changed, in the units of the pixels. */
export interface BrightnessContrastOptions {
  /** The most that is added or subtracted, such as 32 of 255. Default 0. */
  readonly brightness?: number;
  /** The most that is added to or subtracted from the factor 1. Default 0. */
  readonly contrast?: number;
  /** The value that contrast leaves as it is. Default 127.5, the middle of 0 to 255. */
  readonly pivot?: number;
}

const STRETCH = scalar.scalarProgram(["f32", "f32", "f32", "f32"], (pivot, factor, offset, x) => {
  const { add, multiply, subtract } = scalar;
  return [add(multiply(subtract(x, pivot), factor), offset)];
});

/**
 * Stretches the values of an image around a pivot and shifts them: y = (x - pivot) c + (pivot + b), with c uniform in
 * [1 - contrast, 1 + contrast) and b in [-brightness, brightness), the same for all pixels.
 *
 * *Order* two words, of b and of c: low + (high - low) u with u = (word >>> 8) 2^-24, in f32, rounded after each
 * operation, as y is: fl(fl(fl(x - pivot) c) + fl(pivot + b)). u8: rounded to nearest even and clamped at the end.
 * *Differs* from torchvision's ColorJitter, which multiplies for brightness, stretches around the image's mean and clamps
 * in between.
 * @throws {RangeError} if brightness or contrast is negative or not finite, or the pivot is not finite.
 *
 * @example
 * ```ts
 * import { augmentImages, randomBrightnessContrast } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assert } from "@std/assert";
 *
 * const change = augmentImages([1, 3, 1], [randomBrightnessContrast({ brightness: 20, contrast: 0.1 })]);
 * const [dark, middle, bright] = change(Uint8Array.of(100, 128, 150), Key.from(1), Uint32Array.of(0));
 * assert(Math.abs(middle! - 128) <= 20);
 * assert(bright! - dark! >= 44 && bright! - dark! <= 56); // 50, times 0.9 to 1.1
 * ```
 */
export function randomBrightnessContrast(
  { brightness = 0, contrast = 0, pivot = 127.5 }: BrightnessContrastOptions,
): ImageTransform {
  checkSize("change of brightness", "brightness", brightness);
  checkSize("change of contrast", "contrast", contrast);
  checkFinite("change of contrast", "pivot", pivot);
  const most = Math.fround(brightness);
  const [low, high] = [Math.fround(1 - contrast), Math.fround(1 + contrast)];
  const centre = Math.fround(pivot);
  return {
    words: 2,
    prepare([height, width, channels]) {
      const size = height * width * channels;
      const { inputs, outputs, run } = scalar.compileVectors(STRETCH, Math.max(256, size), 3);
      // The argument of the function: all u8 there are, or the pixels where they are f32.
      const [values, results] = [inputs[3]!, outputs[0]!];
      const table = new Uint8ClampedArray(256);
      inputs[0]![0] = pivot;
      for (let x = 0; x < 256; x++) values[x] = x;
      return (pixels, start, words, first) => {
        inputs[1]![0] = between(low, high, words[first + 1]!);
        inputs[2]![0] = centre + between(-most, most, words[first]!);
        const end = start + size;
        if (pixels instanceof Float32Array) {
          values.set(pixels.subarray(start, end));
          run(size);
          pixels.set(results.subarray(0, size), start);
          return;
        }
        run(256);
        for (let x = 0; x < 256; x++) table[x] = results[x]!;
        for (let i = start; i < end; i++) pixels[i] = table[pixels[i]!]!;
      };
    },
  };
}
