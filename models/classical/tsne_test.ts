import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor } from "@verbatim/core";
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { testMethod } from "../_model_contract.ts";
import { fitTsne, TSNE_OPTIONS, tsneAffinities, tsneGradient, tsneMethod } from "./tsne.ts";

testMethod(tsneMethod);

/** Numbers in (-1, 1), the same in every process. */
function numbers(count: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  });
}

const N = 20;
const X = numbers(3 * N, 21);

/** The affinities of the first of the samples above at perplexity 5, by scikit-learn 1.2.1 (_joint_probabilities). */
const EXPECTED = [
  0,
  0.012776134,
  0.000108680342,
  0.000642605817,
  1.05879728e-05,
  8.95597214e-07,
  0.00226595579,
  5.01168982e-05,
  0.000146915693,
  0.000460081006,
  0.000129623187,
  0.013121512,
  1.44785733e-06,
  6.022466e-07,
  3.33443209e-05,
  0.0088581327,
  6.5153063e-05,
  5.24595457e-06,
  6.42802479e-05,
  0.00713278126,
];

Deno.test("affinities: scikit-learn's, symmetric, of sum 1, and each row of the given perplexity", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  using x = tensor(X, [N, 3]);
  using affinities = tsneAffinities(x, 5);
  const p = Float64Array.from(await affinities.read());
  // scikit-learn stops at entropies within 1e-5.
  EXPECTED.forEach((value, j) => assertAlmostEquals(p[j]!, value, 2e-6));
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) assertAlmostEquals(p[i * N + j]!, p[j * N + i]!, 1e-9);
  }
  assertAlmostEquals(p.reduce((sum, value) => sum + value, 0), 1, 1e-6);
});

Deno.test("affinities: equal samples, and samples far from all others, have some", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const far = X.slice();
  far.fill(1000, 0, 3);
  far.copyWithin(3, 6, 9); // the second is the third
  using x = tensor(far, [N, 3]);
  using affinities = tsneAffinities(x, 5);
  const p = Float64Array.from(await affinities.read());
  assert(p.every((value) => value >= 0 && Number.isFinite(value)));
  for (let i = 0; i < N; i++) {
    const row = p.subarray(i * N, (i + 1) * N).reduce((sum, value) => sum + value, 0);
    // Half of the sum is its own conditional distribution.
    assert(row >= 0.5 / N - 1e-6, `row ${i}: ${row}`);
  }
  assertThrows(() => tsneAffinities(x, 19), RangeError, "perplexity from 1 to below N - 1");
});

Deno.test("the gradient is that of the divergence, by central differences in binary64", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const given = { x: tensor(X, [N, 3]), y: tensor(numbers(2 * N, 22), [N, 2]), a: tensor(1) };
  using affinities = tsneAffinities(given.x, 5);
  const p = Float64Array.from(await affinities.read());
  const found = scope(() => tsneGradient(given.y, affinities, given.a));
  const divergence = (y: Float64Array) => {
    const near = Float64Array.from({ length: N * N }, (_, k) => {
      const [i, j] = [Math.floor(k / N), k % N];
      const squares = (y[2 * i]! - y[2 * j]!) ** 2 + (y[2 * i + 1]! - y[2 * j + 1]!) ** 2;
      return i === j ? 0 : 1 / (1 + squares);
    });
    const total = near.reduce((sum, value) => sum + value, 0);
    return p.reduce((sum, value, k) => value > 0 ? sum + value * Math.log(value * total / near[k]!) : sum, 0);
  };
  const at = Float64Array.from(await given.y.read());
  assertAlmostEquals(await found.divergence.item(), divergence(at), 1e-5);
  const gradient = await found.gradient.read();
  for (let k = 0; k < 2 * N; k++) {
    const shifted = (by: number) => divergence(at.map((value, i) => i === k ? value + by : value));
    assertAlmostEquals(gradient[k]!, (shifted(1e-5) - shifted(-1e-5)) / 2e-5, 1e-6);
  }
  disposeTree([given, found]);
});

Deno.test("three groups in ten dimensions are three groups in the plane", async () => {
  await using device = await createDevice({ workers: 2 });
  setDefaultDevice(device);
  const group = (i: number) => i % 3;
  const noise = numbers(600, 23);
  const values = noise.map((value, k) => value + (k % 10 === group(Math.floor(k / 10)) ? 6 : 0));
  using x = tensor(values, [60, 10]);
  const options = { ...TSNE_OPTIONS, perplexity: 8, steps: 300, exaggeratedSteps: 100, learningRate: 20 };
  using points = await fitTsne(x, options, Key.from(1));
  const y = await points.read();
  const apart = (i: number, j: number) => Math.hypot(y[2 * i]! - y[2 * j]!, y[2 * i + 1]! - y[2 * j + 1]!);
  for (let i = 0; i < 60; i++) {
    const others = Array.from({ length: 60 }, (_, j) => j).filter((j) => j !== i);
    const nearest = others.reduce((best, j) => (apart(i, j) < apart(i, best) ? j : best));
    assert(group(nearest) === group(i), `the nearest of ${i} is ${nearest}`);
  }
});
