import { assertEquals, assertThrows } from "@std/assert";
import { sortCases } from "../backends/conformance/sort_cases.ts";
import { type Dtype, type HostArray, viewAs } from "../numerics/dtype.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import type { SortKernel } from "./sort.ts";

const row: SortKernel = {
  family: "sort",
  dtype: "f32",
  outer: 1,
  length: 1,
  inner: 1,
  count: 1,
  descending: false,
};

function sort(kernel: Partial<SortKernel>, x: HostArray): [number[], number[]] {
  const [values, indices] = runKernel({ ...row, length: x.length, count: x.length, ...kernel }, [x]);
  return [[...values!], [...indices!]];
}

Deno.test("sort orders floats by key: infinities, zeros, subnormals and NaN", () => {
  const x = Float32Array.of(NaN, 1, 0, -Infinity, -0, 1e-45, Infinity, -NaN, -1);
  assertEquals(sort({}, x), [
    [-Infinity, -1, -0, 0, Math.fround(1e-45), 1, Infinity, NaN, NaN],
    [3, 8, 4, 2, 5, 1, 6, 0, 7],
  ]);
  assertEquals(sort({ descending: true }, x)[1], [0, 7, 6, 1, 5, 2, 4, 8, 3]);
});

Deno.test("sort is stable in both directions", () => {
  const x = Float32Array.of(2, 1, 2, 1, 2);
  assertEquals(sort({}, x), [[1, 1, 2, 2, 2], [1, 3, 0, 2, 4]]);
  assertEquals(sort({ descending: true }, x), [[2, 2, 2, 1, 1], [0, 2, 4, 1, 3]]);
  assertEquals(sort({ descending: true, count: 2 }, x), [[2, 2], [0, 2]]);
});

Deno.test("sort orders integers by value", () => {
  assertEquals(sort({ dtype: "i32" }, Int32Array.of(1, -1, 2147483647, -2147483648)), [
    [-2147483648, -1, 1, 2147483647],
    [3, 1, 0, 2],
  ]);
  assertEquals(sort({ dtype: "u32" }, Uint32Array.of(1, 0xffffffff, 0x7fffffff, 0x80000000)), [
    [1, 0x7fffffff, 0x80000000, 0xffffffff],
    [0, 2, 3, 1],
  ]);
});

Deno.test("sort runs along the middle axis and keeps the first", () => {
  const x = Float32Array.of(3, 30, 1, 10, 2, 20, 6, 40, 5, 50, 4, 60);
  const [values, indices] = sort({ outer: 2, length: 3, inner: 2, count: 2 }, x);
  assertEquals(values, [1, 10, 2, 20, 4, 40, 5, 50]);
  assertEquals(indices, [1, 1, 2, 2, 2, 0, 1, 1]);
});

/** Whether a comes before b by the contract's words, not by keys. */
function precedes(a: number, b: number): boolean {
  if (Number.isNaN(a)) return false;
  return Number.isNaN(b) || a < b || (Object.is(a, -0) && Object.is(b, 0));
}

Deno.test("sort has the bits of the definition: each element's place is the number of those before it", () => {
  for (const { name, kernel, inputs } of smallCases(sortCases(), 3000)) {
    const { dtype, outer, length, inner, count, descending } = kernel as SortKernel;
    const x = inputs[0]!;
    const values: HostArray = viewAs(
      dtype as Dtype,
      new ArrayBuffer(4 * outer * count * inner),
      0,
      outer * count * inner,
    );
    const indices = new Uint32Array(values.length);
    for (let o = 0; o < outer; o++) {
      for (let c = 0; c < inner; c++) {
        const at = (t: number) => x[(o * length + t) * inner + c]!;
        for (let t = 0; t < length; t++) {
          let place = 0;
          for (let s = 0; s < length; s++) {
            const before = descending ? precedes(at(t), at(s)) : precedes(at(s), at(t));
            const after = descending ? precedes(at(s), at(t)) : precedes(at(t), at(s));
            if (before || (!after && s < t)) place++;
          }
          if (place >= count) continue;
          values[(o * count + place) * inner + c] = at(t);
          indices[(o * count + place) * inner + c] = t;
        }
      }
    }
    const [gotValues, gotIndices] = runKernel(kernel, inputs);
    assertSameBits(gotValues!, values, name);
    assertSameBits(gotIndices!, indices, name);
  }
});

Deno.test("sort refuses sizes that are none", () => {
  assertThrows(() => runKernel({ ...row, outer: -1 }, []), RangeError, "Cannot sort: expected outer");
  assertThrows(() => runKernel({ ...row, count: 2 }, []), RangeError, "a count of at most 1 elements, got 2");
});
