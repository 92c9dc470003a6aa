import { assertAlmostEquals, assertEquals } from "@std/assert";
import { accuracyOf } from "./_chosen_rates.ts";
import { reliability } from "./_digit_losses.ts";

Deno.test("a row is right if its largest score, the first of equal ones, is that of its label", () => {
  const scores = Float32Array.of(1, 2, 3, 5, 5, 0, -1, -3, -2);
  assertEquals(accuracyOf(scores, [2, 0, 0]), 1);
  assertEquals(accuracyOf(scores, [2, 1, 2]), 1 / 3);
});

Deno.test("the calibration error weighs the distance of accuracy and confidence in each bin by its rows", () => {
  // Confidences 0.9, 0.9 and 0.6; of the first two one is right, the third is.
  const probabilities = [0.9, 0.1, 0.9, 0.1, 0.4, 0.6];
  const { accuracy, calibration } = reliability(probabilities, [0, 1, 1], 10);
  assertAlmostEquals(accuracy, 2 / 3, 1e-15);
  assertAlmostEquals(calibration, (2 * (0.9 - 0.5) + (1 - 0.6)) / 3, 1e-15);
});
