import { Key } from "@verbatim/core";
import fc from "fast-check";
import { augmentImages } from "./augment_images.ts";
import type { ImageShape, ImageTransform } from "./image_transform.ts";

export const SEED = 20260711;

/** Shapes of small images. */
export const shapes: fc.Arbitrary<ImageShape> = fc.tuple(
  fc.integer({ min: 1, max: 7 }),
  fc.integer({ min: 1, max: 7 }),
  fc.integer({ min: 1, max: 3 }),
);

/** Grey values that a number chooses, 0 to 255. */
export function pixelsOf(length: number, seed: number): Uint8Array {
  return Uint8Array.from(
    { length },
    (_, i) => (Math.imul(i + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 13,
  );
}

/** A shape, an image, and the key of its epoch. */
export const images = fc.tuple(shapes, fc.nat()).map(([shape, seed]) => ({
  shape,
  image: pixelsOf(shape[0] * shape[1] * shape[2], seed),
  key: Key.from(seed),
}));

/** One image, transformed, in u8. */
export function transformed(image: Uint8Array, shape: ImageShape, transforms: ImageTransform[], key: Key) {
  return augmentImages(shape, transforms)(image, key, Uint32Array.of(3));
}

/** The same in f32. */
export function transformedF32(image: Uint8Array, shape: ImageShape, transforms: ImageTransform[], key: Key) {
  return augmentImages(shape, transforms, { dtype: "f32" })(image, key, Uint32Array.of(3));
}

/** The words that `transformed` draws. */
export function wordsOf(key: Key): Uint32Array {
  return key.fold(3).bits(16);
}

/** floor(word n / 2^32) without any rounding. */
export function scaledDown(word: number, n: number): number {
  return Number(BigInt(word) * BigInt(n) >> 32n);
}

/** An image made value by value from the places of another. */
export function gathered(
  image: Uint8Array,
  [height, width, channels]: ImageShape,
  from: (h: number, w: number) => readonly [h: number, w: number],
  fill = 0,
): Uint8Array {
  return Uint8Array.from(image, (_, i) => {
    const [h, w] = from(Math.floor(i / channels / width), Math.floor(i / channels) % width);
    const inside = h >= 0 && h < height && w >= 0 && w < width;
    return inside ? image[(h * width + w) * channels + i % channels]! : fill;
  });
}

/** Chi-squared of counts that should be equal. */
export function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
