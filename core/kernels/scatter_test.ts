import { assertEquals, assertThrows } from "@std/assert";
import { scatterCases } from "../backends/conformance/index_cases.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import type { ScatterKernel } from "./scatter.ts";

const kernel: ScatterKernel = { family: "scatter", batch: 1, size: 2, count: 3, slice: 2 };

Deno.test("scatter adds slices to copies of their places and skips what is out of range", () => {
  const destination = Float32Array.of(1, 2, 3, 4);
  const source = Float32Array.of(10, 20, 30, 40, 50, 60);
  const [out] = runKernel(kernel, [destination, Uint32Array.of(1, 2, 1), source]);
  assertEquals(out, Float32Array.of(1, 2, 63, 84));
  assertEquals(destination, Float32Array.of(1, 2, 3, 4));
});

Deno.test("scatter starts from the destination and takes the sources in ascending order", () => {
  const one = { ...kernel, size: 1, slice: 1 };
  const big = 2 ** 24;
  const add = (start: number, ...terms: [number, number, number]) =>
    runKernel(one, [Float32Array.of(start), Uint32Array.of(0, 0, 0), Float32Array.from(terms)])[0]![0];
  assertEquals(add(big, 1, 1, -big), 0);
  assertEquals(add(0, 1, 1, big), big + 2);
  assertEquals(add(big, -big, 1, 1), 2);
  assertEquals(add(-0, -0, -0, -0), -0);
});

Deno.test("scatter has the bits of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(scatterCases(), 20_000)) {
    const { batch, size, count, slice } = kernel as ScatterKernel;
    const [destination, index, source] = inputs;
    const expected = Array.from({ length: batch * size * slice }, (_, at) => {
      const row = Math.floor(at / slice);
      const element = Math.floor(row / size);
      let value = destination![at]!;
      for (let i = 0; i < count; i++) {
        const from = element * count + i;
        if (index![from] === row % size) value = Math.fround(value + source![from * slice + at % slice]!);
      }
      return value;
    });
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("scatter refuses sizes that are none", () => {
  assertThrows(() => runKernel({ ...kernel, slice: 0.5 }, []), RangeError, "Cannot scatter: expected slice");
});
