import type { ConvGeometry, ConvKernel } from "../../kernels/conv.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import type { Pattern } from "./values.ts";

/** A convolution in short; a pair is [rows, columns]. */
interface Convolution {
  /** [batch, height, width, channels]. */
  readonly x: readonly [number, number, number, number];
  /** [kernel height, kernel width, output channels]. */
  readonly w: readonly [number, number, number];
  readonly groups?: number;
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  /** [top, bottom, left, right]. */
  readonly padding?: readonly [number, number, number, number];
  readonly holes?: readonly [number, number];
  /** Instead of what the input, the padding and the stride give. */
  readonly output?: readonly [number, number];
}

const same = (padding: number) => [padding, padding, padding, padding] as const;

const CONVOLUTIONS: Readonly<Record<string, Convolution>> = {
  "one element": { x: [1, 1, 1, 1], w: [1, 1, 1] },
  "one channel": { x: [2, 9, 7, 1], w: [3, 3, 1], padding: same(1) },
  "lenet 1": { x: [2, 28, 28, 1], w: [5, 5, 6], padding: same(2) },
  "lenet 2": { x: [3, 14, 14, 6], w: [5, 5, 16] },
  "1x1": { x: [2, 5, 7, 19], w: [1, 1, 21] },
  "1x1, 255 channels": { x: [1, 3, 3, 255], w: [1, 1, 5] },
  "1x1, 256 channels": { x: [1, 3, 3, 256], w: [1, 1, 4] },
  "1x1, 257 channels": { x: [1, 3, 3, 257], w: [1, 1, 9] },
  "1x1, stride 2": { x: [2, 7, 8, 5], w: [1, 1, 6], stride: [2, 2] },
  "2x2": { x: [1, 6, 6, 4], w: [2, 2, 4] },
  "3x3, 3 to 8": { x: [2, 8, 8, 3], w: [3, 3, 8], padding: same(1) },
  "3x3, 4 to 4": { x: [1, 6, 11, 4], w: [3, 3, 4], padding: same(1) },
  "3x3, 5 to 3": { x: [2, 5, 5, 5], w: [3, 3, 3], padding: same(1) },
  "3x3, 16 to 16": { x: [2, 10, 9, 16], w: [3, 3, 16], padding: same(1) },
  "3x3, 17 to 18": { x: [1, 7, 7, 17], w: [3, 3, 18], padding: same(1) },
  "3x3, 32 to 33": { x: [1, 6, 5, 32], w: [3, 3, 33], padding: same(1) },
  "3x3, 50 channels: a block for each row": { x: [1, 5, 5, 50], w: [3, 3, 8], padding: same(1) },
  "3x3, 100 channels: two taps a block": { x: [1, 5, 5, 100], w: [3, 3, 7], padding: same(1) },
  "3x3, 300 channels: taps are cut": { x: [1, 4, 4, 300], w: [3, 3, 5], padding: same(1) },
  "4x4, 16 channels: one block": { x: [1, 6, 6, 16], w: [4, 4, 6] },
  "7x7, stride 2": { x: [1, 17, 17, 3], w: [7, 7, 8], stride: [2, 2], padding: same(3) },
  "11x11, stride 4": { x: [1, 27, 27, 3], w: [11, 11, 6], stride: [4, 4], padding: same(2) },
  "1x7": { x: [2, 5, 13, 6], w: [1, 7, 5], padding: [0, 0, 3, 3] },
  "7x1": { x: [2, 13, 5, 6], w: [7, 1, 5], padding: [3, 3, 0, 0] },
  "rows only": { x: [3, 1, 40, 5], w: [1, 3, 7], padding: [0, 0, 1, 1] },
  "uneven strides": { x: [1, 11, 14, 4], w: [3, 2, 5], stride: [2, 3], padding: [1, 0, 0, 1] },
  "stride past the kernel": { x: [2, 12, 12, 3], w: [2, 2, 4], stride: [5, 5] },
  "dilation 2": { x: [1, 9, 10, 4], w: [3, 3, 6], dilation: [2, 2], padding: same(2) },
  "uneven dilation": { x: [1, 13, 12, 3], w: [3, 2, 5], dilation: [3, 4] },
  "dilation and stride": {
    x: [2, 12, 11, 5],
    w: [3, 3, 4],
    dilation: [2, 1],
    stride: [2, 2],
    padding: same(2),
  },
  "uneven padding": { x: [1, 6, 7, 4], w: [3, 3, 8], padding: [0, 2, 1, 0] },
  "padding past the kernel": { x: [1, 3, 3, 4], w: [2, 2, 4], padding: [3, 4, 5, 3] },
  "much padding": { x: [2, 10, 10, 16], w: [5, 5, 6], padding: same(4) },
  "cropped": { x: [1, 9, 10, 4], w: [3, 3, 4], padding: [-2, -1, -1, -3] },
  "cropped and padded": { x: [2, 8, 8, 3], w: [3, 3, 5], padding: [-2, 3, 2, -3] },
  "2 groups": { x: [2, 7, 7, 8], w: [3, 3, 12], groups: 2, padding: same(1) },
  "3 groups, odd": { x: [1, 6, 6, 9], w: [3, 3, 15], groups: 3, padding: same(1) },
  "depthwise": { x: [2, 8, 8, 12], w: [3, 3, 12], groups: 12, padding: same(1) },
  "depthwise, 19 channels": { x: [1, 7, 9, 19], w: [3, 3, 19], groups: 19, padding: same(1) },
  "depthwise, stride 2": { x: [1, 9, 9, 16], w: [3, 3, 16], groups: 16, padding: same(1), stride: [2, 2] },
  "depthwise, multiplier 2": { x: [1, 6, 6, 5], w: [3, 3, 10], groups: 5, padding: same(1) },
  "holes 2": { x: [2, 5, 6, 4], w: [3, 3, 6], holes: [2, 2], padding: same(1) },
  "holes 2, from 16 to 6": { x: [1, 5, 5, 16], w: [5, 5, 6], holes: [2, 2], padding: same(4) },
  "uneven holes": { x: [1, 4, 5, 5], w: [4, 3, 3], holes: [3, 2], padding: [3, 2, 1, 2] },
  "holes past the kernel": { x: [1, 4, 4, 3], w: [2, 2, 4], holes: [4, 4], padding: same(1) },
  "holes and stride": { x: [1, 6, 6, 4], w: [3, 3, 4], holes: [3, 3], stride: [2, 2], padding: same(2) },
  "holes and dilation": { x: [1, 5, 5, 4], w: [3, 3, 4], holes: [2, 2], dilation: [2, 3], padding: same(2) },
  "holes and crop": { x: [1, 6, 5, 4], w: [3, 3, 4], holes: [2, 2], padding: [-3, 1, -1, -2] },
  "holes and groups": { x: [1, 5, 5, 6], w: [3, 3, 9], holes: [2, 2], groups: 3, padding: same(1) },
  "holes and 300 channels": { x: [1, 3, 3, 300], w: [3, 3, 4], holes: [2, 2], padding: same(1) },
  "more output than input": { x: [1, 4, 4, 3], w: [3, 3, 4], padding: same(1), output: [9, 7] },
  "less output than input": { x: [1, 8, 8, 3], w: [3, 3, 4], output: [2, 3] },
  "300 positions": { x: [1, 12, 25, 3], w: [3, 3, 5], padding: same(1) },
  "rows of 257": { x: [1, 2, 257, 2], w: [1, 3, 3], padding: [0, 0, 1, 1] },
  "rows of 100": { x: [2, 5, 100, 2], w: [1, 1, 3] },
  "12 images of 5x5": { x: [12, 5, 5, 3], w: [3, 3, 4], padding: same(1) },
  "enough for many workers": { x: [8, 16, 16, 16], w: [3, 3, 16], padding: same(1) },
  "no image": { x: [0, 5, 5, 3], w: [3, 3, 4] },
  "no input channel": { x: [2, 5, 5, 0], w: [3, 3, 4] },
  "no output channel": { x: [2, 5, 5, 3], w: [3, 3, 0] },
  "no tap": { x: [2, 5, 5, 3], w: [0, 3, 4] },
  "no output": { x: [2, 5, 5, 3], w: [3, 3, 4], output: [0, 3] },
  "no input": { x: [2, 0, 5, 3], w: [3, 3, 4], padding: same(2), output: [2, 7] },
};

