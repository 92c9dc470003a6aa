import { assertEquals } from "@std/assert";
import { columnOf, numberColumnOf } from "../columns.ts";
import { assertDisjoint, testDataset } from "./_testing.ts";
import { mri } from "./mri.ts";

testDataset(mri, "sums and places by nibabel and NumPy", (splits) => {
  const { train, test } = splits;
  const sum = (values: Iterable<number>) => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  const known = { train: [183_002_754, 813_935, 756_812], test: [71_072_918, 567_625, 445_436] };
  for (const [name, sums] of Object.entries(known)) {
    const rows = splits[name]!;
    const inRegions = columnOf(rows, "region").map((region) => Math.min(region, 1));
    assertEquals([sum(columnOf(rows, "image")), sum(columnOf(rows, "brain")), sum(inRegions)], sums);
  }

  // At least 11 mm lie between a slice of the one and a slice of the other.
  const [trained, tested] = [columnOf(train!, "height"), columnOf(test!, "height")];
  assertDisjoint(trained, tested);
  assertEquals([trained[0], trained[50], trained[51], trained[101]], [-67, -17, 34, 84]);
  assertEquals([tested[0], tested[29]], [-6, 23]);

  // ch2[30:40, 180:190, 75], at the left of the forehead, and [140:150, ...] at its right: rows 217 - 190 on.
  const patch = (left: number) => {
    const image = columnOf(test!, "image").subarray(10 * 217 * 181, 11 * 217 * 181);
    return sum(image.filter((_, i) => {
      const [y, x] = [Math.floor(i / 181), i % 181];
      return y >= 27 && y < 37 && x >= left && x < left + 10;
    }));
  };
  assertEquals([patch(30), patch(140)], [7859, 7645]);

  // The left hippocampus is on the left.
  const classes = numberColumnOf(mri.splits.test!, "region").classes!;
  assertEquals([classes.length, classes[37], classes[116]], [117, "Hippocampus_L", "Vermis_10"]);
  const region = columnOf(test!, "region");
  const columnsOf = (wanted: number) =>
    [...region.keys()].filter((i) => region[i] === wanted).map((i) => i % 181);
  assertEquals([Math.max(...columnsOf(37)) < 90, Math.min(...columnsOf(38)) > 90], [true, true]);
});
