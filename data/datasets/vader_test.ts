import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, textOf } from "../columns.ts";
import { means, testDataset } from "./_testing.ts";
import { vader } from "./vader.ts";

testDataset(vader, "means that follow from the ratings", ({ all }) => {
  const [tokens, valence, ratings] = [
    textOf(all!, "token"),
    columnOf(all!, "valence"),
    columnOf(all!, "ratings"),
  ];
  const others = tokens.filter((_, row) =>
    Math.abs(means([...ratings.subarray(10 * row, 10 * row + 10)])[0]! - valence[row]!) > 0.051
  );
  assertEquals(others, ["lmfao"]);
  // Python: the mean of all means, the positive ones, and how many tokens there are.
  assertAlmostEquals(means([...valence])[0]!, -0.17984568311826568, 1e-6);
  assertEquals([valence.filter((value) => value > 0).length, new Set(tokens).size], [3344, 7503]);
  // The examples of the paper: okay 0.9, good 1.9, great 3.1, horrible -2.5, sucks -1.5.
  const examples = ["okay", "good", "great", "horrible", "sucks"].map((word) =>
    valence[tokens.indexOf(word)]
  );
  assertEquals(examples, [0.9, 1.9, 3.1, -2.5, -1.5].map(Math.fround));
});
