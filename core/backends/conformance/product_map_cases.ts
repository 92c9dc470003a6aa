import type { MapKernel } from "../../kernels/map.ts";
import type { ProductMapKernel } from "../../kernels/product_map.ts";
import { apply, type F32, f32, type Scalar, scalarProgram, u32 } from "../../scalar/expression.ts";
import { tanh } from "../../scalar/functions/mod.ts";
import { type ConformanceCase, patternCase } from "./conformance_case.ts";
import { convolution } from "./conv_cases.ts";
import type { Pattern } from "./values.ts";

type Product = ProductMapKernel["product"];

/**
 * An operand: the product's result, an array of its shape, one number, one for each column, row or element of the middle
 * axis, a repeated matrix, or one for each column of the left half, repeated for the right one.
 */
type Repeat = "product" | "whole" | "bytes" | "number" | "column" | "row" | "matrix" | "middle" | "half";

interface Use {
  readonly operands: readonly Repeat[];
  readonly results: (...operands: readonly Scalar[]) => readonly Scalar[];
  readonly outputs: readonly ("f32" | "u8")[];
}

const add = (x: Scalar, y: Scalar) => apply("add", x as F32, y as F32);
const multiply = (x: Scalar, y: Scalar) => apply("multiply", x as F32, y as F32);
const rectify = (x: F32) => apply("selectF32", apply("less", x, f32(0)), f32(0), x);

const USES: Readonly<Record<string, Use>> = {
  "bias and rectifier": {
    operands: ["product", "column"],
    results: (x, b) => [rectify(add(x!, b!))],
    outputs: ["f32"],
  },
  // As an update: three results, of which two are written over operands.
  "average": {
    operands: ["number", "whole", "product", "whole"],
    results: (rate, mean, x, w) => {
      const next = add(multiply(mean!, f32(0.9)), multiply(x!, f32(0.1)));
      return [apply("subtract", w as F32, multiply(next, rate!)), next, multiply(x!, x!)];
    },
    outputs: ["f32", "f32", "f32"],
  },
  "tanh of rows": {
    operands: ["row", "product", "column"],
    results: (scale, x, b) => [add(multiply(tanh(x as F32), scale!), b!)],
    outputs: ["f32"],
  },
  "bytes": {
    operands: ["bytes", "product"],
    results: (mask, x) => [
      apply("selectF32", apply("lessU32", mask as Scalar<"u32">, u32(128)), x as F32, f32(-0)),
      x!,
    ],
    outputs: ["f32", "u8"],
  },
  "twice, and a matrix": {
    operands: ["product", "matrix", "product", "middle"],
    results: (x, mask, y, scale) => [add(add(x!, mask!), multiply(y!, scale!))],
    outputs: ["f32"],
  },
};

/** Operands that repeat within the columns: the map can only follow when all is there. */
const HALVES: Use = {
  operands: ["product", "half"],
  results: (x, y) => [multiply(x!, y!)],
  outputs: ["f32"],
};

/** Matrix products: [batch, M, K, N], and which operands are transposed. */
const MATMULS: readonly (readonly [number, number, number, number, string])[] = [
  [1, 1, 1, 1, "nn"],
  [1, 1, 7, 40, "nn"],
  [1, 5, 300, 18, "nt"],
  [1, 17, 33, 1, "nn"],
  [1, 33, 65, 31, "tn"],
  [1, 7, 511, 9, "tt"],
  [1, 64, 84, 10, "nn"],
  [1, 64, 400, 120, "nn"],
  [1, 100, 600, 33, "tn"],
  [1, 300, 20, 50, "nt"],
  [1, 700, 270, 36, "nn"],
  [1, 1024, 130, 32, "tn"],
  [1, 1025, 131, 13, "tn"],
  [1, 513, 3, 16, "nn"],
  [1, 3, 300, 400, "tt"],
  [3, 17, 258, 19, "nn"],
  [7, 5, 3, 2, "tn"],
  [4, 40, 16, 16, "nt"],
  [2, 300, 9, 21, "nn"],
  [33, 2, 2, 2, "nn"],
  // Enough elements to be computed in blocks of rows: packed or not, transposed before, several of a batch.
  [1, 500, 70, 136, "tn"],
  [1, 700, 20, 100, "nn"],
  [1, 512, 130, 140, "tn"],
  [3, 160, 33, 150, "nt"],
  [0, 3, 4, 5, "nn"],
  [2, 0, 4, 5, "tn"],
  [2, 3, 0, 50, "nn"],
  [2, 3, 4, 0, "nt"],
];

