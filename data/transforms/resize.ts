import type { ImageShape } from "./augment/mod.ts";

/**
 * Pictures of another size: each new pixel is the mean of the area that it covers.
 *
 * y[i, j] = round(sum of x[r, c] a(r, c) / sum of a), where a(r, c) is the area of old pixel (r, c) within new pixel
 * (i, j), both grids laid over the same rectangle; halves are rounded up. Whole parts are averaged, so that enlarging by
 * a whole factor repeats pixels, and shrinking by one averages blocks.
 * *Shapes* [N, height, width, channels] -> [N, to[0], to[1], channels], for any N.
 * *Dtypes* u8.
 * *Order* exact: areas are whole multiples of 1 / (new height x new width), and sums stay below 2^53.
 * *Differs* from most libraries: their bilinear filter takes single points, or points spread by the scale.
 * @throws {RangeError} if a size is not positive, or the values are not whole pictures.
 *
 * @example
 * ```ts
 * import { resizeImages } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * const picture = Uint8Array.of(0, 10, 20, 30, 40, 50);
 * assertEquals(resizeImages(picture, [2, 3, 1], [1, 3]), Uint8Array.of(15, 25, 35));
 * // Three pixels in two: the first is the mean of 0 and half of 10.
 * assertEquals(resizeImages(picture, [2, 3, 1], [2, 2]), Uint8Array.of(3, 17, 33, 47));
 * ```
 */
export function resizeImages(
  images: Uint8Array,
  from: ImageShape,
  to: readonly [height: number, width: number],
): Uint8Array<ArrayBuffer> {
  const count = countOf(images, from, to);
  const [height, width, channels] = from;
  const [rows, columns] = to;
  const [down, across] = [overlaps(height, rows), overlaps(width, columns)];
  const result = new Uint8Array(count * rows * columns * channels);
  const line = new Float64Array(width * channels);
  const area = height * width;
  let out = 0;
  for (let n = 0; n < count; n++) {
    for (const parts of down) {
      line.fill(0);
      for (const { index, length } of parts) {
        const start = (n * height + index) * width * channels;
        for (let i = 0; i < line.length; i++) line[i]! += length * images[start + i]!;
      }
      for (const columnParts of across) {
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (const { index, length } of columnParts) sum += length * line[index * channels + channel]!;
          result[out++] = Math.floor((2 * sum + area) / (2 * area));
        }
      }
    }
  }
  return result;
}

/**
 * Maps of labels of another size: each new pixel takes the label of the old one under its centre.
 *
 * y[i, j] = x[floor((2 i + 1) height / (2 to[0])), floor((2 j + 1) width / (2 to[1]))].
 * *Shapes* [N, height, width] -> [N, to[0], to[1]], for any N.
 * *Dtypes* u8.
 * @throws {RangeError} if a size is not positive, or the values are not whole maps.
 *
 * @example
 * ```ts
 * import { resizeLabels } from "@verbatim/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(resizeLabels(Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 3]), Uint8Array.of(4, 5, 6));
 * ```
 */
export function resizeLabels(
  labels: Uint8Array,
  from: readonly [height: number, width: number],
  to: readonly [height: number, width: number],
): Uint8Array<ArrayBuffer> {
  const count = countOf(labels, [...from, 1], to);
  const centres = (size: number, pixels: number) =>
    Array.from({ length: pixels }, (_, i) => Math.floor((2 * i + 1) * size / (2 * pixels)));
  const [down, across] = [centres(from[0], to[0]), centres(from[1], to[1])];
  const result = new Uint8Array(count * to[0] * to[1]);
  let out = 0;
  for (let n = 0; n < count; n++) {
    for (const row of down) {
      const start = (n * from[0] + row) * from[1];
      for (const column of across) result[out++] = labels[start + column]!;
    }
  }
  return result;
}

/** An old pixel under a new one, and how much of it, in units of 1 / (number of new pixels). */
interface Part {
  readonly index: number;
  readonly length: number;
}

/** For each of `pixels` new pixels along a line of `size` old ones, those that it covers. */
function overlaps(size: number, pixels: number): readonly (readonly Part[])[] {
  return Array.from({ length: pixels }, (_, i) => {
    // An old pixel is `pixels` units long, a new one `size`.
    const [start, end] = [i * size, (i + 1) * size];
    const parts: Part[] = [];
    for (let index = Math.floor(start / pixels); index * pixels < end; index++) {
      const length = Math.min(end, (index + 1) * pixels) - Math.max(start, index * pixels);
      parts.push({ index, length });
    }
    return parts;
  });
}

function countOf(values: Uint8Array, from: ImageShape, to: readonly [number, number]): number {
  const sizes = [...from, ...to];
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new RangeError(`Cannot resize pictures: expected positive sizes, got [${from}] to [${to}]`);
  }
  const count = values.length / (from[0] * from[1] * from[2]);
  if (!Number.isInteger(count)) {
    throw new RangeError(
      `Cannot resize pictures: expected whole pictures of shape [${from}], got ${values.length} values`,
    );
  }
  return count;
}
