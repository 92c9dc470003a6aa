import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { assertClose, counts, means, testDataset } from "./_testing.ts";
import { lfwSubset } from "./lfw_subset.ts";

testDataset(lfwSubset, "100 faces, 100 others; means by NumPy", (splits) => {
  const { train, test } = splits;
  assertEquals([counts(columnOf(train!, "label")), counts(columnOf(test!, "label"))], [[80, 80], [20, 20]]);
  const meanOf = (wanted: number) => {
    const pixels = [train!, test!].flatMap((rows) => {
      const label = columnOf(rows, "label");
      return [...columnOf(rows, "image")].filter((_, i) => label[Math.floor(i / 625)] === wanted);
    });
    return means(pixels)[0]!;
  };
  assertClose([meanOf(1), meanOf(0)], [0.4542346679793857, 0.29997716613844966]);
});
