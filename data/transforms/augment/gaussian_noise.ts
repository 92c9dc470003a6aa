import { scalar } from "@verbatim/core";
import { checkSize } from "./_draws.ts";
import type { ImageTransform } from "./image_transform.ts";

/** How much noise is added. */
export interface NoiseOptions {
  /** The standard deviation, in the units of the pixels. */
  readonly deviation: number;
}

/** Four elements of a key's draw, times the deviation, by the key's words and the number of their block. */
const SCALED_NORMALS = scalar.scalarProgram(
  ["f32", "u32", "u32", "u32", "u32", "u32"],
  (deviation, w0, w1, w2, w3, block) => {
    const drawn = scalar.philox([block, scalar.u32(0), w2, w3], [w0, w1]);
    const normals = [...scalar.normalPair(drawn[0], drawn[1]), ...scalar.normalPair(drawn[2], drawn[3])];
    return normals.map((z) => scalar.multiply(deviation, z));
  },
);

/**
 * Adds normal noise to every value: y = fl(x + fl(deviation z)).
 *
 * *Order* four words, the words of a key; z are the numbers that `normal` of core draws from this key, for the values in
 * their order. u8: rounded to nearest even and clamped.
 * @throws {RangeError} if the deviation is negative or not finite.
 *
 * @example
 * ```ts
 * import { augmentImages, gaussianNoise } from "@verbatim/data";
 * import { createDevice, Key, normal, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const key = Key.from(1);
 * const add = augmentImages([2, 2, 1], [gaussianNoise({ deviation: 1 })], { dtype: "f32" });
 * using z = normal(Key.fromWords(key.fold(5).bits(4)), [4]);
 * assertEquals(add(new Float32Array(4), key, Uint32Array.of(5)), await z.read());
 * ```
 */
export function gaussianNoise({ deviation }: NoiseOptions): ImageTransform {
  checkSize("noise", "deviation", deviation);
  return {
    words: 4,
    prepare([height, width, channels]) {
      const size = height * width * channels;
      const blocks = Math.ceil(size / 4);
      const { inputs, outputs, run } = scalar.compileVectors(SCALED_NORMALS, blocks, 5);
      inputs[0]![0] = deviation;
      inputs[5]!.forEach((_, block, numbers) => numbers[block] = block);
      return (pixels, start, words, first) => {
        for (let i = 0; i < 4; i++) inputs[1 + i]![0] = words[first + i]!;
        run(blocks);
        for (let j = 0; j < 4; j++) {
          const noise = outputs[j]!;
          for (let block = 0, i = start + j; i < start + size; block++, i += 4) {
            pixels[i] = Math.fround(pixels[i]! + noise[block]!);
          }
        }
      };
    },
  };
}
