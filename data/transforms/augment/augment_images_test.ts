import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { createBatches } from "../../batches.ts";
import { memorySplit } from "../../memory_split.ts";
import { mapBatches } from "../map_batches.ts";
import { pixelsOf, SEED } from "./_testing.ts";
import { augmentation } from "./augmentation.ts";
import { augmentImages } from "./augment_images.ts";
import { cutout } from "./cutout.ts";
import { gaussianNoise } from "./gaussian_noise.ts";
import { randomBrightnessContrast } from "./random_brightness_contrast.ts";
import { randomCrop } from "./random_crop.ts";
import { randomFlip } from "./random_flip.ts";
import { randomRotation } from "./random_rotation.ts";

const ALL = [
  randomFlip(),
  randomCrop({ padding: 2 }),
  randomBrightnessContrast({ brightness: 30, contrast: 0.3 }),
  randomRotation({ degrees: 20 }),
  gaussianNoise({ deviation: 10 }),
  cutout({ size: 3 }),
];
const SHAPE = [6, 7, 3] as const;
const SIZE = 6 * 7 * 3;
const ROWS = 300;
const PIXELS = pixelsOf(ROWS * SIZE, 1);

Deno.test("an image is augmented the same way in any batch, in any place, by any instance", () => {
  for (const dtype of ["u8", "f32"] as const) {
    const every = augmentImages(SHAPE, ALL, { dtype })(
      PIXELS,
      Key.from(1),
      Uint32Array.from({ length: ROWS }, (_, i) => i),
    );
    const other = augmentImages(SHAPE, ALL, { dtype });
    fc.assert(
      fc.property(fc.array(fc.nat(ROWS - 1), { minLength: 1, maxLength: 40 }), (indices) => {
        const some = new Uint8Array(indices.length * SIZE);
        indices.forEach((row, i) => some.set(PIXELS.subarray(row * SIZE, (row + 1) * SIZE), i * SIZE));
        const result = other(some, Key.from(1), Uint32Array.from(indices));
        indices.forEach((row, i) => {
          assertEquals(
            result.subarray(i * SIZE, (i + 1) * SIZE),
            every.subarray(row * SIZE, (row + 1) * SIZE),
          );
        });
      }),
      { seed: SEED, numRuns: 30 },
    );
  }
});

Deno.test("transforms take their words in order", () => {
  const key = Key.from(7);
  const words = key.fold(0).bits(4);
  const seen: number[][] = [];
  const spy = (count: number) => ({
    words: count,
    prepare: () => (_: unknown, start: number, drawn: Uint32Array, first: number) =>
      void seen.push([start, ...drawn.subarray(first, first + count)]),
  });
  augmentImages([1, 1, 1], [spy(1), spy(0), spy(2)])(new Uint8Array(1), key, Uint32Array.of(0));
  assertEquals(seen, [[0, words[0]!], [0], [0, words[1]!, words[2]!]]);
});

Deno.test("nothing is done to the images that are given, and no transform gives their values", () => {
  const before = PIXELS.slice();
  const indices = Uint32Array.from({ length: ROWS }, (_, i) => i);
  augmentImages(SHAPE, ALL)(PIXELS, Key.from(1), indices);
  assertEquals(PIXELS, before);
  assertEquals(augmentImages(SHAPE, [])(PIXELS, Key.from(1), indices), before);
});

Deno.test("images, shapes and dtypes that do not fit are refused", () => {
  const one = Uint32Array.of(0);
  const augment = augmentImages([2, 2, 1], []);
  assertThrows(
    () => augment(new Uint8Array(5), Key.from(1), one),
    RangeError,
    "expected 1 of 4 values, got 5",
  );
  assertThrows(() => augment(new Float32Array(4), Key.from(1), one), TypeError, "got f32");
  assertThrows(() => augmentImages([2, 0, 1], []), RangeError, "expected a shape [H, W, C], got [2, 0, 1]");
});

function batchesOf(batchSize: number, key: Key) {
  const columns = {
    image: { dtype: "u8", shape: SHAPE, description: "a picture" },
    serial: { dtype: "u32", shape: [], description: "the row" },
  } as const;
  const split = memorySplit(ROWS, columns, {
    image: PIXELS,
    serial: Uint32Array.from({ length: ROWS }, (_, i) => i),
  });
  return mapBatches(
    createBatches(split, { batchSize, key: Key.from(batchSize), dropLast: false }),
    augmentation({ shape: SHAPE, key, transforms: ALL }),
  );
}

/** The augmented images of an epoch by row. */
async function epochOf(batchSize: number, key: Key, epoch: number): Promise<Uint8Array[]> {
  const batches = batchesOf(batchSize, key);
  const images: Uint8Array[] = [];
  for (let s = 0; s < batches.stepsPerEpoch; s++) {
    const { rows } = await batches.at(epoch * batches.stepsPerEpoch + s);
    const image = rows["image"] as Uint8Array;
    (rows["serial"] as Uint32Array).forEach((row, i) =>
      images[row] = image.subarray(i * SIZE, (i + 1) * SIZE)
    );
  }
  return images;
}

Deno.test("in batches, an image depends on key, epoch and row only", async () => {
  const key = Key.from("images");
  const expected = await epochOf(64, key, 2);
  assertEquals(await epochOf(37, key, 2), expected);
  const direct = augmentImages(SHAPE, ALL)(
    PIXELS.subarray(0, SIZE),
    key.fold("augment").fold(2),
    Uint32Array.of(0),
  );
  assertEquals(direct, expected[0]);
  for (const other of [await epochOf(64, key, 3), await epochOf(64, Key.from("others"), 2)]) {
    // 126 values with noise: none is the same by chance.
    other.forEach((image, row) => assertNotEquals(image, expected[row]));
  }
});

Deno.test("augmenting a column that is not there, or of integers, is refused", async () => {
  const columns = { x: { dtype: "u32", shape: [1, 1, 1], description: "a number" } } as const;
  const batches = createBatches(memorySplit(1, columns, { x: Uint32Array.of(1) }), { batchSize: 1 });
  const of = (column: string) =>
    mapBatches(batches, augmentation({ column, shape: [1, 1, 1], key: Key.from(1), transforms: [] }));
  await assertRejects(() => of("x").at(0), TypeError, 'Cannot augment column "x": expected u8 or f32');
  await assertRejects(() => of("image").at(0), RangeError, 'Cannot read column "image"');
});
