import { assertEquals, assertThrows } from "@std/assert";
import { mapCases } from "../backends/conformance/map_cases.ts";
import { compileScalar } from "../scalar/emit_typescript.ts";
import { apply, f32, input, type ScalarProgram, scalarProgram, u32 } from "../scalar/expression.ts";
import { assertSameBits, runKernel, smallCases } from "./_testing.ts";
import type { MapKernel } from "./map.ts";

const sum = scalarProgram(["f32", "f32"], (a, b) => [apply("add", a, b)]);
const kernel: MapKernel = {
  family: "map",
  program: sum,
  shape: [2, 3],
  inputs: [{ dtype: "f32", shape: [2, 1] }, { dtype: "f32", shape: [3] }],
  outputs: ["f32"],
};

Deno.test("map repeats rows, columns and single values", () => {
  const [outer] = runKernel(kernel, [Float32Array.of(10, 20), Float32Array.of(1, 2, 3)]);
  assertEquals(outer, Float32Array.of(11, 12, 13, 21, 22, 23));
  const single = {
    ...kernel,
    inputs: [{ dtype: "f32", shape: [] }, { dtype: "f32", shape: [1, 1] }],
  } as const;
  assertEquals(runKernel(single, [Float32Array.of(1), Float32Array.of(2)]), [new Float32Array(6).fill(3)]);
});

Deno.test("map stores floats as bytes to nearest even, clamped, and words by their low eight bits", () => {
  const identity = scalarProgram(["f32"], (x) => [x]);
  const values = Float32Array.of(
    0.5,
    1.5,
    2.5,
    2.50001,
    254.5,
    255.5,
    300,
    -0.6,
    -3,
    Infinity,
    -Infinity,
    NaN,
  );
  const shape = [values.length];
  const bytes = {
    family: "map",
    program: identity,
    shape,
    inputs: [{ dtype: "f32", shape }],
    outputs: ["u8"],
  } as const;
  assertEquals(runKernel(bytes, [values]), [Uint8Array.of(0, 2, 2, 3, 254, 255, 255, 0, 0, 255, 0, 0)]);
  const word = scalarProgram(["u32"], (x) => [x]);
  const low = { family: "map", program: word, shape: [3], outputs: ["u8"] } as const;
  const words = Int32Array.of(-1, 256, 0x1234);
  assertEquals(runKernel({ ...low, inputs: [{ dtype: "i32", shape: [3] }] }, [words]), [
    Uint8Array.of(255, 0, 0x34),
  ]);
});

Deno.test("map reads i32 as words and u8 with zeros above", () => {
  const less = scalarProgram(
    ["u32", "u32"],
    (a, b) => [apply("selectU32", apply("lessU32", a, b), a, u32(0))],
  );
  const shape = [2];
  const words: MapKernel = {
    family: "map",
    program: less,
    shape,
    inputs: [{ dtype: "u8", shape }, { dtype: "i32", shape }],
    outputs: ["i32"],
  };
  assertEquals(runKernel(words, [Uint8Array.of(200, 5), Int32Array.of(-1, 4)]), [Int32Array.of(200, 0)]);
});

/** Element by element: indices from the shape, one call of the compiled program for each. */
function definedMap({ program, shape, inputs, outputs }: MapKernel, values: readonly ArrayLike<number>[]) {
  const compiled = compileScalar(program);
  const length = shape.reduce((a, b) => a * b, 1);
  const store = { f32: Float32Array, u32: Uint32Array, i32: Int32Array, u8: Uint8Array };
  const results = outputs.map((dtype, j) =>
    dtype === "u8" && program.outputs[j]!.type === "f32"
      ? new Uint8ClampedArray(length)
      : new store[dtype](length)
  );
  for (let i = 0; i < length; i++) {
    const index: number[] = [];
    for (let axis = shape.length - 1, rest = i; axis >= 0; axis--) {
      index.unshift(rest % shape[axis]!);
      rest = Math.floor(rest / shape[axis]!);
    }
    const operands = inputs.map((operand, o) => {
      const own = index.slice(shape.length - operand.shape.length);
      const at = own.reduce(
        (p, n, axis) => p * operand.shape[axis]! + (operand.shape[axis] === 1 ? 0 : n),
        0,
      );
      return values[o]![at]!;
    });
    compiled(...operands).forEach((value, j) => results[j]![i] = value);
  }
  return results;
}

Deno.test("map has the values of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(mapCases(), 5000)) {
    const expected = definedMap(kernel as MapKernel, inputs);
    runKernel(kernel, inputs).forEach((result, j) =>
      assertSameBits(result, expected[j]!, `${name}, result ${j}`)
    );
  }
});

Deno.test("map refuses operands and results that do not fit the program", () => {
  const refuses = (change: Partial<MapKernel>, message: string) =>
    assertThrows(() => runKernel({ ...kernel, ...change }, []), RangeError, message);
  refuses({ inputs: [] }, "Cannot map: expected 2 operands, as the program has, got 0");
  refuses({ outputs: ["f32", "f32"] }, "expected 1 results, as the program has, got 2");
  refuses({ outputs: ["u32"] }, "expected result 0 to be f32 or u8, got u32");
  refuses({ shape: [4, 3] }, "expected operand 0 to broadcast to [4,3], got shape [2,1]");
  refuses({ shape: [3] }, "expected operand 0 to broadcast to [3], got shape [2,1]");
  refuses({ shape: [2, -1] }, "non-negative integers");
  const bytes = [{ dtype: "u8", shape: [] }, { dtype: "f32", shape: [] }] as const;
  refuses({ inputs: bytes }, "expected operand 0 to be f32, got u8");
  const stray: ScalarProgram = { inputs: ["f32", "f32"], outputs: [input("f32", 2)], key: "stray" };
  refuses({ program: stray }, "expected input 2 of the program to be undefined, got f32");
  const bool = scalarProgram(["f32", "f32"], (a) => [apply("less", a, f32(0))]);
  refuses({ program: bool }, "expected result 0 to be");
});
