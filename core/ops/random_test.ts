import { assert, assertEquals, assertThrows } from "@std/assert";
import { erf } from "../../_tools/error_function.ts";
import { grad } from "../autodiff/mod.ts";
import { Key } from "../random/key.ts";
import { createDevice, setDefaultDevice, type Tensor, tensor } from "../tensor/mod.ts";
import * as ops from "./mod.ts";

const COUNT = 200_000;

async function values(make: () => Tensor): Promise<number[]> {
  using result = make();
  return [...await result.read()];
}

/** Runs a test on a device of its own. */
function test(name: string, f: () => Promise<void>): void {
  Deno.test(name, async () => {
    await using device = await createDevice({ workers: 2 });
    setDefaultDevice(device);
    await f();
  });
}

/** The largest distance between the empirical and the given distribution function. */
function kolmogorov(sample: number[], distribution: (x: number) => number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted.reduce((worst, x, i) => {
    const exact = distribution(x);
    return Math.max(worst, exact - i / sorted.length, (i + 1) / sorted.length - exact);
  }, 0);
}

/** Pearson's statistic of counts against probabilities. */
function chiSquare(counts: readonly number[], probabilities: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b);
  return counts.reduce(
    (sum, count, i) => sum + (count - total * probabilities[i]!) ** 2 / (total * probabilities[i]!),
    0,
  );
}

function countsOf(sample: readonly number[], classes: number): number[] {
  const counts = Array(classes).fill(0);
  for (const value of sample) counts[value]++;
  return counts;
}

test("uniform and normal draws follow their distributions (Kolmogorov and Smirnov)", async () => {
  // sqrt(n) D exceeds 1.95 with probability 0.001
  const bound = 1.95 / Math.sqrt(COUNT);
  const u = await values(() => ops.uniform(Key.from(11), [COUNT]));
  assert(kolmogorov(u, (x) => x) < bound);
  const z = await values(() => ops.normal(Key.from(12), [COUNT]));
  assert(kolmogorov(z, (x) => (1 + erf(x / Math.SQRT2)) / 2) < bound);
  const x = await values(() => ops.normal(Key.from(13), [COUNT], -2, 3));
  assert(kolmogorov(x, (x) => (1 + erf((x + 2) / 3 / Math.SQRT2)) / 2) < bound);
});

test("normal draws have the moments of independent normal numbers", async () => {
  const z = await values(() => ops.normal(Key.from("moments"), [COUNT]));
  // five standard deviations of each average
  const near = (terms: number[], expected: number, deviation: number) => {
    const mean = terms.reduce((a, b) => a + b) / terms.length;
    assert(Math.abs(mean - expected) < 5 * deviation / Math.sqrt(terms.length), `${mean}`);
  };
  near(z, 0, 1);
  near(z.map((x) => x ** 2), 1, Math.sqrt(2));
  near(z.map((x) => x ** 3), 0, Math.sqrt(15));
  near(z.map((x) => x ** 4), 3, Math.sqrt(96));
  for (const lag of [1, 2, 3, 4]) near(z.slice(lag).map((x, i) => x * z[i]!), 0, 1);
  assert(z.every((x) => Math.abs(x) < 5.769));
});

test("normal draws of any shape and length begin alike; other keys give others", async () => {
  const long = await values(() => ops.normal(Key.from(1), [101]));
  assertEquals(await values(() => ops.normal(Key.from(1), [5, 7])), long.slice(0, 35));
  assertEquals(await values(() => ops.normal(Key.from(1), [])), long.slice(0, 1));
  assertEquals(await values(() => ops.normal(Key.from(1), [0, 3])), []);
  const other = await values(() => ops.normal(Key.from(2), [101]));
  assertEquals(other.filter((x, i) => x === long[i]).length, 0);
  assertEquals(await values(() => ops.normal(Key.from(1), [2], 7, 0)), [7, 7]);
});

test("bernoulli draws are 1 exactly where the uniform draw is below p", async () => {
  const u = await values(() => ops.uniform(Key.from(3), [1000]));
  const b = await values(() => ops.bernoulli(Key.from(3), 0.3, [1000]));
  assertEquals(b, u.map((u) => u < Math.fround(0.3) ? 1 : 0));
  const heads = (await values(() => ops.bernoulli(Key.from(4), 0.3, [COUNT]))).reduce((a, b) => a + b);
  assert(Math.abs(heads - 0.3 * COUNT) < 5 * Math.sqrt(COUNT * 0.21));
  using p = tensor([[0], [1], [NaN], [2]]);
  assertEquals(await values(() => ops.bernoulli(Key.from(5), p, [4, 2])), [0, 0, 1, 1, 0, 0, 1, 1]);
  assertEquals(await values(() => ops.bernoulli(Key.from(5), 0, [3])), [0, 0, 0]);
  assertEquals(await values(() => ops.bernoulli(Key.from(5), 1, [3])), [1, 1, 1]);
});

