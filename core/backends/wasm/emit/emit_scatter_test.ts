import { assertEquals } from "@std/assert";
import { scatterFamily, type ScatterKernel } from "../../../kernels/scatter.ts";
import { assertEmitted, type Flavour, floats, runEmitted, wordSource } from "./_run_emitted.ts";
import { emitScatter } from "./emit_scatter.ts";

function check(
  batch: number,
  size: number,
  count: number,
  slice: number,
  flavours: Flavour[] = ["small", "special"],
): void {
  const kernel: ScatterKernel = { family: "scatter", batch, size, count, slice };
  flavours.forEach((flavour, seed) => {
    const next = wordSource(seed);
    const index = Uint32Array.from({ length: batch * count }, (_, i) => {
      if (i % 7 === 3) return size; // just outside
      return i % 11 === 5 ? 0xffffffff - i : next() % Math.max(size, 1);
    });
    const destination = floats(batch * size * slice, flavour, seed + 10);
    const source = floats(batch * count * slice, flavour, seed + 20);
    assertEmitted(emitScatter, scatterFamily, kernel, [destination, index, source], true);
  });
}

Deno.test("emitScatter adds slices of every length", () => {
  for (const slice of [1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 31, 33, 63, 64, 65, 70, 100, 127, 128, 200]) {
    check(1, 5, 40, slice);
    check(3, 4, 9, slice, ["small"]);
  }
  check(64, 30, 10, 1);
  check(20, 7, 5, 70);
  check(1, 3000, 100, 3);
  check(1, 40, 30, 300);
  check(4, 4096, 3, 1, ["zeros", "ties"]);
});

Deno.test("emitScatter takes empty operands", () => {
  check(1, 0, 5, 4);
  check(1, 5, 0, 4);
  check(1, 5000, 0, 40);
  check(0, 5, 5, 4);
  check(2, 5, 5, 0);
});

Deno.test("emitScatter adds in ascending order from the destination, and leaves others as they are", () => {
  // 1 + 2^-24 + 2^-24 rounds to 1 twice; 2^-24 + 2^-24 first would have given 1 + 2^-23.
  const tiny = 2 ** -24;
  const kernel: ScatterKernel = { family: "scatter", batch: 1, size: 3, count: 3, slice: 1 };
  const inputs = [Float32Array.of(1, -0, 5), Uint32Array.of(0, 0, 3), Float32Array.of(tiny, tiny, 7)];
  assertEquals(runEmitted(emitScatter, scatterFamily, kernel, inputs), [Float32Array.of(1, -0, 5)]);
});
