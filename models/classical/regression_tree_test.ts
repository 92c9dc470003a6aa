import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { testMethod } from "../_model_contract.ts";
import { QUERIES, TARGETS, X } from "./_made_up_samples.ts";
import { fitTree, leavesOf, predictTree, regressionTreeMethod, sortSamples } from "./regression_tree.ts";

testMethod(regressionTreeMethod);

const samples = sortSamples(X, 200, 3);
const errorOf = (said: Float64Array) =>
  said.reduce((sum, value, row) => sum + (value - TARGETS[row]!) * (value - TARGETS[row]!), 0);

/** By scikit-learn's DecisionTreeRegressor: number of nodes, squared error on the rows, and what it says of the queries. */
const EXPECTED = [
  {
    depth: 1,
    nodes: 3,
    error: 38.8941839959172,
    said: [0.66843547, 0.66843547, 0.66843547, -0.25225723, 0.66843547],
  },
  {
    depth: 3,
    nodes: 15,
    error: 16.27164609921593,
    said: [0.35748486, 1.47456879, 0.35748486, -0.11407839, 0.89844282],
  },
  {
    depth: Infinity,
    nodes: 399,
    error: 0,
    // Where two rows are left every feature tells them apart, and scikit-learn takes one at random.
    said: [],
  },
];

for (const { depth, nodes, error, said } of EXPECTED) {
  Deno.test(`a tree of depth ${depth} is scikit-learn's`, () => {
    const tree = fitTree(samples, TARGETS, { maxDepth: depth });
    assertEquals(tree.feature.length, nodes);
    assertEquals(tree.feature[0], 1);
    assertAlmostEquals(tree.threshold[0]!, 0.17082881182432175, 1e-15);
    assertAlmostEquals(errorOf(predictTree(tree, X, 3)), error, 1e-9);
    const found = predictTree(tree, QUERIES, 3);
    said.forEach((value, i) => assertAlmostEquals(found[i]!, value, 1e-8));
  });
}

Deno.test("with seven rows in a leaf at least, too", () => {
  const tree = fitTree(samples, TARGETS, { minLeaf: 7 });
  assertEquals(tree.feature.length, 45);
  assertAlmostEquals(errorOf(predictTree(tree, X, 3)), 7.725671586972759, 1e-9);
  const counts = new Map<number, number>();
  for (const leaf of leavesOf(tree, X, 3)) counts.set(leaf, (counts.get(leaf) ?? 0) + 1);
  assert([...counts.values()].every((count) => count >= 7));
});

Deno.test("a weight of two is the row twice, and a weight of zero no row", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          x: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
          target: fc.integer({ min: 0, max: 1 }),
          weight: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 2, maxLength: 12 },
      ).filter((rows) => rows.some(({ weight }) => weight > 0)),
      (rows) => {
        const column = (of: typeof rows) => Float32Array.from(of.flatMap(({ x }) => [...x]));
        const targets = (of: typeof rows) => Float64Array.from(of, ({ target }) => target);
        const repeated = rows.flatMap((row) => new Array<typeof row>(row.weight).fill(row));
        const weights = Float64Array.from(rows, ({ weight }) => weight);
        const weighted = fitTree(
          sortSamples(column(rows), rows.length, 2),
          targets(rows),
          { maxDepth: 3 },
          weights,
        );
        const plain = fitTree(sortSamples(column(repeated), repeated.length, 2), targets(repeated), {
          maxDepth: 3,
        });
        // Whole numbers: the sums are exact in any order.
        assertEquals(weighted, plain);
      },
    ),
    { seed: 7, numRuns: 200 },
  ));

Deno.test("of equal splits the first feature is asked, and the least threshold", () => {
  const tree = fitTree(sortSamples(Float32Array.of(0, 0, 1, 1, 2, 2), 3, 2), Float64Array.of(0, 1, 0), {
    maxDepth: 1,
  });
  assertEquals([tree.feature[0], tree.threshold[0]], [0, 0.5]);
});

Deno.test("equal targets and equal rows are one leaf; what does not fit is refused", () => {
  const twice = sortSamples(Float32Array.of(1, 1), 2, 1);
  assertEquals(fitTree(twice, Float64Array.of(0, 1)).value, Float64Array.of(0.5));
  assertEquals(fitTree(samples, new Float64Array(200).fill(3)).value, Float64Array.of(3));
  assertThrows(() => fitTree(twice, Float64Array.of(0)), RangeError, "expected 2 targets and weights");
  assertThrows(
    () => fitTree(twice, Float64Array.of(0, 1), {}, new Float64Array(2)),
    RangeError,
    "some positive",
  );
  assertThrows(() => sortSamples(Float32Array.of(1, NaN), 2, 1), RangeError, "finite values");
});
