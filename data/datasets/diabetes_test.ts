import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, means, numbersIn, testDataset } from "./_testing.ts";
import { diabetes } from "./diabetes.ts";

testDataset(diabetes, "its published target; means by NumPy", (splits) => {
  const target = numbersIn(splits, "target");
  // Published: from 25 to 346, mean 152.1.
  assertEquals([target.length, Math.min(...target), Math.max(...target)], [442, 25, 346]);
  assertAlmostEquals(means(target)[0]!, 152.13348416, 1e-8);
  const expected = [48.51809955, 1.46832579, 26.37579186, 94.64701357, 189.14027149];
  expected.push(115.43914027, 49.78846154, 4.07024887, 4.64141086, 91.260181);
  assertClose(means(numbersIn(splits, "features"), 10), expected);
  // The third patient of the file is the first of the test set.
  assertEquals(columnOf(splits.train!, "target").slice(0, 2), Float32Array.of(151, 75));
  assertEquals(columnOf(splits.test!, "target")[0], 141);
});
