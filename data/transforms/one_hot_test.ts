import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { encodeOneHot } from "./one_hot.ts";

Deno.test("each row has a single one, at its label", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.nat()), (classes, numbers) => {
      const labels = Uint32Array.from(numbers, (number) => number % classes);
      const rows = encodeOneHot(labels, classes);
      assertEquals(rows.length, labels.length * classes);
      labels.forEach((label, n) => {
        const row = [...rows.subarray(n * classes, (n + 1) * classes)];
        assertEquals(row, Array.from({ length: classes }, (_, c) => c === label ? 1 : 0));
      });
    }),
    { seed: 1 },
  );
});

Deno.test("labels that are no class are refused", () => {
  const labels = [Uint8Array.of(3), Int32Array.of(-1), Float32Array.of(0.5), Float32Array.of(NaN)];
  for (const label of labels) {
    assertThrows(() => encodeOneHot(label, 3), RangeError, `expected labels from 0 to 2, got ${label[0]}`);
  }
  assertThrows(
    () => encodeOneHot(labels[0]!, 0),
    RangeError,
    "expected a positive whole number of classes, got 0",
  );
});
