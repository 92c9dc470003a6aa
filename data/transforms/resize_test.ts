import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { resizeImages, resizeLabels } from "./resize.ts";

const side = fc.integer({ min: 1, max: 9 });

/** The definition, in whole numbers of any size: both grids are refined until their lines meet. */
function byDefinition(
  image: Uint8Array,
  [height, width, channels]: number[],
  [rows, columns]: number[],
): number[] {
  const result: number[] = [];
  for (let i = 0; i < rows!; i++) {
    for (let j = 0; j < columns!; j++) {
      for (let c = 0; c < channels!; c++) {
        let sum = 0n;
        for (let y = i * height!; y < (i + 1) * height!; y++) {
          for (let x = j * width!; x < (j + 1) * width!; x++) {
            const [r, s] = [Math.floor(y / rows!), Math.floor(x / columns!)];
            sum += BigInt(image[(r * width! + s) * channels! + c]!);
          }
        }
        const area = BigInt(height! * width!);
        result.push(Number((2n * sum + area) / (2n * area)));
      }
    }
  }
  return result;
}

Deno.test("new pixels are the means of the areas that they cover", () =>
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 4 }), side, side, fc.infiniteStream(fc.nat(255)), (
      height,
      width,
      channels,
      rows,
      columns,
      values,
    ) => {
      const image = Uint8Array.from(values.take(height * width * channels));
      const resized = resizeImages(image, [height, width, channels], [rows, columns]);
      assertEquals([...resized], byDefinition(image, [height, width, channels], [rows, columns]));
      assertEquals(resizeImages(image, [height, width, channels], [height, width]), image);
    }),
    { seed: 20261121 },
  ));

Deno.test("labels are those under the centres, as Pillow's nearest neighbour", () => {
  // Image.fromarray(numpy.arange(35, dtype=numpy.uint8).reshape(5, 7)).resize((w, h), Image.NEAREST)
  const labels = Uint8Array.from({ length: 35 }, (_, i) => i);
  assertEquals([...resizeLabels(labels, [5, 7], [3, 4])], [0, 2, 4, 6, 14, 16, 18, 20, 28, 30, 32, 34]);
  assertEquals([...resizeLabels(labels, [5, 7], [6, 9])], [
    0,
    1,
    1,
    2,
    3,
    4,
    5,
    5,
    6,
    7,
    8,
    8,
    9,
    10,
    11,
    12,
    12,
    13,
    14,
    15,
    15,
    16,
    17,
    18,
    19,
    19,
    20,
    14,
    15,
    15,
    16,
    17,
    18,
    19,
    19,
    20,
    21,
    22,
    22,
    23,
    24,
    25,
    26,
    26,
    27,
    28,
    29,
    29,
    30,
    31,
    32,
    33,
    33,
    34,
  ]);
});

Deno.test("pictures after each other are resized each", () => {
  const two = Uint8Array.of(0, 2, 4, 6, 100, 102, 104, 106);
  assertEquals(resizeImages(two, [2, 2, 1], [1, 1]), Uint8Array.of(3, 103));
  assertEquals(resizeLabels(two, [2, 2], [1, 1]), Uint8Array.of(6, 106));
});

Deno.test("pictures shrink as Pillow's box filter shrinks by whole factors", () => {
  // numpy.random.default_rng(5).integers(0, 256, (6, 6), numpy.uint8), Image.resize((2, 2), Image.BOX)
  const image = Uint8Array.of(
    168,
    229,
    184,
    171,
    238,
    171,
    20,
    206,
    245,
    153,
    204,
    5,
    37,
    53,
    213,
    206,
    192,
    173,
    6,
    120,
    63,
    96,
    236,
    131,
    118,
    4,
    87,
    161,
    124,
    71,
    42,
    73,
    237,
    16,
    194,
    250,
  );
  assertEquals([...resizeImages(image, [6, 6, 1], [2, 2])], [151, 168, 83, 142]);
});

Deno.test("wrong sizes and torn pictures are refused", () => {
  assertThrows(() => resizeImages(new Uint8Array(4), [2, 2, 1], [0, 1]), RangeError, "got [2,2,1] to [0,1]");
  assertThrows(() => resizeLabels(new Uint8Array(4), [2, 1.5], [1, 1]), RangeError, "positive sizes");
  assertThrows(() => resizeImages(new Uint8Array(5), [2, 2, 1], [1, 1]), RangeError, "got 5 values");
});
