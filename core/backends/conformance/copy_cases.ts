import type { CopyKernel, CopyRegion } from "../../kernels/copy.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";

type Copy = Omit<CopyKernel, "family" | "dtype">;

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const rowMajor = (shape: readonly number[]) => shape.map((_, axis) => product(shape.slice(axis + 1)));

/** One whole region from operand 0 at `offset` with the given strides, to a contiguous result. */
function view(
  length: number,
  shape: readonly number[],
  offset: number,
  inputStrides: readonly number[],
): Copy {
  return {
    inputs: [length],
    length: product(shape),
    regions: [{
      input: 0,
      shape,
      inputOffset: offset,
      inputStrides,
      outputOffset: 0,
      outputStrides: rowMajor(shape),
    }],
  };
}

function permute(shape: readonly number[], order: readonly number[]): Copy {
  const strides = rowMajor(shape);
  return view(product(shape), order.map((axis) => shape[axis]!), 0, order.map((axis) => strides[axis]!));
}

/** A contiguous operand placed into a larger result. */
function place(
  input: number,
  shape: readonly number[],
  offset: number,
  outputStrides: readonly number[],
): CopyRegion {
  return { input, shape, inputOffset: 0, inputStrides: rowMajor(shape), outputOffset: offset, outputStrides };
}

const COPIES: Readonly<Record<string, Copy>> = {
  "one element": view(1, [], 0, []),
  "all": view(1003, [1003], 0, [1]),
  "all, 30,011": view(30011, [30011], 0, [1]),
  "nothing": view(0, [0], 0, [1]),
  "nothing from something": view(5, [0, 3], 0, [3, 1]),
  "zeros only": { inputs: [], length: 37, regions: [] },
  "transpose 2x3": permute([2, 3], [1, 0]),
  "transpose 16x16": permute([16, 16], [1, 0]),
  "transpose 17x33": permute([17, 33], [1, 0]),
  "transpose 1x19": permute([1, 19], [1, 0]),
  "transpose 130x67": permute([130, 67], [1, 0]),
  "transpose of slices": permute([3, 5, 7], [0, 2, 1]),
  "batch and heads": permute([2, 9, 4, 8], [0, 2, 1, 3]),
  "NHWC to NCHW": permute([2, 5, 7, 3], [0, 3, 1, 2]),
  "NCHW to NHWC": permute([2, 3, 5, 7], [0, 2, 3, 1]),
  "reversed axes": permute([3, 4, 5, 6], [3, 2, 1, 0]),
  "six axes": permute([2, 3, 2, 3, 2, 3], [4, 1, 2, 5, 0, 3]),
  "rows of a matrix": view(70, [4, 7], 21, [7, 1]),
  "columns of a matrix": view(70, [10, 3], 2, [7, 1]),
  "every third": view(100, [33], 1, [3]),
  "odd offset": view(100, [64], 3, [1]),
  "flip": view(37, [37], 36, [-1]),
  "flip of rows": view(60, [5, 12], 48, [-12, 1]),
  "flip of columns": view(60, [5, 12], 11, [12, -1]),
  "rotated kernel": view(3 * 3 * 4 * 5, [3, 3, 5, 4], 8 * 20, [-60, -20, 1, 5]),
  "broadcast of one": view(1, [5, 7], 0, [0, 0]),
  "broadcast of a row": view(7, [5, 7], 0, [0, 1]),
  "broadcast of a column": view(5, [5, 7], 0, [1, 0]),
  "broadcast inside": view(15, [3, 4, 5], 0, [5, 0, 1]),
  "windows": view(20, [16, 5], 0, [1, 1]),
  "windows of an image": view(8 * 9 * 3, [6, 7, 3, 3, 3], 0, [27, 3, 27, 3, 1]),
  "pad": { inputs: [15], length: 6 * 9, regions: [place(0, [3, 5], 2 * 9 + 3, [9, 1])] },
  "pad an image": {
    inputs: [2 * 4 * 5 * 3],
    length: 2 * 6 * 8 * 3,
    regions: [place(0, [2, 4, 5, 3], (8 + 2) * 3, [6 * 8 * 3, 24, 3, 1])],
  },
  "concatenate": {
    inputs: [5, 1, 7],
    length: 13,
    regions: [place(0, [5], 0, [1]), place(1, [1], 5, [1]), place(2, [7], 6, [1])],
  },
  "concatenate columns": {
    inputs: [12, 20, 4],
    length: 36,
    regions: [place(0, [4, 3], 0, [9, 1]), place(1, [4, 5], 3, [9, 1]), place(2, [4, 1], 8, [9, 1])],
  },
  "stack": {
    inputs: [11, 11, 11],
    length: 33,
    regions: [place(0, [11], 0, [3]), place(1, [11], 1, [3]), place(2, [11], 2, [3])],
  },
  "an operand twice": { inputs: [6], length: 12, regions: [place(0, [6], 0, [1]), place(0, [6], 6, [1])] },
  "the later region wins": {
    inputs: [20, 9],
    length: 20,
    regions: [place(0, [20], 0, [1]), place(1, [9], 5, [1])],
  },
  "spread backwards": { inputs: [10], length: 40, regions: [place(0, [10], 39, [-4])] },
  "interleaved places": { inputs: [6], length: 8, regions: [place(0, [2, 3], 0, [3, 2])] },
  "many regions": {
    inputs: [64],
    length: 128,
    regions: Array.from({ length: 16 }, (_, i): CopyRegion => ({
      input: 0,
      shape: [4],
      inputOffset: (15 - i) * 4,
      inputStrides: [1],
      outputOffset: i * 8 + (i % 4),
      outputStrides: [1],
    })),
  },
};

/** Copies of every type: transposes, slices, flips, broadcasts, windows, padding, concatenation, order of regions. */
export function* copyCases(): Iterable<ConformanceCase> {
  for (const dtype of ["f32", "u32", "i32", "u8"] as const) {
    for (const [name, copy] of Object.entries(COPIES)) {
      yield patternCase(`copy ${dtype} ${name}`, { family: "copy", dtype, ...copy }, "any");
    }
  }
}
