import { createDevice, setDefaultDevice } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { CLASSES, QUERIES, X } from "./_made_up_samples.ts";
import {
  adaBoostMethod,
  boostedScores,
  fitAdaBoost,
  fitGradientBoosting,
  gradientBoostingMethod,
} from "./boosting.ts";
import { sortSamples } from "./regression_tree.ts";

testMethod(adaBoostMethod);
testMethod(gradientBoostingMethod);

const samples = sortSamples(X, 200, 3);

Deno.test("AdaBoost's weights are scikit-learn's (AdaBoostClassifier, SAMME, stumps)", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const { weights } = await fitAdaBoost(samples, CLASSES, 12, { maxDepth: 1 });
  const expected = [
    ...[1.5856272637403817, 1.1367757560817107, 0.7878511579152065, 1.0939445888944832, 0.8834149507489115],
    ...[0.3571730118474123, 0.5335691773394737, 0.7209062922810859, 0.32959641975827264, 0.334678375581195],
    ...[0.3889383248744853, 0.4337561994825935],
  ];
  assertEquals(weights.length, 12);
  // Logarithms in binary32.
  weights.forEach((weight, i) => assertAlmostEquals(weight, expected[i]!, 2e-7));
});

Deno.test("AdaBoost ends at a tree without error, and before one that is no better than chance", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const perfect = await fitAdaBoost(samples, CLASSES, 12, {});
  assertEquals(perfect.trees.length, 1);
  assert(boostedScores(perfect, X, 3).every((score, row) => (score > 0 ? 1 : 0) === CLASSES[row]));
  // No stump tells the four corners of the exclusive or apart.
  const corners = Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1);
  const none = await fitAdaBoost(sortSamples(corners, 4, 2), Float64Array.of(0, 1, 1, 0), 5, { maxDepth: 1 });
  assertEquals(none.trees.length, 0);
  assertEquals(boostedScores(none, corners, 2), new Float64Array(4));
});

for (
  const [maxDepth, learningRate, expected] of [
    [1, 0.1, [
      0.1807878893198986,
      1.0033117098772926,
      -0.02833557533576969,
      -0.9006250138176605,
      1.0033117098772926,
    ]],
    [3, 0.3, [
      0.007428125988744094,
      3.199639572789877,
      1.2415906585255292,
      -3.17318707259857,
      1.9728459347448648,
    ]],
  ] as const
) {
  Deno.test(`gradient boosting of depth ${maxDepth} gives scikit-learn's scores (GradientBoostingClassifier)`, async () => {
    await using device = await createDevice({ backend: "reference" });
    setDefaultDevice(device);
    const boosted = await fitGradientBoosting(samples, CLASSES, 10, { maxDepth, learningRate });
    // Probabilities in binary32.
    boostedScores(boosted, QUERIES, 3).forEach((score, i) => assertAlmostEquals(score, expected[i]!, 1e-5));
  });
}

Deno.test("gradient boosting of one class is refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const options = { maxDepth: 1, learningRate: 0.1 };
  await assertRejects(
    () => fitGradientBoosting(samples, new Float64Array(200), 3, options),
    RangeError,
    "expected targets 0 and 1, got 200 of one kind",
  );
});
