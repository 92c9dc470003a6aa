import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { copyFamily, type CopyKernel, type CopyRegion } from "../../../../kernels/copy.ts";
import { type Dtype, type HostArray, viewAs } from "../../../../numerics/dtype.ts";
import { assertEmitted, wordSource } from "../_run_emitted.ts";
import { emitCopy } from "./emit_copy.ts";

const size = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);
const strides = (shape: readonly number[]) => shape.map((_, axis) => size(shape.slice(axis + 1)));

function check(
  regions: CopyRegion[],
  inputs: number[],
  length: number,
  dtypes: Dtype[] = ["f32", "u8"],
): void {
  for (const dtype of dtypes) {
    const kernel: CopyKernel = { family: "copy", dtype, inputs, length, regions };
    const values = inputs.map((count, seed): HostArray => {
      const next = wordSource(seed);
      const words = Uint32Array.from({ length: count }, next); // NaNs of all kinds among them
      return viewAs(dtype, words.buffer, 0, count);
    });
    assertEmitted(emitCopy, copyFamily, kernel, values);
  }
}

/** out[i] = in[offset + i strides], contiguous. */
function view(shape: number[], inputStrides: number[], inputOffset: number, input: number): void {
  check(
    [{ input: 0, shape, inputOffset, inputStrides, outputOffset: 0, outputStrides: strides(shape) }],
    [input],
    size(shape),
  );
}

function transpose(shape: number[], order: number[]): void {
  view(order.map((axis) => shape[axis]!), order.map((axis) => strides(shape)[axis]!), 0, size(shape));
}

function pad(shape: number[], before: number[], after: number[]): void {
  const out = shape.map((extent, axis) => extent + before[axis]! + after[axis]!);
  const outputOffset = before.reduce((sum, count, axis) => sum + count * strides(out)[axis]!, 0);
  check(
    [{
      input: 0,
      shape,
      inputOffset: 0,
      inputStrides: strides(shape),
      outputOffset,
      outputStrides: strides(out),
    }],
    [size(shape)],
    size(out),
  );
}

function concatenate(shapes: number[][], axis: number): void {
  const out = shapes[0]!.with(axis, shapes.reduce((sum, shape) => sum + shape[axis]!, 0));
  let at = 0;
  const regions = shapes.map((shape, input): CopyRegion => {
    const outputOffset = at * strides(out)[axis]!;
    at += shape[axis]!;
    return {
      input,
      shape,
      inputOffset: 0,
      inputStrides: strides(shape),
      outputOffset,
      outputStrides: strides(out),
    };
  });
  check(regions, shapes.map(size), size(out));
}

Deno.test("emitCopy copies runs of every length", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 31, 33, 63, 65, 150, 1000, 9000]) {
    view([length], [1], 3, length + 5);
    view([3, length], [length + 2, 1], 1, 3 * (length + 2) + 1);
  }
});

Deno.test("emitCopy transposes", () => {
  for (
    const [rows, columns] of [[4, 4], [5, 4], [4, 7], [16, 16], [17, 19], [35, 6], [3, 50], [50, 3], [2, 2], [
      70,
      130,
    ]]
  ) {
    transpose([rows!, columns!], [1, 0]);
    transpose([2, rows!, columns!], [0, 2, 1]);
  }
  transpose([6, 5, 7], [2, 1, 0]);
  transpose([2, 10, 12, 6], [0, 3, 1, 2]);
  transpose([2, 6, 10, 12], [0, 2, 3, 1]);
  transpose([2, 9, 4, 8], [0, 2, 1, 3]);
  transpose([1024, 20], [1, 0]);
  transpose([1024, 530], [1, 0]);
  transpose([2000, 5], [1, 0]);
  transpose([5, 5000], [1, 0]);
});

Deno.test("emitCopy slices, flips, repeats and cuts windows", () => {
  view([4, 6], [10, 1], 23, 80);
  view([5, 4], [20, 3], 2, 130); // every third column
  view([7], [-1], 6, 7);
  view([50], [-1], 49, 50);
  view([5], [-3], 13, 14);
  view([4, 9], [9, -1], 8, 36);
  view([4, 9], [-9, 1], 27, 36);
  view([3, 3, 5, 6], [-90, -30, 1, 5], 240, 270); // weights of a convolution, rotated and with channels swapped
  view([6, 5], [0, 1], 0, 5);
  view([6, 5], [1, 0], 0, 6);
  view([4, 3, 50], [3, 1, 0], 0, 12);
  view([1000, 10], [0, 0], 0, 1);
  view([2, 6, 6, 3, 3], [64, 8, 1, 8, 1], 0, 128); // 3 x 3 windows of 8 x 8 images
  view([2, 4, 4, 5, 5, 3], [192, 24, 3, 24, 3, 1], 0, 384);
  view([10, 8], [1, 1], 0, 17);
});

