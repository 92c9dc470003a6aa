/**
 * The kernels whose instructions are kept as text beside this file: small ones that stand for the ways of each family,
 * and a program of two kernels with its driver. A change of an emitter shows in them, line by line.
 *
 * @module
 */
import { kernelKey } from "../../../../kernels/families.ts";
import type { ConvGeometry } from "../../../../kernels/conv.ts";
import type { Kernel } from "../../../../kernels/kernel.ts";
import type { MapKernel } from "../../../../kernels/map.ts";
import type { MatmulKernel } from "../../../../kernels/matmul.ts";
import type { PoolKernel } from "../../../../kernels/pool.ts";
import { apply, scalarProgram } from "../../../../scalar/expression.ts";
import { exp } from "../../../../scalar/functions/mod.ts";
import { emitProgram } from "../../program/emit_program.ts";
import { emitKernel } from "../emitters.ts";

/** x [6, 5] + b [5] */
const ADD_BIAS: MapKernel = {
  family: "map",
  program: scalarProgram(["f32", "f32"], (x, b) => [apply("add", x, b)]),
  shape: [6, 5],
  inputs: [{ dtype: "f32", shape: [6, 5] }, { dtype: "f32", shape: [5] }],
  outputs: ["f32"],
};

const EXPONENTIAL: MapKernel = {
  family: "map",
  program: scalarProgram(["f32"], (x) => [exp(x)]),
  shape: [19],
  inputs: [{ dtype: "f32", shape: [19] }],
  outputs: ["f32"],
};

/** 3 x 3, padded so that the image keeps its size. */
const CONVOLUTION: ConvGeometry = {
  batch: 2,
  inputHeight: 6,
  inputWidth: 6,
  inputChannels: 1,
  outputHeight: 6,
  outputWidth: 6,
  outputChannels: 8,
  kernelHeight: 3,
  kernelWidth: 3,
  groups: 1,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  paddingTop: 1,
  paddingLeft: 1,
  holesHeight: 1,
  holesWidth: 1,
};

/** The gradient of the input of a 2 x 2 convolution with stride 2: an image with holes. */
const WITH_HOLES: ConvGeometry = {
  ...CONVOLUTION,
  inputHeight: 3,
  inputWidth: 3,
  inputChannels: 4,
  kernelHeight: 2,
  kernelWidth: 2,
  holesHeight: 2,
  holesWidth: 2,
};

const matmul = (m: number, k: number, n: number, transposeA = false, transposeB = false): MatmulKernel => ({
  family: "matmul",
  batch: 1,
  m,
  k,
  n,
  transposeA,
  transposeB,
});

/** 2 x 2 windows side by side. */
const pool = (operation: PoolKernel["operation"]): PoolKernel => ({
  family: "pool",
  operation,
  batch: 2,
  height: 6,
  width: 8,
  channels: 6,
  outputHeight: 3,
  outputWidth: 4,
  windowHeight: 2,
  windowWidth: 2,
  strideHeight: 2,
  strideWidth: 2,
  paddingTop: 0,
  paddingLeft: 0,
});

const KERNELS: Readonly<Record<string, Kernel>> = {
  map_add_bias: ADD_BIAS,
  map_exp: EXPONENTIAL,
  reduce_sum_rows: { family: "reduce", operation: "sum", shape: [3, 40], axes: [1] },
  reduce_max_columns: { family: "reduce", operation: "max", shape: [9, 8], axes: [0] },
  map_reduce_rows: {
    family: "mapReduce",
    map: {
      ...ADD_BIAS,
      shape: [96, 32],
      inputs: [{ dtype: "f32", shape: [96, 32] }, { dtype: "f32", shape: [32] }],
    },
    stored: [],
    reductions: [{ of: 0, operation: "sum" }],
    outer: 96,
    terms: 32,
    inner: 1,
  },
  reduce_argmax_rows: { family: "reduce", operation: "argmax", shape: [3, 40], axes: [1] },
  matmul: matmul(4, 4, 16),
  matmul_transposed: matmul(4, 5, 8, true, true),
  conv: { family: "conv", geometry: CONVOLUTION },
  conv_holes: { family: "conv", geometry: WITH_HOLES },
  conv_weight_gradient: { family: "convWeightGradient", geometry: CONVOLUTION },
  product_map_panels: {
    family: "productMap",
    product: matmul(4, 4, 32),
    map: {
      ...ADD_BIAS,
      shape: [4, 32],
      inputs: [{ dtype: "f32", shape: [4, 32] }, { dtype: "f32", shape: [32] }],
    },
    at: [0],
    stored: false,
  },
  product_map_windows: {
    family: "productMap",
    product: { family: "conv", geometry: CONVOLUTION },
    map: {
      ...ADD_BIAS,
      shape: [2, 6, 6, 8],
      inputs: [{ dtype: "f32", shape: [2, 6, 6, 8] }, { dtype: "f32", shape: [8] }],
    },
    at: [0],
    stored: false,
  },
  pool_max: pool("max"),
  pool_sum: pool("sum"),
  pool_sum_gradient: pool("sumGradient"),
  gather_rows: { family: "gather", dtype: "f32", batch: 1, size: 10, count: 7, slice: 6 },
  scatter_rows: { family: "scatter", batch: 1, size: 10, count: 7, slice: 6 },
  copy_transpose: {
    family: "copy",
    dtype: "f32",
    inputs: [35],
    length: 35,
    regions: [{
      input: 0,
      shape: [7, 5],
      inputOffset: 0,
      inputStrides: [1, 7],
      outputOffset: 0,
      outputStrides: [5, 1],
    }],
  },
  copy_pad: {
    family: "copy",
    dtype: "f32",
    inputs: [12],
    length: 30,
    regions: [{
      input: 0,
      shape: [3, 4],
      inputOffset: 0,
      inputStrides: [4, 1],
      outputOffset: 7,
      outputStrides: [6, 1],
    }],
  },
  scan_rows: { family: "scan", outer: 2, length: 20, inner: 1, exclusive: false, reverse: false },
  scan_columns: { family: "scan", outer: 2, length: 9, inner: 4, exclusive: true, reverse: true },
  sort_short: { family: "sort", dtype: "f32", outer: 3, length: 9, inner: 1, count: 9, descending: false },
  sort_long: {
    family: "sort",
    dtype: "u32",
    outer: 1,
    length: 3000,
    inner: 1,
    count: 3000,
    descending: false,
  },
  random_uniform: { family: "random", distribution: "uniform", length: 16 },
  random_permutation: { family: "random", distribution: "permutation", length: 18 },
};

/** The text of every file, by its name without `.txt`. */
export function goldenTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, kernel] of Object.entries(KERNELS)) {
    texts.set(name, `${kernelKey(kernel)}\n\n${emitKernel(kernel, { pages: 1 }).text()}\n`);
  }
  const pair = [ADD_BIAS, KERNELS["reduce_sum_rows"]!];
  const { kernel } = emitProgram(pair, 2, { pages: 1 });
  texts.set("program", `${pair.map(kernelKey).join("\n")}\n\n${kernel.text()}\n`);
  return texts;
}
