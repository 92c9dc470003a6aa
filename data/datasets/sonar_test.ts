import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, numbersIn, testDataset } from "./_testing.ts";
import { sonar } from "./sonar.ts";

testDataset(sonar, "its published classes; means by R", (splits) => {
  // 111 mines, 97 rocks.
  assertEquals(counts(columnOf(splits.train!, "label")), [89, 78]);
  assertEquals(counts(columnOf(splits.test!, "label")), [22, 19]);
  const bands = means(numbersIn(splits, "features"), 60);
  assertClose(bands.slice(0, 4), [0.02916394231, 0.03843653846, 0.04383221154, 0.05389230769]);
  assertEquals([...columnOf(splits.train!, "features").slice(0, 2)], [0.02, 0.0371].map(Math.fround));
});
