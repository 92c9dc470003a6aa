import { assertEquals, assertThrows } from "@std/assert";
import { apply, f32, scalarProgram, u32 } from "../scalar/expression.ts";
import { runKernel } from "./_testing.ts";
import type { MapReduceKernel } from "./map_reduce.ts";

/** 3 x and whether it is at most 2, of which `stored` are kept; the rows of the first are added up. */
const tripled = (stored: readonly number[], change: Partial<MapReduceKernel> = {}): MapReduceKernel => ({
  family: "mapReduce",
  map: {
    family: "map",
    program: scalarProgram(["f32"], (x) => {
      const y = apply("multiply", x, f32(3));
      return [y, apply("selectU32", apply("lessOrEqual", y, f32(2)), u32(1), u32(0))];
    }),
    shape: [2, 3],
    inputs: [{ dtype: "f32", shape: [2, 3] }],
    outputs: ["f32", "u8"],
  },
  stored,
  reductions: [{ of: 0, operation: "sum" }],
  outer: 2,
  terms: 3,
  inner: 1,
  ...change,
});

/** The same without the comparison, which may be stored or not. */
const numbers = (stored: readonly number[], change: Partial<MapReduceKernel> = {}): MapReduceKernel => {
  const { map } = tripled([]);
  const program = scalarProgram(["f32"], (x) => [apply("multiply", x, f32(3))]);
  return tripled(stored, { map: { ...map, program, outputs: ["f32"] }, ...change });
};

Deno.test("mapReduce stores what is asked for, then what is reduced", () => {
  const x = Float32Array.of(1, 2, 3, 4, 5, 6);
  assertEquals(runKernel(numbers([]), [x]), [Float32Array.of(18, 45)]);
  assertEquals(runKernel(numbers([0]), [x]), [Float32Array.of(3, 6, 9, 12, 15, 18), Float32Array.of(18, 45)]);
});

Deno.test("mapReduce refuses to store truth values, and what does not fit together", () => {
  const refuses = (kernel: MapReduceKernel, message: string) =>
    assertThrows(() => runKernel(kernel, []), RangeError, `Cannot map and reduce: expected ${message}`);
  // Who reduces stores words, and four truth values share one.
  refuses(tripled([1]), "stored results of 4 bytes, got 1 of u8");
  refuses(tripled([0, 1]), "stored results of 4 bytes, got 1 of u8");
  refuses(tripled([]), "every result of the map to be stored or reduced, got 1 of 2");
  const comparison = tripled([0], { reductions: [{ of: 1, operation: "sum" }] });
  refuses(comparison, "result 1 of the map to be f32, got u8");
  refuses(numbers([1]), "stored results among 1, ascending, got [1]");
  refuses(numbers([0, 0]), "stored results among 1, ascending, got [0,0]");
  refuses(numbers([0], { reductions: [] }), "at least one reduction, got none");
  refuses(numbers([], { terms: 2 }), "[outer, terms, inner] of 6 elements, got [2,2,1]");
});
