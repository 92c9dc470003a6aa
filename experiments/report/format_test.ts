import { assertEquals } from "@std/assert";
import {
  capitalised,
  formatCount,
  formatDifference,
  formatDistance,
  formatExact,
  formatMean,
  formatMeanAndSpread,
  formatSpread,
  formatTolerance,
  formatValue,
  plural,
} from "./format.ts";

Deno.test("counts are grouped by threes", () => {
  assertEquals([0, 7, 999, 1000, 60965224, -1234].map(formatCount), [
    "0",
    "7",
    "999",
    "1,000",
    "60,965,224",
    "−1,234",
  ]);
});

Deno.test("values are printed by their format", () => {
  assertEquals(formatValue(0.98765, "percent"), "98.77%");
  assertEquals(formatValue(-0.5, "percent"), "−50.00%");
  assertEquals(formatValue(12345, "count"), "12,345");
  assertEquals(formatValue(12345.678, "count"), "12,345.7");
  assertEquals([0.123456789, 3, 123.4, 0.5, 1e-9, -2.5e-7, 123456.78].map((x) => formatValue(x, "number")), [
    "0.12346",
    "3",
    "123.4",
    "0.5",
    "1e−9",
    "−2.5e−7",
    "123,456.8",
  ]);
  assertEquals([NaN, Infinity, -Infinity].map((x) => formatValue(x, "percent")), [
    "NaN",
    "Infinity",
    "−Infinity",
  ]);
  assertEquals(formatValue(undefined, "number"), "–");
});

Deno.test("a value that rounds to zero has no sign", () => {
  assertEquals(formatValue(-0.000001, "percent"), "0.00%");
  assertEquals(formatDifference(-0.000001, "percent"), "0.00 points");
  assertEquals(formatDifference(0, "number"), "0");
});

Deno.test("differences and deviations in percent are points", () => {
  assertEquals(formatDifference(0.0342, "percent"), "+3.42 points");
  assertEquals(formatDifference(-0.0342, "percent"), "−3.42 points");
  assertEquals(formatDifference(1.5, "number"), "+1.5");
  assertEquals([1e-6, -1e-6].map((x) => formatDifference(x, "percent")), ["0.00 points", "0.00 points"]);
  assertEquals(formatDistance(-0.0342, "percent"), "3.42 points");
  assertEquals(formatDistance(-1.5, "number"), "1.5");
  assertEquals([0.005, 1e-9].map((x) => formatTolerance(x, "percent")), ["0.5 points", "1e−7 points"]);
  assertEquals(formatTolerance(0.05, "number"), "0.05");
  assertEquals(formatSpread(0.0051, "percent"), "0.51");
  assertEquals(formatMean(0.9, 0.01, "percent"), "90.00%\u00a0±\u00a01.00");
  assertEquals(formatMean(0.9, undefined, "percent"), "90.00%");
});

Deno.test("a mean has the decimals of its deviation", () => {
  const both = (mean: number, deviation: number) =>
    formatMeanAndSpread(mean, deviation, "number").join(" ± ");
  assertEquals(both(2.5601, 0.010476), "2.560 ± 0.010");
  assertEquals(both(0.027436, 0.003285), "0.0274 ± 0.0033");
  assertEquals(both(1234.5, 67.8), "1,235 ± 68");
  assertEquals(both(-0.5, 0.0096), "−0.5000 ± 0.0096");
  assertEquals(both(0, 0.25), "0.00 ± 0.25");
  assertEquals(both(3.453, 0), "3.453 ± 0");
  assertEquals(both(123.456, 0.0012), "123.46 ± 0.0012", "five digits of the mean");
  assertEquals(both(0.10183, 6.664e-9), "0.10183 ± 6.664e−9");
  assertEquals(both(1, Infinity), "1 ± Infinity");
  assertEquals(both(NaN, NaN), "NaN ± NaN");
  assertEquals(both(9.99999, 0.0999), "10.00 ± 0.10");
  assertEquals(formatMeanAndSpread(undefined, undefined, "number"), ["–", "–"]);
  assertEquals(formatMeanAndSpread(376.04, 24.66, "count"), ["376.0", "24.7"]);
});

Deno.test("exact numbers read back to the same bits", () => {
  for (const value of [0.1 + 0.2, 1 / 3, 5e-324, 1e21, -0, 0.9524999999999999]) {
    assertEquals(Object.is(Number(formatExact(value)), value), true);
  }
});

Deno.test("words", () => {
  assertEquals(plural(1, "seed"), "1 seed");
  assertEquals(plural(2000, "class", "classes"), "2,000 classes");
  assertEquals(capitalised("test loss"), "Test loss");
});