const CONVOLUTIONS = [
  "one element",
  "lenet 1",
  "lenet 2",
  "1x1",
  "1x1, 256 channels",
  "3x3, 16 to 16",
  "3x3, 17 to 18",
  "3x3, 300 channels: taps are cut",
  "11x11, stride 4",
  "uneven strides",
  "uneven dilation",
  "cropped and padded",
  "much padding",
  "2 groups",
  "depthwise, 19 channels",
  "holes 2",
  "holes and stride",
  "more output than input",
  "12 images of 5x5",
  "enough for many workers",
  "no image",
  "no input channel",
  "no output",
];

/** Products followed by maps of their results: parts of every kind, operands of every form, stored or not. */
export function* productMapCases(): Iterable<ConformanceCase> {
  const products = [
    ...MATMULS.map(matmulOf),
    ...CONVOLUTIONS.map((name) => [name, convolution(name)] as const),
  ];
  for (const [index, [name, product]] of products.entries()) {
    for (const [place, use] of Object.keys(USES).entries()) {
      yield productMapCase(name, product, use, (index + place) % 2 === 0, "mixed");
    }
  }
  for (const stored of [false, true]) {
    const [name, product] = matmulOf([1, 40, 30, 36, "nn"]);
    yield productMapCase(name, product, "halves", stored, "mixed");
  }
  for (const pattern of ["zeros", "subnormal", "infinite", "nan", "any"] as const) {
    for (const [place, use] of Object.keys(USES).entries()) {
      const [name, product] = matmulOf([2, 19, 261, 23, "nt"]);
      yield productMapCase(name, product, use, place % 2 === 0, pattern);
      yield productMapCase("lenet 2", convolution("lenet 2"), use, place % 2 === 1, pattern);
    }
  }
}

function matmulOf(
  [batch, m, k, n, turned]: readonly [number, number, number, number, string],
): readonly [string, Product] {
  const [transposeA, transposeB] = [turned[0] === "t", turned[1] === "t"];
  const kernel: Product = { family: "matmul", batch, m, k, n, transposeA, transposeB };
  return [`${batch}x${m}x${k}x${n} ${turned}`, kernel];
}

function productMapCase(
  name: string,
  product: Product,
  useName: string,
  stored: boolean,
  pattern: Pattern,
): ConformanceCase {
  const { operands, results, outputs } = USES[useName] ?? HALVES;
  const whole = shapeOf(product);
  const shape = operands.includes("half") ? [...whole.slice(0, -1), 2, whole.at(-1)! / 2] : whole;
  const columns = shape.at(-1)!;
  const rowShape = [...shape.slice(0, -1), 1];
  const shapes: Readonly<Record<Repeat, readonly number[]>> = {
    product: shape,
    whole: shape,
    bytes: shape,
    number: [],
    column: [columns],
    row: rowShape,
    matrix: shape.slice(1),
    // One for each of the middle axis.
    middle: [shape[1]!, ...shape.slice(2).map(() => 1)],
    half: [columns],
  };
  const types = operands.map((repeat) => repeat === "bytes" ? "u32" as const : "f32" as const);
  const map: MapKernel = {
    family: "map",
    program: scalarProgram(types, (...inputs: readonly Scalar[]) => [...results(...inputs)]),
    shape,
    inputs: operands.map((repeat) => ({ dtype: repeat === "bytes" ? "u8" : "f32", shape: shapes[repeat] })),
    outputs,
  };
  const at = operands.flatMap((repeat, i) => repeat === "product" ? [i] : []);
  const kernel: ProductMapKernel = { family: "productMap", product, map, at, stored };
  return patternCase(`productMap ${useName} of ${name}${stored ? ", stored" : ""}`, kernel, pattern);
}

function shapeOf(product: Product): readonly number[] {
  if (product.family === "matmul") return [product.batch, product.m, product.n];
  const { batch, outputHeight, outputWidth, outputChannels } = product.geometry;
  return [batch, outputHeight, outputWidth, outputChannels];
}
