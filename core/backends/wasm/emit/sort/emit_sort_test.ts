import { sortFamily, type SortKernel } from "../../../../kernels/sort.ts";
import { viewAs } from "../../../../numerics/dtype.ts";
import { assertEmitted, type Flavour, floats, wordSource } from "../_run_emitted.ts";
import { emitSort } from "./emit_sort.ts";

function check(
  outer: number,
  length: number,
  inner: number,
  count = length,
  flavours: Flavour[] = ["special", "ties"],
): void {
  for (const descending of [false, true]) {
    const make = (dtype: SortKernel["dtype"]): SortKernel => (
      { family: "sort", dtype, outer, length, inner, count, descending }
    );
    const size = outer * length * inner;
    flavours.forEach((flavour, seed) =>
      assertEmitted(emitSort, sortFamily, make("f32"), [floats(size, flavour, seed)])
    );
    const words = Uint32Array.from({ length: size }, wordSource(length));
    for (const dtype of ["u32", "i32"] as const) {
      assertEmitted(emitSort, sortFamily, make(dtype), [viewAs(dtype, words.buffer, 0, size)]);
    }
  }
}

Deno.test("emitSort sorts short rows", () => {
  for (const length of [1, 2, 3, 4, 5, 9, 39, 40]) check(3, length, 1);
  check(2, 11, 3);
});

Deno.test("emitSort finds the first few", () => {
  for (const count of [1, 2, 5, 16]) {
    for (const length of [17, 20, 21, 22, 23, 100]) check(2, length, 1, count);
    check(2, 50, 3, count);
  }
});

Deno.test("emitSort sorts long rows by digits", () => {
  check(3, 41, 1);
  check(2, 300, 1);
  check(2, 300, 1, 17);
  check(1, 100, 3);
  check(1, 100, 3, 20);
  check(8, 9001, 1, 9001, ["special"]);
});

Deno.test("emitSort shares a long row among threads", () => {
  check(1, 32769, 1, 32769, ["special"]);
  check(2, 32768, 2, 100, ["ties"]);
});

Deno.test("emitSort takes empty operands", () => {
  check(0, 5, 1);
  check(2, 0, 3);
  check(2, 5, 0);
  check(2, 5, 1, 0);
});
