import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ClassificationScore } from "./classification.ts";

Deno.test("accuracy, macro-F1 and confusion of a hand-worked example", () => {
  const score = new ClassificationScore(3);
  // predictions 0, 0, 1, 2, 2 for truths 0, 1, 1, 2, 0
  score.add([3, 1, 0, 2, 1, 0, 0, 5, 1], [0, 1, 1], 0.5);
  score.add([0, 0, 1, 1, 0, 2], [2, 0], 1);
  const result = score.result();
  assertEquals(result.confusion, [[1, 0, 1], [1, 1, 0], [0, 0, 1]]);
  assertEquals(result.accuracy, 3 / 5);
  assertAlmostEquals(result.macroF1, (2 / 4 + 2 / 3 + 2 / 3) / 3, 1e-15);
  assertAlmostEquals(result.loss, (3 * 0.5 + 2 * 1) / 5, 1e-15);
  assertEquals(result.predicted, new Uint32Array([0, 0, 1, 2, 2]));
  assertEquals(result.top5, NaN);
});

Deno.test("the first of equal scores wins, +0 ranks before -0, and five places count", () => {
  const score = new ClassificationScore(7);
  score.add([-0, 0, 0, -1, -1, -1, -1], [5], 0);
  const result = score.result();
  assertEquals(result.predicted[0], 1);
  assertEquals(result.top5, 0);
  const other = new ClassificationScore(7);
  other.add([-0, 0, 0, -1, -1, -1, -1], [4], 0);
  assertEquals(other.result().top5, 1);
});

Deno.test("labels that are no class and lengths that do not fit are refused", () => {
  const score = new ClassificationScore(2);
  assertThrows(() => score.add([1, 2], [2], 0), RangeError, "expected a class below 2, got 2");
  assertThrows(() => score.add([1, 2, 3], [0], 0), RangeError, "expected 2 scores, got 3");
  assertThrows(() => score.result(), RangeError, "at least one sample");
});
