import { assert, assertEquals, assertThrows } from "@std/assert";
import { Key } from "@verbatim/core";
import fc from "fast-check";
import { gathered, images, SEED, transformed } from "./_testing.ts";
import { augmentImages } from "./augment_images.ts";
import { randomFlip } from "./random_flip.ts";

Deno.test("a flip mirrors rows or columns, and twice is not at all", () => {
  fc.assert(
    fc.property(images, ({ shape, image, key }) => {
      const [height, width] = shape;
      const across = randomFlip({ probability: 1 });
      const down = randomFlip({ probability: 1, direction: "vertical" });
      assertEquals(
        transformed(image, shape, [across], key),
        gathered(image, shape, (h, w) => [h, width - 1 - w]),
      );
      assertEquals(
        transformed(image, shape, [down], key),
        gathered(image, shape, (h, w) => [height - 1 - h, w]),
      );
      for (const flip of [across, down]) assertEquals(transformed(image, shape, [flip, flip], key), image);
      assertEquals(transformed(image, shape, [randomFlip({ probability: 0 })], key), image);
    }),
    { seed: SEED, numRuns: 100 },
  );
});

Deno.test("an image is flipped as often as the probability says", () => {
  const n = 20_000;
  const pairs = Uint8Array.from({ length: 2 * n }, (_, i) => i % 2);
  for (const probability of [0.1, 0.5]) {
    const flip = augmentImages([1, 2, 1], [randomFlip({ probability })]);
    const result = flip(pairs, Key.from(5), Uint32Array.from({ length: n }, (_, i) => i));
    const flipped = result.filter((value, i) => i % 2 === 0 && value === 1).length;
    // Four standard deviations: passed once in 16,000 seeds, and the seed is fixed.
    assert(
      Math.abs(flipped - n * probability) < 4 * Math.sqrt(n * probability * (1 - probability)),
      `${flipped}`,
    );
  }
});

Deno.test("a flip's probability is one", () => {
  for (const probability of [-0.1, 1.1, NaN]) {
    assertThrows(() => randomFlip({ probability }), RangeError, "expected a probability from 0 to 1");
  }
});
