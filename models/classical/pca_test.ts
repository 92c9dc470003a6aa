import { createDevice, disposeTree, scope, setDefaultDevice, square, tensor } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { fitPca, pcaMethod, projectPca, restorePca } from "./pca.ts";

testMethod(pcaMethod);

// A small table made by hand.
const ROWS = [
  [2.5, 2.4, 0.5],
  [0.5, 0.7, 1.5],
  [2.2, 2.9, 0.25],
  [1.9, 2.2, 2],
  [3.1, 3, 1],
  [2.3, 2.7, 0.75],
  [2, 1.6, 1.25],
  [1, 1.1, 0],
  [1.5, 1.6, 1.75],
  [1.1, 0.9, 0.5],
];

/** Numbers in (-1, 1), the same in every process. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

Deno.test("pca: components and variances of scikit-learn, up to the sign", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(ROWS);
  const pca = await fitPca(x, 3);
  // PCA().fit(ROWS) of scikit-learn 1.2.1.
  const variances = [1.289233168788121, 0.4366740323607566, 0.048870587781595226];
  const components = [[-0.675379468447312, -0.7333198138853385, 0.07813209432108685], [
    0.07016378606653793,
    0.04157074196372609,
    0.996668910189033,
  ], [-0.7341250688572319, 0.6786117623323061, 0.02337646892938272]];
  (await pca.variances.read()).forEach((value, k) => assertAlmostEquals(value, variances[k]!, 1e-6));
  const found = await pca.components.read();
  for (const [k, component] of components.entries()) {
    const row = [...found.subarray(3 * k, 3 * k + 3)];
    const sign = Math.sign(row[0]! * component[0]!);
    component.forEach((value, d) => assertAlmostEquals(sign * row[d]!, value, 1e-6));
    // The element of largest size is positive.
    assert(row.reduce((best, value) => Math.abs(value) > Math.abs(best) ? value : best, 0) > 0);
  }
  assertAlmostEquals(pca.totalVariance, variances.reduce((a, b) => a + b), 1e-12);
  disposeTree(pca);
});

Deno.test("pca: what is left out is the variance of the components that were not taken", async () => {
  await using device = await createDevice({ workers: 2 });
  setDefaultDevice(device);
  const [samples, features] = [150, 8];
  const values = numbers(samples * features, 1).map((value, i) => 3 + value * (1 + i % features));
  using x = tensor(values, [samples, features]);
  const all = await fitPca(x, features);
  const variances = [...await all.variances.read()];
  disposeTree(all);
  for (const k of [1, 3, 8]) {
    const pca = await fitPca(x, k);
    using left = scope(() => square(x.sub(restorePca(pca, projectPca(pca, x)))).sum());
    const expected = variances.slice(k).reduce((sum, value) => sum + value, 0) * (samples - 1);
    assertAlmostEquals(await left.item(), expected, 1e-3);
    // Projected samples have no covariance, and the variances that were promised.
    using covariance = scope(() => {
      const z = projectPca(pca, x);
      return z.transpose().matmul(z).div(samples - 1);
    });
    const found = await covariance.read();
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        assertAlmostEquals(found[i * k + j]!, i === j ? variances[i]! : 0, 2e-5);
      }
    }
    disposeTree(pca);
  }
});

Deno.test("pca: fewer samples than features, and the same bits on every backend", async () => {
  const bits: string[] = [];
  for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 3 }] as const) {
    await using device = await createDevice(options);
    setDefaultDevice(device);
    using x = tensor(numbers(5 * 20, 2), [5, 20]);
    const pca = await fitPca(x, 5);
    using back = scope(() => restorePca(pca, projectPca(pca, x)));
    const [original, restored] = [await x.read(), await back.read()];
    original.forEach((value, i) => assertAlmostEquals(restored[i]!, value, 1e-6));
    // Five centred samples vary in four directions.
    assertAlmostEquals((await pca.variances.read())[4]!, 0, 1e-12);
    bits.push((await pca.components.read()).join());
    disposeTree(pca);
  }
  assertEquals(new Set(bits).size, 1);
});

Deno.test("pca: what cannot be fitted is refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(ROWS);
  using one = tensor([[1, 2, 3]]);
  using infinite = tensor([[1, Infinity], [2, 3]]);
  using flat = tensor([1, 2, 3]);
  for (const components of [0, 4, 1.5]) {
    await assertRejects(() => fitPca(x, components), RangeError, `from 1 to 3 of them, got ${components}`);
  }
  await assertRejects(() => fitPca(one, 1), RangeError, "at least 2 rows, got [1,3]");
  await assertRejects(() => fitPca(infinite, 1), RangeError);
  const pca = await fitPca(x, 2);
  assertThrows(() => projectPca(pca, flat), RangeError, "got [3]");
  assertThrows(() => restorePca(pca, flat), RangeError, "got [3]");
  disposeTree(pca);
});
