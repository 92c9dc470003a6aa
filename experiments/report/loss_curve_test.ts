import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeLosses, firstNonFinite, smoothingWindow, smoothLosses } from "./loss_curve.ts";

Deno.test("losses are read from their bits", () => {
  // IEEE 754 binary32: 1, -0, the smallest subnormal, infinity, and a NaN.
  const losses = decodeLosses("3f800000" + "80000000" + "00000001" + "7f800000" + "7fc00000");
  assertEquals([...losses], [1, -0, 1.401298464324817e-45, Infinity, NaN]);
  assertEquals(decodeLosses("").length, 0);
  assertThrows(() => decodeLosses("3f80000"), TypeError, "8 hexadecimal digits");
  assertThrows(() => decodeLosses("3f80000g"), TypeError);
});

Deno.test("windows are averaged", () => {
  assertEquals(smoothLosses([1, 2, 3, 4, 10], 2), [
    { step: 1.5, mean: 1.5, low: 1, high: 2 },
    { step: 3.5, mean: 3.5, low: 3, high: 4 },
    { step: 5, mean: 10, low: 10, high: 10 },
  ]);
  assertEquals(smoothLosses([], 5), []);
});

Deno.test("a window with a loss that is not finite has no mean", () => {
  assertEquals(smoothLosses([1, NaN, 3, 4], 2), [
    { step: 1.5, mean: NaN, low: 1, high: 1 },
    { step: 3.5, mean: 3.5, low: 3, high: 4 },
  ]);
  assertEquals(firstNonFinite([1, 2, Infinity, NaN]), 3);
  assertEquals(firstNonFinite([1, 2]), undefined);
});

Deno.test("the window leaves few enough points and is a round number", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 1, max: 1000 }), (steps, points) => {
      const window = smoothingWindow(steps, points);
      assert(Math.ceil(steps / window) <= points);
      assert(/^[125]0*$/.test(String(window)));
    }),
    { seed: 7, numRuns: 500 },
  );
  assertEquals(smoothingWindow(100, 160), 1);
  assertEquals(smoothingWindow(12885, 160), 100);
});
