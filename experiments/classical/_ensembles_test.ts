import { assertAlmostEquals } from "@std/assert";
import { errorOf, splitError } from "./_ensembles.ts";

Deno.test("squared bias and variance add up to the mean error", () => {
  const truth = Float64Array.of(1, 0, 1);
  const decisions = [Float64Array.of(1, 0, 0), Float64Array.of(1, 1, 0), Float64Array.of(0, 0, 0)];
  const { error, bias, variance } = splitError(decisions, truth);
  assertAlmostEquals(error, decisions.reduce((sum, one) => sum + errorOf(one, truth), 0) / 3, 1e-15);
  assertAlmostEquals(bias + variance, error, 1e-15);
  // Rows by hand: sample variances of (1,1,0) and (0,1,0) are 1/3, of (0,0,0) 0.
  assertAlmostEquals(variance, (1 / 3 + 1 / 3) / 3, 1e-15);
});
