import { assert, assertEquals, assertThrows } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { gathered, images, pixelsOf, SEED, transformed, transformedF32 } from "./_testing.ts";
import { randomRotation } from "./random_rotation.ts";

Deno.test("quarters of turns are exact, whole turns change nothing", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(),
      (n, channels, seed) => {
        const shape = [n, n, channels] as const;
        const image = pixelsOf(n * n * channels, seed);
        const key = Key.from(seed);
        const rotate = (degrees: number) => randomRotation({ degrees: [degrees, degrees], fill: 9 });
        // Counter-clockwise: the column at the right becomes the row at the top.
        const quarter = gathered(image, shape, (h, w) => [w, n - 1 - h]);
        const half = gathered(image, shape, (h, w) => [n - 1 - h, n - 1 - w]);
        const back = gathered(image, shape, (h, w) => [n - 1 - w, h]);
        for (
          const [degrees, expected] of [
            ...[[0, image], [360, image], [-720, image], [90, quarter], [-270, quarter], [
              450,
              quarter,
            ]] as const,
            ...[[180, half], [-180, half], [270, back], [-90, back]] as const,
          ]
        ) {
          assertEquals(transformed(image, shape, [rotate(degrees)], key), expected);
          assertEquals(transformedF32(image, shape, [rotate(degrees)], key), Float32Array.from(expected));
        }
      },
    ),
    { seed: SEED, numRuns: 30 },
  );
});

/** Rotation and bilinear interpolation in float64, by the formulas of the documentation. */
function rotated(
  image: Uint8Array,
  [height, width, channels]: readonly number[],
  degrees: number,
  fill: number,
) {
  const [sin, cos] = [Math.sin(degrees / 180 * Math.PI), Math.cos(degrees / 180 * Math.PI)];
  const value = (h: number, w: number, c: number) =>
    h < 0 || h >= height! || w < 0 || w >= width! ? fill : image[(h * width! + w) * channels! + c]!;
  return Array.from(image, (_, i) => {
    const [h, w, c] = [Math.floor(i / channels! / width!), Math.floor(i / channels!) % width!, i % channels!];
    const [a, b] = [w - (width! - 1) / 2, h - (height! - 1) / 2];
    const [x, y] = [a * cos - b * sin + (width! - 1) / 2, a * sin + b * cos + (height! - 1) / 2];
    let sum = 0;
    for (const row of [Math.floor(y), Math.floor(y) + 1]) {
      for (const column of [Math.floor(x), Math.floor(x) + 1]) {
        sum += value(row, column, c) * (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
      }
    }
    return sum;
  });
}

Deno.test("any angle interpolates between four neighbours, as float64 does", () => {
  fc.assert(
    fc.property(
      images,
      fc.integer({ min: -400, max: 400 }),
      fc.nat(255),
      ({ shape, image, key }, degrees, fill) => {
        const turn = randomRotation({ degrees: [degrees + 0.3, degrees + 0.3], fill });
        const expected = rotated(image, shape, degrees + 0.3, fill);
        const floats = transformedF32(image, shape, [turn], key);
        // Places are below 16, so rounded to 1e-6; values change by at most 255 from place to place.
        expected.forEach((value, i) => assert(Math.abs(floats[i]! - value) < 2e-3, `${floats[i]} ${value}`));
        const bytes = transformed(image, shape, [turn], key);
        assertEquals(bytes, Uint8Array.from(Uint8ClampedArray.from(floats)));
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});

Deno.test("angles are spread over their range", () => {
  // A point at the right of the middle: its height after the rotation tells the angle.
  const image = new Uint8Array(41 * 41);
  image.fill(255, 20 * 41 + 35, 20 * 41 + 36);
  const heights = Array.from({ length: 400 }, (_, i) => {
    const result = transformedF32(image, [41, 41, 1], [randomRotation({ degrees: 30 })], Key.from(i));
    let [sum, moment] = [0, 0];
    result.forEach((value, i) => {
      sum += value;
      moment += value * (20 - Math.floor(i / 41));
    });
    return Math.asin(moment / sum / 15) / Math.PI * 180;
  });
  assert(Math.min(...heights) > -32 && Math.min(...heights) < -28, `${Math.min(...heights)}`);
  assert(Math.max(...heights) < 32 && Math.max(...heights) > 28, `${Math.max(...heights)}`);
  // Uniform on 60 degrees: a deviation of 17.3, of the mean of 400 0.87; four of them.
  assert(Math.abs(heights.reduce((a, b) => a + b) / 400) < 3.5);
});

Deno.test("a rotation's angles and fill are finite", () => {
  assertThrows(() => randomRotation({ degrees: Infinity }), RangeError, "expected angles up to 2^20 degrees");
  assertThrows(() => randomRotation({ degrees: [0, NaN] }), RangeError, "expected angles up to 2^20 degrees");
  assertThrows(() => randomRotation({ degrees: 1, fill: Infinity }), RangeError, "expected a finite fill");
});
