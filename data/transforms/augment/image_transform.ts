/**
 * Axes: H rows, W columns, C channels.
 *
 * @module
 */

/** Rows, columns and channels of an image, whose pixels stand in this order: [H, W, C]. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/**
 * Pixels of a batch while they are changed. Storing into the clamped array rounds to nearest even and clamps to 0 to 255,
 * NaN to 0, which is the contract's rule for u8 (N1); f32 keeps what is stored.
 */
export type Pixels = Uint8ClampedArray | Float32Array;

/**
 * Changes one image in place.
 *
 * @param pixels The images of a batch.
 * @param start Where the image begins.
 * @param words Random words.
 * @param first Where the transform's own words begin.
 */
export type ImageOperation = (pixels: Pixels, start: number, words: Uint32Array, first: number) => void;

/** A random change of an image: a pure function of its pixels and of a few random words. */
export interface ImageTransform {
  /** Number of random words that each image takes. */
  readonly words: number;
  /** Makes it ready for images of a shape; once for many images, so that none allocates. */
  prepare(shape: ImageShape): ImageOperation;
}
