import { assertEquals } from "@std/assert";
import { gatherFamily, type GatherKernel } from "../../../kernels/gather.ts";
import { type Dtype, viewAs } from "../../../numerics/dtype.ts";
import { assertEmitted, runEmitted, wordSource } from "./_run_emitted.ts";
import { emitGather } from "./emit_gather.ts";

function check(
  batch: number,
  size: number,
  count: number,
  slice: number,
  dtypes: Dtype[] = ["f32", "u8"],
): void {
  for (const dtype of dtypes) {
    const kernel: GatherKernel = { family: "gather", dtype, batch, size, count, slice };
    const next = wordSource(count);
    const words = Uint32Array.from({ length: batch * size * slice }, next); // NaNs of all kinds among them
    const source = viewAs(dtype, words.buffer, 0, batch * size * slice);
    const index = Uint32Array.from({ length: batch * count }, (_, i) => {
      if (i % 7 === 3) return size; // just outside
      return i % 11 === 5 ? 0xffffffff - i : next() % Math.max(size, 1);
    });
    assertEmitted(emitGather, gatherFamily, kernel, [source, index]);
  }
}

Deno.test("emitGather picks slices of every length", () => {
  for (const slice of [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 17, 31, 33, 64, 100, 129, 1000]) {
    check(1, 9, 20, slice);
  }
  for (const slice of [1, 3, 16]) check(5, 4, 6, slice);
  check(64, 10, 1, 1);
  check(1, 1000, 3000, 8, ["f32"]);
  check(2, 5, 40, 3, ["u32", "i32"]);
});

Deno.test("emitGather takes empty operands", () => {
  check(1, 0, 5, 4);
  check(1, 5, 0, 4);
  check(0, 5, 5, 4);
  check(2, 5, 5, 0);
});

Deno.test("emitGather reads NaN or 0 outside the source", () => {
  const index = Uint32Array.of(1, 2, 0);
  const f32: GatherKernel = { family: "gather", dtype: "f32", batch: 1, size: 2, count: 3, slice: 2 };
  const picked = Float32Array.of(3, 4, NaN, NaN, 1, 2);
  assertEquals(runEmitted(emitGather, gatherFamily, f32, [Float32Array.of(1, 2, 3, 4), index]), [picked]);
  const u8: GatherKernel = { ...f32, dtype: "u8" };
  const bytes = Uint8Array.of(3, 4, 0, 0, 1, 2);
  assertEquals(runEmitted(emitGather, gatherFamily, u8, [Uint8Array.of(1, 2, 3, 4), index]), [bytes]);
});
