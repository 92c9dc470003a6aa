import { assertEquals } from "@std/assert";
import { columnOf } from "../columns.ts";
import { rowKeys } from "./_split_rows.ts";
import { dna } from "./dna.ts";
import { counts, numbersIn, testDataset } from "./_testing.ts";

testDataset(dna, "its published classes; introns begin with GT and end with AG", (splits) => {
  const labels = numbersIn(splits, "label");
  assertEquals(counts(labels), [767, 765, 1654]);
  const sequences = numbersIn(splits, "sequence");
  const share = (label: number, start: number, bases: string) => {
    const rows = labels.flatMap((each, row) => each === label ? [row] : []);
    const found = rows.filter((row) =>
      [...bases].every((base, i) => sequences[60 * row + start + i] === "ACGT".indexOf(base))
    );
    return found.length / rows.length;
  };
  // Nearly all introns do (Breathnach and Chambon, 1981); elsewhere one place in sixteen.
  assertEquals([share(0, 30, "GT") > 0.98, share(1, 28, "AG") > 0.98], [true, true]);
  assertEquals([share(2, 30, "GT") < 0.2, share(2, 28, "AG") < 0.2], [true, true]);
  // No sequence of the test is in the training set.
  const known = new Set(rowKeys(columnOf(splits.train!, "sequence"), 60));
  assertEquals(rowKeys(columnOf(splits.test!, "sequence"), 60).filter((key) => known.has(key)), []);
  assertEquals(new Set(rowKeys(sequences, 60)).size, 3001);
});
