import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { breastCancer } from "./breast_cancer.ts";

testDataset(breastCancer, "its published classes; means by NumPy", (splits) => {
  // 212 malignant, 357 benign.
  assertEquals(counts(columnOf(splits.train!, "label")), [170, 286]);
  assertEquals(counts(columnOf(splits.test!, "label")), [42, 71]);
  const [radius, texture, perimeter] = means(numbersIn(splits, "features"), 30);
  assertClose([radius!, texture!, perimeter!], [14.12729174, 19.28964851, 91.96903339]);
  assertEquals(columnOf(splits.train!, "features").slice(0, 3), Float32Array.of(17.99, 10.38, 122.8));
});
