import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { accuracy, addConfusions, classScores, macroF1, mean, sampleDeviation } from "./statistics.ts";

Deno.test("mean and sample deviation agree with numbers worked by hand", () => {
  // Mean 5; squared distances 9, 1, 1, 1, 0, 0, 4, 16: together 32, over 7.
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  assertEquals(mean(values), 5);
  assertEquals(sampleDeviation(values), Math.sqrt(32 / 7));
  assertEquals(sampleDeviation([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]), Math.sqrt(30));
  assertEquals(sampleDeviation([3]), undefined);
  assertEquals(sampleDeviation([0.5, 0.5]), 0);
  // Ten times this number, added one by one, is not ten times as much in float64.
  assertNotEquals(mean(new Array(10).fill(0.1)), 0.1);
  assertEquals(sampleDeviation(new Array(10).fill(0.1)), 0);
  assertThrows(() => mean([]), RangeError, "expected at least one value");
  assertThrows(() => sampleDeviation([]), RangeError);
});

Deno.test("precision, recall and F1 agree with a matrix worked by hand", () => {
  // Of "a": 5 right, 1 called b. Of "b": 2 called a, 4 right, 1 called c. Of "c": 1 called b, 6 right.
  const matrix = { classes: ["a", "b", "c"], counts: [[5, 1, 0], [2, 4, 1], [0, 1, 6]] };
  const [a, b, c] = classScores(matrix);
  assertEquals(a, { name: "a", support: 6, precision: 5 / 7, recall: 5 / 6, f1: 10 / 13 });
  assertEquals(b, { name: "b", support: 7, precision: 4 / 6, recall: 4 / 7, f1: 8 / 13 });
  assertEquals(c, { name: "c", support: 7, precision: 6 / 7, recall: 6 / 7, f1: 12 / 14 });
  assertAlmostEquals(macroF1(matrix)!, (10 / 13 + 8 / 13 + 6 / 7) / 3, 1e-15);
  assertEquals(accuracy(matrix), 15 / 20);
});

Deno.test("ratios without a denominator are undefined", () => {
  // "b" occurs and is never predicted; "c" neither occurs nor is predicted.
  const scores = classScores({ classes: ["a", "b", "c"], counts: [[2, 0, 0], [1, 0, 0], [0, 0, 0]] });
  assertEquals(scores[1], { name: "b", support: 1, precision: undefined, recall: 0, f1: 0 });
  assertEquals(scores[2], { name: "c", support: 0, precision: undefined, recall: undefined, f1: undefined });
  assertEquals(macroF1({ classes: ["a"], counts: [[0]] }), undefined);
  assertEquals(accuracy({ classes: [], counts: [] }), undefined);
});

Deno.test("matrices are added cell by cell", () => {
  const one = { classes: ["a", "b"], counts: [[1, 2], [3, 4]] };
  const two = { classes: ["a", "b"], counts: [[10, 20], [30, 40]] };
  assertEquals(addConfusions([one, two]), { classes: ["a", "b"], counts: [[11, 22], [33, 44]] });
  assertThrows(() => addConfusions([one, { classes: ["a", "c"], counts: [] }]), RangeError, "a, c");
  assertThrows(() => addConfusions([]), RangeError);
});