Deno.test("emitCopy pads with zeros", () => {
  pad([5], [2], [3]);
  pad([3, 4], [1, 2], [2, 1]);
  pad([2, 6, 6, 3], [0, 2, 2, 0], [0, 2, 2, 0]);
  pad([2, 28, 28, 1], [0, 2, 2, 0], [0, 2, 2, 0]);
  pad([2, 6, 6, 16], [0, 1, 1, 0], [0, 1, 1, 0]);
  pad([40, 3], [0, 1], [0, 0]);
  pad([1, 1], [3, 3], [3, 3]);
  pad([3, 1], [0, 99], [0, 0]);
});

Deno.test("emitCopy concatenates and stacks", () => {
  concatenate([[3, 4], [2, 4]], 0);
  concatenate([[3, 4], [3, 1], [3, 6]], 1);
  concatenate([[2, 3, 8], [2, 5, 8]], 1);
  concatenate([[20, 16], [20, 16], [20, 16], [20, 16]], 1);
  concatenate(Array.from({ length: 30 }, () => [7, 1]), 1);
  concatenate([[1, 5], [0, 5], [2, 5]], 0);
});

Deno.test("emitCopy spreads elements with zeros between, and fills what no region writes", () => {
  const spread = {
    input: 0,
    shape: [5, 6],
    inputOffset: 0,
    inputStrides: [6, 1],
    outputOffset: 0,
    outputStrides: [22, 2],
  };
  check([spread], [30], 5 * 22);
  check([], [], 100);
  check([], [], 0);
  check([{ ...spread, shape: [0, 6] }], [0], 7);
  check([{ ...spread, outputOffset: 1 }, { ...spread, outputOffset: 12 }], [30], 5 * 22 + 20);
  check([{ ...spread, outputOffset: 30 + 5 * 22, outputStrides: [-22, -3] }], [30], 5 * 22 + 50);
});

Deno.test("emitCopy lets later regions overwrite earlier ones", () => {
  const base = {
    input: 0,
    shape: [6, 10],
    inputOffset: 0,
    inputStrides: [10, 1],
    outputOffset: 0,
    outputStrides: [10, 1],
  };
  const patch = {
    input: 1,
    shape: [2, 3],
    inputOffset: 0,
    inputStrides: [3, 1],
    outputOffset: 24,
    outputStrides: [10, 1],
  };
  check([base, patch], [60, 6], 60);
  check([patch, base], [60, 6], 60);
  check([patch, base], [60, 6], 75);
  check([base, patch, { ...patch, outputOffset: 25 }, { ...patch, outputOffset: 0 }], [60, 6], 60);
  check(
    [base, { ...patch, shape: [3], inputStrides: [2], outputStrides: [7], outputOffset: 1 }],
    [60, 6],
    60,
  );
});

Deno.test("emitCopy agrees with the reference on random regions", () => {
  const axis = fc.record({
    extent: fc.integer({ min: 1, max: 6 }),
    from: fc.integer({ min: -5, max: 40 }),
    to: fc.constantFrom(1, 2, 3, 6, 12, 24, 48, -1, -6, 60),
  });
  const region = fc.record({
    axes: fc.array(axis, { maxLength: 4 }),
    input: fc.nat(1),
    to: fc.nat(400),
    from: fc.nat(300),
  });
  let ran = 0;
  fc.assert(
    fc.property(fc.array(region, { maxLength: 4 }), fc.integer({ min: 400, max: 900 }), (drawn, length) => {
      const regions = drawn.map(({ axes, input, from, to }): CopyRegion => ({
        input,
        shape: axes.map(({ extent }) => extent),
        inputOffset: from,
        inputStrides: axes.map(({ from }) => from),
        outputOffset: to,
        outputStrides: axes.map(({ to }) => to),
      })).filter((candidate) => {
        const kernel: CopyKernel = {
          family: "copy",
          dtype: "u8",
          inputs: [700, 700],
          length,
          regions: [candidate],
        };
        try {
          copyFamily.validate(kernel);
          return true;
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          return false;
        }
      });
      ran += regions.length;
      check(regions, [700, 700], length);
    }),
    { seed: 2, numRuns: 300 },
  );
  assertEquals(ran > 200, true, `${ran} regions`);
});
