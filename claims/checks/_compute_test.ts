import { assertEquals, assertThrows } from "@std/assert";
import { everySeed, farthest, grid, holds, holdsIf, printedOrRight, show } from "./_compute.ts";

Deno.test("numbers in sentences have no zeros at the end", () => {
  assertEquals([0, -0, 1, 250, 0.5, 1 / 3, 123456].map((value) => show(value)), [
    "0",
    "0",
    "1",
    "250",
    "0.5",
    "0.3333",
    "1.235e+5",
  ]);
  assertEquals([0.001, 0.0005, -1e-7, 1.5e-45].map((value) => show(value, 2)), [
    "0.001",
    "5e-4",
    "-1e-7",
    "1.5e-45",
  ]);
  assertEquals(show(Infinity), "Infinity");
});

Deno.test("NaN is infinitely far from everything, equal infinities are not apart", () => {
  assertEquals(farthest([1, 2], [1, 5]), 3);
  assertEquals(farthest([NaN, 2], [1, 5]), Infinity);
  assertEquals(farthest([NaN], [NaN]), Infinity);
  assertEquals(farthest([Infinity], [Infinity]), 0);
  assertThrows(() => farthest([1], [1, 2]), RangeError, "expected 1 numbers, got 2");
});

Deno.test("a grid has both ends", () => {
  assertEquals(grid(-1, 1, 5), [-1, -0.5, 0, 0.5, 1]);
});

Deno.test("verdicts follow from what holds", () => {
  const verdicts = [
    holds(true, ""),
    holds(false, ""),
    printedOrRight(true, false, ""),
    printedOrRight(false, true, ""),
    printedOrRight(false, false, ""),
    holdsIf("c", true, false, ""),
    holdsIf("c", true, true, ""),
    holdsIf("c", false, false, ""),
    holdsIf("c", false, true, ""),
    everySeed([true, true], ""),
    everySeed([false, true], ""),
    everySeed([false, false], ""),
  ].map(({ verdict }) => verdict);
  assertEquals(verdicts, [
    "confirmed",
    "refuted",
    "confirmed",
    "erratum",
    "refuted",
    "depends",
    "confirmed",
    "refuted",
    "refuted",
    "confirmed",
    "depends",
    "refuted",
  ]);
});