/** Where infinities and NaN meet padding and holes. */
const SPECIAL = [
  "one channel",
  "3x3, 5 to 3",
  "3x3, 16 to 16",
  "dilation and stride",
  "much padding",
  "cropped and padded",
  "2 groups",
  "depthwise",
  "holes 2",
  "uneven holes",
  "holes and groups",
];
const SPECIAL_PATTERNS: readonly Pattern[] = ["zeros", "subnormal", "infinite", "nan"];

/** The full geometry; the output extents are those of the usual formula unless given. */
export function convGeometry(convolution: Convolution): ConvGeometry {
  const { x, w, groups = 1, stride = [1, 1], dilation = [1, 1], padding = same(0), holes = [1, 1] } =
    convolution;
  const extent = (input: number, pad: number, kernel: number, axis: 0 | 1) => {
    const grid = (input - 1) * holes[axis] + 1 + pad;
    return Math.max(0, Math.floor((grid - (kernel - 1) * dilation[axis] - 1) / stride[axis]) + 1);
  };
  const [outputHeight, outputWidth] = convolution.output ?? [
    extent(x[1], padding[0] + padding[1], w[0], 0),
    extent(x[2], padding[2] + padding[3], w[1], 1),
  ];
  return {
    batch: x[0],
    inputHeight: x[1],
    inputWidth: x[2],
    inputChannels: x[3],
    outputHeight,
    outputWidth,
    outputChannels: w[2],
    kernelHeight: w[0],
    kernelWidth: w[1],
    groups,
    strideHeight: stride[0],
    strideWidth: stride[1],
    dilationHeight: dilation[0],
    dilationWidth: dilation[1],
    paddingTop: padding[0],
    paddingLeft: padding[2],
    holesHeight: holes[0],
    holesWidth: holes[1],
  };
}

/** The convolution of a case. */
export function convolution(name: string): ConvKernel {
  return { family: "conv", geometry: convGeometry(CONVOLUTIONS[name]!) };
}

/** Convolutions: strides, padding, crops, dilation, groups, holes, every way of cutting blocks. */
export function* convCases(): Iterable<ConformanceCase> {
  yield* casesOf("conv");
}

/** Gradients of weights over the same geometries. */
export function* convWeightGradientCases(): Iterable<ConformanceCase> {
  yield* casesOf("convWeightGradient");
}

function* casesOf(family: "conv" | "convWeightGradient"): Iterable<ConformanceCase> {
  const make = (name: string, pattern: Pattern) =>
    patternCase(`${family} ${name}`, { family, geometry: convGeometry(CONVOLUTIONS[name]!) }, pattern);
  for (const name of Object.keys(CONVOLUTIONS)) yield make(name, "mixed");
  for (const pattern of SPECIAL_PATTERNS) for (const name of SPECIAL) yield make(name, pattern);
}
