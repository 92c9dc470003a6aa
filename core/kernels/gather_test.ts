import { assertEquals, assertThrows } from "@std/assert";
import { gatherCases } from "../backends/conformance/index_cases.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import type { GatherKernel } from "./gather.ts";

Deno.test("gather picks rows within each batch element", () => {
  const kernel = { family: "gather", dtype: "i32", batch: 2, size: 2, count: 3, slice: 2 } as const;
  const [out] = runKernel(kernel, [
    Int32Array.of(1, 2, 3, 4, -5, -6, -7, -8),
    Uint32Array.of(1, 0, 1, 0, 0, 1),
  ]);
  assertEquals(out, Int32Array.of(3, 4, 1, 2, 3, 4, -5, -6, -5, -6, -7, -8));
});

Deno.test("gather reads NaN or 0 where the index is out of range, and keeps the bits of a NaN", () => {
  const kernel = { family: "gather", dtype: "f32", batch: 1, size: 2, count: 3, slice: 1 } as const;
  const index = Uint32Array.of(2, 1, 0xffffffff);
  const bits = Uint32Array.of(0x3f800000, 0xffd23456);
  const [out] = runKernel(kernel, [new Float32Array(bits.buffer), index]) as [Float32Array];
  assertEquals(new Uint32Array(out.buffer, 0, 3), Uint32Array.of(0x7fc00000, 0xffd23456, 0x7fc00000));
  assertEquals(runKernel({ ...kernel, dtype: "u8" }, [Uint8Array.of(7, 9), index]), [Uint8Array.of(0, 9, 0)]);
});

Deno.test("gather has the values of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(gatherCases(), 20_000)) {
    const { dtype, batch, size, count, slice } = kernel as GatherKernel;
    const [source, index] = inputs;
    const expected = Array.from({ length: batch * count * slice }, (_, i) => {
      const which = index![Math.floor(i / slice)]!;
      const element = Math.floor(i / slice / count);
      return which < size
        ? source![(element * size + which) * slice + i % slice]!
        : dtype === "f32"
        ? NaN
        : 0;
    });
    assertSameBits(runKernel(kernel, inputs)[0]!, expected, name);
  }
});

Deno.test("gather refuses sizes that are none", () => {
  const kernel = { family: "gather", dtype: "f32", batch: 1, size: 2, count: -3, slice: 1 } as const;
  assertThrows(() => runKernel(kernel, []), RangeError, "Cannot gather: expected count");
});
