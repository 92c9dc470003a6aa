import { assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { assertClose, means, testDataset } from "./_testing.ts";
import { photographs } from "./photographs.ts";

testDataset(photographs, "the values that Pillow decodes", (splits) => {
  const rows = splits.all!;
  assertEquals(textOf(rows, "name"), ["china", "flower"]);
  const image = columnOf(rows, "image");
  const size = 427 * 640 * 3;
  assertEquals(image.length, 2 * size);
  // scikit-learn's documentation prints the upper left pixels of the first: sky.
  assertEquals([...image.slice(0, 6)], [174, 201, 231, 174, 201, 231]);
  assertClose(means([...image.subarray(0, size)], 3), [
    144.7196831088993,
    145.4686768149883,
    140.91860728922717,
  ], 1e-12);
  assertClose(
    means([...image.subarray(size)], 3),
    [55.13415178571429, 73.57914227166276, 57.000212236533955],
    1e-12,
  );
});