test("categorical draws follow logits and weights (Pearson's chi-square)", async () => {
  const weights = [0.5, 3, 0, 1, 0.25, 2];
  const sum = 6.75;
  const probabilities = weights.map((w) => w / sum);
  using rows = tensor(weights);
  using logits = tensor(weights.map((w) => Math.log(w) + 3));
  using manyWeights = ops.broadcastTo(rows, [COUNT, 6]);
  using manyLogits = ops.broadcastTo(logits, [COUNT, 6]);
  const drawn = [
    await values(() => ops.categorical(Key.from(6), manyWeights, { of: "weights" })),
    await values(() => ops.categorical(Key.from(7), manyLogits)),
  ];
  for (const sample of drawn) {
    const counts = countsOf(sample, 6);
    assertEquals(counts[2], 0);
    // four degrees of freedom: above 18.5 with probability 0.001
    const positive = [0, 1, 3, 4, 5];
    assert(chiSquare(positive.map((i) => counts[i]!), positive.map((i) => probabilities[i]!)) < 18.5);
  }
});

test("categorical inverts the cumulative weights", async () => {
  const weights = [1, 0, 2, 5];
  using rows = tensor(Float32Array.from({ length: 4000 }, (_, i) => weights[i % 4]!), [10, 100, 4]);
  using result = ops.categorical(Key.from(8), rows, { of: "weights" });
  assertEquals([result.shape, result.dtype], [[10, 100], "u32"]);
  const u = await values(() => ops.uniform(Key.from(8), [1000]));
  assertEquals([...await result.read()], u.map((u) => 8 * u < 1 ? 0 : 8 * u < 3 ? 2 : 3));
});

test("categorical at the ends: one class, ties, zeros first and last, tiny and huge weights, no weight, NaN", async () => {
  const of = async (x: number[][], options = {}) => {
    using rows = tensor(x);
    return await values(() => ops.categorical(Key.from(9), rows, options));
  };
  assertEquals(await of([[5], [-Infinity]]), [0, 0]);
  const weights = { of: "weights" };
  assertEquals(await of([[0, 0, 1e-45, 0], [0, 1e38, 0, 0], [0, 0, 0, 1]], weights), [2, 1, 3]);
  assertEquals(await of([[0, 0, 0], [1, NaN, 1], [NaN, 1, 1]], weights), [0, 0, 0]);
  assertEquals(await of([[-Infinity, -Infinity], [0, NaN], [Infinity, 0]]), [0, 0, 0]);
  // many classes of one weight, more than a block of the cumulative sum
  using one = tensor(1);
  using equal = ops.broadcastTo(one, [4000, 3000]);
  const counts = countsOf((await values(() => ops.categorical(Key.from(10), equal))).map((c) => c % 10), 10);
  assert(chiSquare(counts, Array(10).fill(0.1)) < 27.9);
});

test("draws are constants to derivatives", async () => {
  using p = tensor([0.5, 0.5]);
  using slope = grad((p: Tensor) => ops.bernoulli(Key.from(1), p, [2]).mul(p).sum())(p);
  assertEquals(await values(() => ops.bernoulli(Key.from(1), p, [2])), [...await slope.read()]);
  using x = tensor([1, 2]);
  using shifted = grad((x: Tensor) => ops.normal(Key.from(1), [2]).mul(x).sum())(x);
  assertEquals(await values(() => ops.normal(Key.from(1), [2])), [...await shifted.read()]);
});

test("draws that make no sense are refused", async () => {
  const key = Key.from(1);
  using x = tensor([[1, 2]]);
  using none = tensor(new Float32Array(0), [3, 0]);
  assertThrows(
    () => ops.normal(key, [2], NaN),
    RangeError,
    "expected a mean that is a finite number, got NaN",
  );
  assertThrows(() => ops.normal(key, [2], 0, -1), RangeError, "expected a deviation from 0, got -1");
  assertThrows(() => ops.normal(key, [-1]), RangeError, "Cannot draw");
  assertThrows(() => ops.bernoulli(key, 1.5, [2]), RangeError, "expected a probability from 0 to 1, got 1.5");
  assertThrows(() => ops.bernoulli(key, x, [3]), RangeError, "Cannot draw");
  assertThrows(() => ops.bernoulli(key, x, [2]), RangeError, "expected probabilities that broadcast to [2]");
  assertThrows(() => ops.categorical(key, none), RangeError, "expected a last axis of classes, got [3, 0]");
  assertThrows(() => ops.categorical(key, ops.cast(x, "u32")), TypeError, "expected f32, got u32");
  await Promise.resolve();
});
