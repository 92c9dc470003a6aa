import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { fitKMeans, kMeansMethod, kMeansPlusPlus, nearestCentre } from "./k_means.ts";

testMethod(kMeansMethod);

/** Small whole numbers, the same in every process. */
function wholeNumbers(count: number, below: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 4294967296 * below);
  });
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, d) => sum + (value - b[d]!) * (value - b[d]!), 0);
}

/** Lloyd's algorithm as a book has it, in binary64. */
function plainLloyd(rows: readonly number[][], start: readonly number[][]) {
  let centres = start.map((row) => [...row]);
  let assignments: number[] = [];
  for (let iterations = 0;; iterations++) {
    const next = rows.map((row) => {
      const distances = centres.map((centre) => squaredDistance(row, centre));
      return distances.indexOf(Math.min(...distances));
    });
    if (next.every((centre, i) => centre === assignments[i])) {
      const inertia = rows.reduce((sum, row, i) => sum + squaredDistance(row, centres[next[i]!]!), 0);
      return { centres, assignments, inertia, iterations };
    }
    assignments = next;
    centres = centres.map((centre, k) => {
      const members = rows.filter((_, i) => next[i] === k);
      if (members.length === 0) return centre;
      return centre.map((_, d) => members.reduce((sum, row) => sum + row[d]!, 0) / members.length);
    });
  }
}

Deno.test("k-means: the centres of a plain search, the same bits on every backend", async () => {
  const [samples, features, k] = [200, 3, 6];
  const values = wholeNumbers(samples * features, 40, 5);
  const rows = Array.from({ length: samples }, (_, i) => values.slice(i * features, (i + 1) * features));
  const expected = plainLloyd(rows, rows.slice(0, k));
  assert(expected.iterations > 3);
  const bits: string[] = [];
  for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 3 }] as const) {
    await using device = await createDevice(options);
    setDefaultDevice(device);
    using x = tensor(Float32Array.from(values), [samples, features]);
    using start = scope(() => x.slice([0, 0], [k, features]));
    const fit = await fitKMeans(x, start);
    assertEquals([...await fit.assignments.read()], expected.assignments);
    assertEquals([fit.converged, fit.iterations], [true, expected.iterations]);
    const centres = await fit.centres.read();
    expected.centres.flat().forEach((value, i) => assertAlmostEquals(centres[i]!, value, 1e-5));
    // Sums of 600 squares in binary32.
    assertAlmostEquals(fit.inertia / expected.inertia, 1, 1e-6);
    bits.push(JSON.stringify([...new Uint32Array(Float32Array.from(centres).buffer), fit.inertia]));
    disposeTree(fit);
  }
  assertEquals(new Set(bits).size, 1);
});

Deno.test("k-means: the inertia never rises, and as many centres as samples have none", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(Float32Array.from(wholeNumbers(120, 30, 9)), [60, 2]);
  using start = await kMeansPlusPlus(x, 5, Key.from(3));
  const inertias: number[] = [];
  for (let maxIterations = 0; maxIterations < 12; maxIterations++) {
    const fit = await fitKMeans(x, start, { maxIterations });
    inertias.push(fit.inertia);
    disposeTree(fit);
  }
  for (let i = 1; i < inertias.length; i++) assert(inertias[i]! <= inertias[i - 1]!, `${inertias}`);
  assert(inertias[0]! > inertias.at(-1)!);
  const each = await fitKMeans(x, x);
  assertEquals(each.inertia, 0);
  disposeTree(each);
});

Deno.test("k-means: a centre without samples stays, and the first of equal centres has them", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1], [3], [3]]);
  using start = tensor([[2], [2], [50]]);
  const fit = await fitKMeans(x, start);
  // All go to the first, whose mean they are: then the two threes are nearer to the second.
  assertEquals(await fit.assignments.read(), Uint32Array.of(1, 0, 0));
  assertEquals(await fit.centres.read(), Float32Array.of(3, 1, 50));
  disposeTree(fit);
});

Deno.test("k-means++: the chance of a sample is its squared distance over the sum of all", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[0], [1], [3]]);
  const counts = new Map<string, number>();
  const draws = 1500;
  for (let i = 0; i < draws; i++) {
    using centres = await kMeansPlusPlus(x, 2, Key.from("k-means++").fold(i));
    const drawn = (await centres.read()).join();
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  // First each by a third; then 1 : 9, 1 : 4 and 9 : 4.
  const chances = { "0,1": 1 / 10, "0,3": 9 / 10, "1,0": 1 / 5, "1,3": 4 / 5, "3,0": 9 / 13, "3,1": 4 / 13 };
  assertEquals([...counts.keys()].sort(), Object.keys(chances));
  for (const [drawn, chance] of Object.entries(chances)) {
    const p = chance / 3;
    // Four standard deviations of a binomial count.
    const reach = 4 * Math.sqrt(draws * p * (1 - p));
    assertAlmostEquals(counts.get(drawn)!, draws * p, reach);
  }
  using alike = tensor([[7], [7], [7]]);
  using centres = await kMeansPlusPlus(alike, 3, Key.from(1));
  assertEquals(await centres.read(), Float32Array.of(7, 7, 7));
});

Deno.test("k-means: what cannot be fitted is refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1, 2], [3, 4]]);
  using narrow = tensor([[1]]);
  using three = tensor([[1, 2], [3, 4], [5, 6]]);
  const key = Key.from(1);
  await assertRejects(() => fitKMeans(x, three), RangeError, "got [2,2] and [3,2]");
  await assertRejects(() => fitKMeans(x, narrow), RangeError, "got [2,2] and [1,1]");
  await assertRejects(() => fitKMeans(x, x, { maxIterations: -1 }), RangeError, "iterations, got -1");
  await assertRejects(() => kMeansPlusPlus(x, 3, key), RangeError, "K from 1 to N");
  await assertRejects(() => kMeansPlusPlus(x, 0, key), RangeError, "K from 1 to N");
  await assertRejects(() => kMeansPlusPlus(x, 1.5, key), RangeError, "a whole number, got 1.5");
  assertThrows(() => nearestCentre(x, narrow), RangeError, "got [2,2] and [1,1]");
});
