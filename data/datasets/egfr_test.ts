import { assertAlmostEquals, assertEquals } from "@std/assert";
import { columnOf, numberListsOf } from "../columns.ts";
import type { Rows } from "../dataset.ts";
import { egfr } from "./egfr.ts";
import { counts, means, numbersIn, testDataset, testFacts } from "./_testing.ts";

testDataset(egfr, "365 molecules in 40 clusters; sums counted in the files by Python", (splits) => {
  const { train, test } = splits;
  const clusters = numbersIn(splits, "cluster");
  assertEquals([clusters.length, new Set(clusters).size, counts(clusters)[2]], [365, 40, 183]);
  const known = new Set(columnOf(train!, "cluster"));
  assertEquals([...columnOf(test!, "cluster")].filter((cluster) => known.has(cluster)), []);
  assertAlmostEquals(means(numbersIn(splits, "flatness"))[0]!, 0.6238385808, 1e-6);
  const values = (name: string) => [train!, test!].flatMap((rows) => [...numberListsOf(rows, name).values]);
  const elements = counts(values("elements"));
  assertEquals([1, 6, 7, 8, 35].map((number) => elements[number]), [6640, 6026, 1629, 346, 178]);
  assertEquals([values("orders").length, values("charges").reduce((sum, charge) => sum + charge, 0)], [
    15_843,
    32,
  ]);
});

testFacts(egfr, "the distance from the best plane follows from the places", ({ train }) => {
  const flatness = columnOf(train!, "flatness");
  for (const row of [0, 1, 2, 100]) assertAlmostEquals(meanDistance(train!, row), flatness[row]!, 1e-4);
});

/** The mean distance of a molecule's atoms from the plane that fits them best in least squares. */
function meanDistance(rows: Rows, row: number): number {
  const { offsets, values } = numberListsOf(rows, "positions");
  const places = [...values.subarray(3 * offsets[row]!, 3 * offsets[row + 1]!)];
  const centre = means(places, 3);
  const centred = places.map((x, i) => x - centre[i % 3]!);
  const scatter = (a: number, b: number) =>
    centred.reduce((sum, x, i) => i % 3 === a ? sum + x * centred[i - a + b]! : sum, 0);
  const trace = scatter(0, 0) + scatter(1, 1) + scatter(2, 2);
  // The normal has the smallest scatter: the largest eigenvalue of trace - scatter, by iteration.
  const matrix = [0, 1, 2].map((a) => [0, 1, 2].map((b) => (a === b ? trace : 0) - scatter(a, b)));
  let normal = [1, 0.9, 0.8];
  for (let i = 0; i < 3000; i++) {
    const next = matrix.map((line) => line.reduce((sum, x, b) => sum + x * normal[b]!, 0));
    const length = Math.hypot(...next);
    normal = next.map((x) => x / length);
  }
  const distances = places.flatMap((_, i) =>
    i % 3 === 0 ? [Math.abs([0, 1, 2].reduce((sum, a) => sum + centred[i + a]! * normal[a]!, 0))] : []
  );
  return means(distances)[0]!;
}
