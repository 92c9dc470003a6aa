import { scalar } from "@verbatim/core";
import { between, checkFinite } from "./_draws.ts";
import type { ImageShape, ImageTransform } from "./image_transform.ts";

/** How images are rotated. */
export interface RotationOptions {
  /** The angle is uniform in [least, most), counter-clockwise; one number stands for [-degrees, degrees). */
  readonly degrees: number | readonly [least: number, most: number];
  /** What is outside of the image. Default 0. */
  readonly fill?: number;
}

const sinCos = scalar.compileScalar(scalar.scalarProgram(["f32"], (x) => scalar.sinCos(x)));
/** The f32 nearest to pi / 180. */
const RADIANS_PER_DEGREE = Math.fround(0.01745329251994329577);

/** Sine and cosine of an angle in degrees, up to 2^20 of them; exact at multiples of 90. */
function sinCosOfDegrees(degrees: number): readonly [sin: number, cos: number] {
  const quarters = Math.round(degrees / 90);
  const [sin, cos] = sinCos(Math.fround(Math.fround(degrees - 90 * quarters) * RADIANS_PER_DEGREE));
  const turned = ([[sin, cos], [cos, -sin!], [-sin!, -cos!], [-cos!, sin]] as const)[quarters & 3]!;
  return [turned[0]!, turned[1]!];
}

const { add, atLeast, atMost, multiply, subtract } = scalar;

/**
 * From where each value of an image comes. For columns and rows counted from the middle, and the channel: the place of the
 * upper left one of four neighbours in an image with a margin, and the fractions of the way to the right and down.
 */
function placesProgram([height, width, channels]: ImageShape): scalar.ScalarProgram {
  const { f32 } = scalar;
  return scalar.scalarProgram(["f32", "f32", "f32", "f32", "f32"], (sin, cos, a, b, channel) => {
    const x = add(subtract(multiply(a, cos), multiply(b, sin)), f32((width - 1) / 2));
    const y = add(add(multiply(a, sin), multiply(b, cos)), f32((height - 1) / 2));
    const left = scalar.apply("floor", x);
    const top = scalar.apply("floor", y);
    // Where both neighbours are outside, it does not matter how far.
    const column = add(atMost(atLeast(left, f32(-MARGIN)), f32(width)), f32(MARGIN));
    const row = add(atMost(atLeast(top, f32(-MARGIN)), f32(height)), f32(MARGIN));
    // Whole numbers below 2^24: exact.
    const place = add(
      multiply(add(multiply(row, f32(width + 2 * MARGIN)), column), f32(channels)),
      channel,
    );
    return [scalar.apply("u32FromF32", place), subtract(x, left), subtract(y, top)];
  });
}

/** The mean of four neighbours by the fractions of the way to the right and down. */
const BLEND = scalar.scalarProgram(
  ["f32", "f32", "f32", "f32", "f32", "f32"],
  (right, down, p, q, r, s) => {
    const between = (from: scalar.F32, to: scalar.F32, fraction: scalar.F32) =>
      add(from, multiply(fraction, subtract(to, from)));
    return [between(between(p, q, right), between(r, s, right), down)];
  },
);

/** Rows and columns outside of the image that neighbours may come from: two, so that both may be outside. */
const MARGIN = 2;

/**
 * Rotates an image around its middle by a random angle t, and interpolates linearly between four neighbours.
 *
 * With a = w - (W - 1) / 2 and b = h - (H - 1) / 2, pixel [h, w] comes from column (a cos t - b sin t) + (W - 1) / 2 and
 * row (a sin t + b cos t) + (H - 1) / 2. Between neighbours p and q at the fraction f: p + f (q - p), first along both
 * rows, then from the upper to the lower. A neighbour outside of the image is `fill`.
 *
 * *Order* one word: t = low + (high - low) u with u = (word >>> 8) 2^-24. Everything is f32, rounded after each operation
 * as it is written here. t is reduced by multiples of 90 degrees, the rest times pi / 180 goes to core's sine and cosine:
 * rotations by multiples of 90 degrees of square images are exact. u8: rounded to nearest even and clamped at the end.
 * @throws {RangeError} if an angle or the fill is not finite, or an angle is above 2^20 degrees.
 *
 * @example A quarter of a turn, counter-clockwise
 * ```ts
 * import { augmentImages, randomRotation } from "@verbatim/data";
 * import { Key } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * const rotate = augmentImages([2, 2, 1], [randomRotation({ degrees: [90, 90] })]);
 * assertEquals(rotate(Uint8Array.of(1, 2, 3, 4), Key.from(1), Uint32Array.of(0)), Uint8Array.of(2, 4, 1, 3));
 * ```
 */
export function randomRotation({ degrees, fill = 0 }: RotationOptions): ImageTransform {
  const ends = typeof degrees === "number" ? [-degrees, degrees] as const : degrees;
  for (const end of ends) {
    if (!(Math.abs(end) <= 1048576)) {
      throw new RangeError(`Cannot make a rotation: expected angles up to 2^20 degrees, got ${end}`);
    }
  }
  checkFinite("rotation", "fill", fill);
  const [low, high] = [Math.fround(ends[0]), Math.fround(ends[1])];
  const outside = Math.fround(fill);
  return {
    words: 1,
    prepare(shape) {
      const [height, width, channels] = shape;
      const size = height * width * channels;
      const row = width * channels;
      const sourceRow = row + 2 * MARGIN * channels;
      const sourceSize = (height + 2 * MARGIN) * sourceRow;
      if (sourceSize > 16777216) {
        // Places are counted in f32.
        throw new RangeError(
          `Cannot rotate images: expected at most 2^24 values with a margin, got ${sourceSize}`,
        );
      }
      const source = new Float32Array(sourceSize).fill(outside);
      const places = scalar.compileVectors(placesProgram(shape), size, 2);
      for (let i = 0; i < size; i++) {
        places.inputs[2]![i] = Math.floor(i / channels) % width - (width - 1) / 2;
        places.inputs[3]![i] = Math.floor(i / row) - (height - 1) / 2;
        places.inputs[4]![i] = i % channels;
      }
      const [corner, right, down] = places.outputs as [Uint32Array, Float32Array, Float32Array];
      const blend = scalar.compileVectors(BLEND, size);
      const [rights, downs, p, q, r, s] = blend.inputs as Float32Array[];
      const values = blend.outputs[0]!;
      return (pixels, start, words, first) => {
        for (let h = 0, i = start; h < height; h++) {
          const line = (h + MARGIN) * sourceRow + MARGIN * channels;
          for (let j = 0; j < row; j++, i++) source[line + j] = pixels[i]!;
        }
        const [sin, cos] = sinCosOfDegrees(between(low, high, words[first]!));
        places.inputs[0]![0] = sin;
        places.inputs[1]![0] = cos;
        places.run(size);
        rights!.set(right);
        downs!.set(down);
        for (let i = 0; i < size; i++) {
          const place = corner[i]!;
          p![i] = source[place]!;
          q![i] = source[place + channels]!;
          r![i] = source[place + sourceRow]!;
          s![i] = source[place + sourceRow + channels]!;
        }
        blend.run(size);
        for (let i = 0; i < size; i++) pixels[start + i] = values[i]!;
      };
    },
  };
}
