import { assertEquals, assertThrows } from "@std/assert";
import { copyCases } from "../backends/conformance/copy_cases.ts";
import fc from "fast-check";
import { runKernel, smallCases } from "./_testing.ts";
import type { CopyKernel, CopyRegion } from "./copy.ts";

const numbers: CopyKernel = {
  family: "copy",
  dtype: "u8",
  inputs: [6],
  length: 6,
  regions: [{
    input: 0,
    shape: [3, 2],
    inputOffset: 0,
    inputStrides: [1, 3],
    outputOffset: 0,
    outputStrides: [2, 1],
  }],
};

/** Element by element, with explicit indices. */
function definedCopy({ length, regions }: CopyKernel, inputs: readonly ArrayLike<number>[]): number[] {
  const out = Array<number>(length).fill(0);
  for (const { input, shape, inputOffset, inputStrides, outputOffset, outputStrides } of regions) {
    const walk = (axis: number, from: number, to: number): void => {
      if (axis === shape.length) {
        out[to] = inputs[input]![from]!;
        return;
      }
      for (let i = 0; i < shape[axis]!; i++) {
        walk(axis + 1, from + i * inputStrides[axis]!, to + i * outputStrides[axis]!);
      }
    };
    walk(0, inputOffset, outputOffset);
  }
  return out;
}

Deno.test("copy transposes, and fills with zero bits what no region writes", () => {
  assertEquals(runKernel(numbers, [Uint8Array.of(1, 2, 3, 4, 5, 6)]), [Uint8Array.of(1, 4, 2, 5, 3, 6)]);
  assertEquals(runKernel({ ...numbers, regions: [] }, [new Uint8Array(6)]), [new Uint8Array(6)]);
});

Deno.test("copy keeps the bits of every NaN", () => {
  const bits = Uint32Array.of(0x7f800001, 0xffc12345, 0x7fc00000, 0x80000000, 1, 0xff800000);
  const [out] = runKernel({ ...numbers, dtype: "f32" }, [new Float32Array(bits.buffer)]) as [Float32Array];
  assertEquals(
    new Uint32Array(out.buffer, 0, 6),
    Uint32Array.of(0x7f800001, 0x80000000, 0xffc12345, 1, 0x7fc00000, 0xff800000),
  );
});

Deno.test("copy has the values of the definition", () => {
  for (const { name, kernel, inputs } of smallCases(copyCases(), 40_000)) {
    const [actual] = runKernel(kernel, inputs);
    assertEquals(Array.from(actual!), definedCopy(kernel as CopyKernel, inputs), name);
  }
});

Deno.test("copy has the values of the definition for random regions inside their operands", () => {
  const axis = fc.record({
    length: fc.integer({ min: 1, max: 4 }),
    inputStride: fc.integer({ min: -9, max: 9 }),
    flipped: fc.boolean(),
    gap: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 4 }), (axes) => {
      // Output strides nest, so that no two elements meet; offsets move the region inside its operands.
      let reach = 1;
      const outputStrides = axes.map(({ length, flipped, gap }) => {
        const stride = reach + gap;
        reach = stride * length;
        return flipped ? -stride : stride;
      });
      const span = (strides: readonly number[]) => strides.map((stride, i) => (axes[i]!.length - 1) * stride);
      const low = (strides: readonly number[]) => span(strides).reduce((sum, s) => sum + Math.min(s, 0), 0);
      const high = (strides: readonly number[]) => span(strides).reduce((sum, s) => sum + Math.max(s, 0), 0);
      const inputStrides = axes.map(({ inputStride }) => inputStride);
      const region: CopyRegion = {
        input: 0,
        shape: axes.map(({ length }) => length),
        inputOffset: -low(inputStrides),
        inputStrides,
        outputOffset: -low(outputStrides),
        outputStrides,
      };
      const length = high(inputStrides) - low(inputStrides) + 1;
      const kernel: CopyKernel = {
        family: "copy",
        dtype: "u32",
        inputs: [length],
        length: high(outputStrides) - low(outputStrides) + 1,
        regions: [region],
      };
      const values = Uint32Array.from({ length }, (_, i) => i + 1);
      assertEquals(Array.from(runKernel(kernel, [values])[0]!), definedCopy(kernel, [values]));
    }),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("copy refuses regions that leave their operands or meet themselves", () => {
  const refuses = (change: Partial<CopyRegion>, message: string) =>
    assertThrows(
      () => runKernel({ ...numbers, regions: [{ ...numbers.regions[0]!, ...change }] }, []),
      RangeError,
      message,
    );
  refuses({ input: 1 }, "expected one of 1 operands, got operand 1");
  refuses({ shape: [3] }, "expected a stride for each axis of shape [3]");
  refuses({ shape: [3, -2] }, "non-negative integers");
  refuses(
    { inputOffset: 1 },
    "inside operand 0, which has 6 elements, got shape [3,2] with strides [1,3] at 1",
  );
  refuses({ inputOffset: 2, inputStrides: [-1, -1] }, "inside operand 0");
  refuses({ inputOffset: 0.5 }, "expected the offset in operand 0 to be an integer");
  refuses({ inputStrides: [NaN, 1] }, "expected a stride in operand 0 to be an integer");
  refuses({ outputOffset: -1 }, "inside the result");
  refuses({ outputStrides: [3, 1] }, "inside the result");
  refuses({ outputStrides: [1, 1] }, "expected each element at a place of its own");
  refuses({ outputStrides: [0, 1] }, "expected each element at a place of its own");
  assertThrows(() => runKernel({ ...numbers, length: -1 }, []), RangeError, "the length of the result");
});
