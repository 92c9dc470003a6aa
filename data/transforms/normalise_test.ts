import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { memorySplit } from "../memory_split.ts";
import { denormalise, featureStatistics, normalise, rescale } from "./normalise.ts";

function f32Split(shape: readonly number[], values: Float32Array) {
  const rows = values.length / shape.reduce((a, b) => a * b, 1);
  return memorySplit(rows, { x: { dtype: "f32", shape, description: "a number" } }, { x: values });
}

// Fisher's iris, first ten rows of the published table; mean and population deviation computed with NumPy 2.4 from these f32.
const IRIS = Float32Array.of(
  ...[5.1, 3.5, 1.4, 0.2, 4.9, 3.0, 1.4, 0.2, 4.7, 3.2, 1.3, 0.2, 4.6, 3.1, 1.5, 0.2, 5.0, 3.6, 1.4, 0.2],
  ...[5.4, 3.9, 1.7, 0.4, 4.6, 3.4, 1.4, 0.3, 5.0, 3.4, 1.5, 0.2, 4.4, 2.9, 1.4, 0.2, 4.9, 3.1, 1.5, 0.1],
);

const NUMPY = {
  mean: [4.8599999904632565, 3.310000014305115, 1.449999988079071, 0.22000000402331352],
  deviation: [0.2764055254437934, 0.29137605992423765, 0.10246953209023041, 0.07483314964708022],
};

Deno.test("statistics of ten rows of iris are NumPy's", async () => {
  const statistics = await featureStatistics(f32Split([4], IRIS), "x");
  const near = (actual: readonly number[], expected: readonly number[]) =>
    actual.forEach((value, j) => assert(Math.abs(value - expected[j]!) < 1e-12, `${actual}`));
  near(statistics.mean, NUMPY.mean);
  near(statistics.deviation, NUMPY.deviation);
  assertEquals(statistics.minimum, [4.4, 2.9, 1.3, 0.1].map(Math.fround));
  assertEquals(statistics.maximum, [5.4, 3.9, 1.7, 0.4].map(Math.fround));
  assertEquals(statistics.count, 10);
  assertEquals(JSON.parse(JSON.stringify(statistics)), statistics);
});

Deno.test("features are values, channels or the whole column, in rows of any number", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 2100 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom("value" as const, "channel" as const, "column" as const),
      async (rows, height, channels, per) => {
        const values = Uint8Array.from({ length: rows * height * channels }, (_, i) => i * 37 % 251);
        const columns = { x: { dtype: "u8", shape: [height, channels], description: "a value" } } as const;
        const statistics = await featureStatistics(memorySplit(rows, columns, { x: values }), "x", { per });
        const features = per === "value" ? height * channels : per === "channel" ? channels : 1;
        assertEquals(statistics.mean.length, features);
        for (let j = 0; j < features; j++) {
          const own = [...values].filter((_, i) => i % features === j);
          // Sums of bytes are exact in any order.
          const mean = own.reduce((a, b) => a + b) / own.length;
          assertEquals([statistics.count, statistics.mean[j]], [own.length, mean]);
          assertEquals(statistics.minimum[j], Math.min(...own));
          assertEquals(statistics.maximum[j], Math.max(...own));
          const variance = own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / own.length;
          assertEquals(statistics.deviation[j], Math.sqrt(variance));
        }
      },
    ),
    { seed: 1, numRuns: 25 },
  ));

Deno.test("normalised values have mean 0 and deviation 1, and come back", async () => {
  const statistics = await featureStatistics(f32Split([4], IRIS), "x");
  const normal = normalise(IRIS, statistics);
  const again = await featureStatistics(f32Split([4], normal), "x");
  again.mean.forEach((mean) => assert(Math.abs(mean) < 1e-6, `${mean}`));
  again.deviation.forEach((deviation) => assert(Math.abs(deviation - 1) < 1e-6, `${deviation}`));
  denormalise(normal, statistics).forEach((x, i) => assert(Math.abs(x - IRIS[i]!) < 1e-6));
  const unit = await featureStatistics(f32Split([4], rescale(IRIS, statistics)), "x");
  assertEquals([unit.minimum, unit.maximum], [[0, 0, 0, 0], [1, 1, 1, 1]]);
});

Deno.test("each operation rounds once to f32", () => {
  const [x, mean, deviation] = [16777217, 0.1, 0.3];
  const f = Math.fround;
  const statistics = { mean: [mean], deviation: [deviation] };
  assertEquals(
    normalise(Uint32Array.of(x), statistics),
    Float32Array.of(f(f(f(x) - f(mean)) / f(deviation))),
  );
  assertEquals(
    denormalise(Float32Array.of(1.7), statistics),
    Float32Array.of(f(f(f(1.7) * f(deviation)) + f(mean))),
  );
  assertEquals(
    rescale(Float32Array.of(5), { minimum: [mean], maximum: [2 / 3] }),
    Float32Array.of(f(f(5 - f(mean)) / f(f(2 / 3) - f(mean)))),
  );
  // A deviation below every f32 is none.
  assertEquals(normalise(Float32Array.of(3), { mean: [1], deviation: [1e-60] }), Float32Array.of(2));
});

Deno.test("what is not finite, has no such column, or another number of features is refused", async () => {
  const values = new Float32Array(3000);
  values[2500] = Infinity;
  await assertRejects(
    () => featureStatistics(f32Split([2], values), "x"),
    RangeError,
    'Cannot describe column "x": expected finite values, got Infinity in row 1250',
  );
  await assertRejects(() => featureStatistics(f32Split([2], values), "y"), RangeError, '"y"');
  const texts = memorySplit(1, { t: { dtype: "utf8", description: "a text" } }, { t: ["x"] });
  await assertRejects(() => featureStatistics(texts, "t"), TypeError, "expected numbers, got texts");
  assertThrows(
    () => normalise(Float32Array.of(1, 2, 3), { mean: [0, 0], deviation: [1, 1] }),
    RangeError,
    "Cannot normalise: expected a multiple of 2 values, got 3",
  );
});
