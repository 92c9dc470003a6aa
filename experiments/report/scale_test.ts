import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { linearScale, log10, logScale } from "./scale.ts";

const labels = (scale: { ticks: readonly { label: string }[] }) => scale.ticks.map((tick) => tick.label);

Deno.test("ticks of linear axes are round numbers", () => {
  assertEquals(labels(linearScale(0, 1)), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assertEquals(labels(linearScale(0.85, 0.97, { format: "percent" })), ["85%", "90%", "95%", "100%"]);
  assertEquals(labels(linearScale(0, 12885, { exact: true })), ["0", "5,000", "10,000"]);
  assertEquals(labels(linearScale(1949, 2008, { exact: true, format: "year" })), ["1960", "1980", "2000"]);
  assertEquals(labels(linearScale(-0.3, 0.2)), ["−0.3", "−0.2", "−0.1", "0", "0.1", "0.2"]);
  assertEquals(labels(linearScale(0, 3e-7)), ["0", "0.0000001", "0.0000002", "0.0000003"]);
});

Deno.test("an axis of one value has a width", () => {
  for (const value of [0, 1, -4, 1e-12, 1e12]) {
    const scale = linearScale(value, value);
    assert(scale.low < value && value < scale.high);
    assert(scale.ticks.length >= 2);
  }
});

Deno.test("linear axes hold their values, with few and evenly spaced ticks", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, width) => {
      const scale = linearScale(low, low + width);
      assert(scale.low <= low + width * 1e-6 && scale.high >= low + width * (1 - 1e-6));
      assert(scale.ticks.length >= 2 && scale.ticks.length <= 8, `${scale.ticks.length} ticks`);
      const gaps = scale.ticks.slice(1).map((tick, i) => tick.value - scale.ticks[i]!.value);
      for (const gap of gaps) assertAlmostEquals(gap / gaps[0]!, 1, 1e-3);
      assertEquals(scale.share(scale.low), 0);
      assertEquals(scale.share(scale.high), 1);
      assertEquals(new Set(labels(scale)).size, scale.ticks.length);
    }),
    { seed: 3, numRuns: 500 },
  );
});

Deno.test("values far outside stay near the axis", () => {
  const scale = linearScale(0, 1);
  assertEquals([scale.share(1e300), scale.share(-1e300)], [2, -1]);
  assertEquals(logScale(1, 10).share(0), -1);
});

Deno.test("the decimal logarithm agrees with the host's", () => {
  const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
  fc.assert(
    fc.property(
      positive,
      (x) => assertAlmostEquals(log10(x), Math.log10(x), 2e-15 * Math.max(1, Math.abs(Math.log10(x)))),
    ),
    { seed: 4, numRuns: 2000 },
  );
  assertEquals(log10(1), 0);
  assertThrows(() => log10(0), RangeError);
  assertThrows(() => log10(Infinity), RangeError);
});

Deno.test("logarithmic axes", () => {
  assertEquals(labels(logScale(0.1, 2)), ["0.1", "0.2", "0.5", "1", "2"].map((label) => label));
  assertEquals(labels(logScale(0.01, 100)), ["0.01", "0.1", "1", "10", "100"]);
  assertAlmostEquals(logScale(0.01, 100).share(1), 0.5, 1e-12);
  assertThrows(() => logScale(0, 1), RangeError);
  assertThrows(() => logScale(2, 1), RangeError);
});
