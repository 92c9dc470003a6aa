import { assertEquals } from "@std/assert";
import { grad } from "../autodiff/mod.ts";
import { createDevice, setDefaultDevice, type Shape, sizeOf, type Tensor, tensor } from "../tensor/mod.ts";
import * as ops from "./mod.ts";

/** Values of a case: inputs as the formulas below give them, results and gradients as PyTorch does. */
interface Expected<Options> {
  readonly x: Shape;
  readonly w: Shape;
  readonly options: Options;
  readonly shape: Shape;
  readonly y: string;
  readonly dx: string;
  readonly dw: string;
}

/** The integers (i factor) mod modulus - middle: small, so that every result is exact in any order. */
function integers(shape: Shape, factor: number, modulus: number, middle: number): Tensor {
  return tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => (i * factor) % modulus - middle),
    shape,
  );
}

// y, dx and dw were computed once by PyTorch 1.13 (torch.nn.functional.conv1d, conv_transpose1d and conv_transpose2d, and
// its autograd) for the loss sum(y g), its channels-first layouts permuted to channels-last.
async function compare<Options>(
  operation: (x: Tensor, w: Tensor, options: Options) => Tensor,
  expected: Expected<Options>,
  backend: "reference" | "wasm",
): Promise<void> {
  await using device = await createDevice({ backend });
  setDefaultDevice(device);
  const { options, shape } = expected;
  using x = integers(expected.x, 7, 11, 5);
  using w = integers(expected.w, 5, 7, 3);
  using g = integers(shape, 3, 5, 2);
  using y = operation(x, w, options);
  assertEquals(y.shape, shape);
  assertEquals((await y.read()).join(" "), expected.y);
  const [dx, dw] = grad(([x, w]: [Tensor, Tensor]) => operation(x, w, options).mul(g).sum())([x, w]);
  assertEquals((await dx.read()).join(" "), expected.dx);
  assertEquals((await dw.read()).join(" "), expected.dw);
  dx.dispose();
  dw.dispose();
}

const conv1d: Record<string, Expected<ops.Conv1dOptions>> = {
  "stride and asymmetric padding": {
    x: [1, 6, 2],
    w: [3, 2, 2],
    options: { stride: 2, padding: [2, 1] },
    shape: [1, 4, 2],
    y: "-14 6 12 -40 -5 21 14 0",
    dx: "3 3 -1 -5 -6 12 -2 6 -5 -4 2 2",
    dw: "1 -8 1 7 1 -11 -10 15 9 5 -1 -10",
  },
  "causal with dilation": {
    x: [1, 5, 2],
    w: [3, 2, 1],
    options: { padding: "causal", dilation: 2 },
    shape: [1, 5, 1],
    y: "-13 -1 -4 2 16",
    dx: "-6 0 3 -3 -3 -1 6 2 0 0",
    dw: "0 0 1 8 15 4",
  },
  "groups": {
    x: [2, 4, 4],
    w: [2, 2, 2],
    options: { groups: 2 },
    shape: [2, 3, 2],
    y: "21 -10 -18 22 20 10 19 -3 -20 -4 18 -5",
    dx: "6 0 2 -2 -3 2 5 -7 -3 1 -2 -2 0 0 -2 6 -3 0 -2 2 -3 -1 -1 3 12 -2 2 -2 -6 2 1 -3",
    dw: "16 9 -9 16 -7 -7 12 -11",
  },
};
for (const [name, expected] of Object.entries(conv1d)) {
  for (const backend of ["reference", "wasm"] as const) {
    Deno.test(`conv1d ${name}: agrees with PyTorch (${backend})`, () =>
      compare(ops.conv1d, expected, backend));
  }
}

const transposed1d: Record<string, Expected<ops.ConvTranspose1dOptions>> = {
  "stride, padding and output padding": {
    x: [1, 4, 2],
    w: [3, 2, 2],
    options: { stride: 2, padding: 1, outputPadding: 1 },
    shape: [1, 8, 2],
    y: "-13 -1 6 6 -1 -13 -13 25 0 8 -10 -11 12 -4 8 -8",
    dx: "-13 1 9 -3 -3 9 5 -19",
    dw: "-5 -8 -1 13 8 -10 7 -8 1 9 -15 -4",
  },
  "dilation and groups": {
    x: [1, 3, 4],
    w: [2, 1, 4],
    options: { dilation: 2, groups: 2 },
    shape: [1, 5, 2],
    y: "19 -10 -9 0 5 -3 0 -4 -9 16",
    dx: "6 -4 2 4 6 -1 1 -1 6 2 0 4",
    dw: "9 -1 8 15 -7 3 0 -10",
  },
};
for (const [name, expected] of Object.entries(transposed1d)) {
  for (const backend of ["reference", "wasm"] as const) {
    Deno.test(`convTranspose1d ${name}: agrees with PyTorch (${backend})`, () =>
      compare(ops.convTranspose1d, expected, backend));
  }
}

const transposed2d: Record<string, Expected<ops.ConvTranspose2dOptions>> = {
  "stride, padding and output padding": {
    x: [1, 3, 2, 2],
    w: [3, 3, 2, 2],
    options: { stride: 2, padding: 1, outputPadding: 1 },
    shape: [1, 6, 4, 2],
    y: "-4 -13 -8 6 -10 -1 -13 -4 19 4 -4 -19 28 -14 7 -21 6 0 12 -10 0 12 -4 8 -18 1 -23 39 -20 16 10 " +
      "-17 -6 -9 -1 -15 10 -8 16 -2 18 -6 -22 -1 -7 10 -8 16",
    dx: "-5 7 -6 -7 -1 4 -1 -10 9 -6 6 -1",
    dw: "-9 -5 5 5 -4 -16 16 -6 -4 19 -4 -11 10 -5 -2 20 6 -15 -5 6 -1 -13 8 -7 9 -5 -8 -5 8 -7 -8 29 6 " +
      "-15 -5 6",
  },
  "stride 3 over a kernel of 2: gaps": {
    x: [1, 2, 2, 1],
    w: [2, 2, 1, 1],
    options: { stride: [3, 2] },
    shape: [1, 5, 4, 1],
    y: "15 -10 -6 4 0 10 0 -4 0 0 0 0 6 -4 -15 10 0 4 0 -10",
    dx: "12 9 9 -4",
    dw: "10 -15 10 10",
  },
  "dilation and groups": {
    x: [2, 2, 2, 4],
    w: [2, 2, 1, 4],
    options: { stride: [1, 2], padding: [0, 0, 1, 1], dilation: [2, 1], groups: 2 },
    shape: [2, 4, 2, 2],
    y: "-13 -13 -9 0 -9 16 -10 -2 -7 16 2 -8 -7 -7 4 -7 -5 12 -11 -4 -1 8 -12 -6 -7 -8 6 16 -7 -9 8 17",
    dx: "-4 -4 -1 -3 -1 -2 -2 -1 -1 1 -4 10 -3 2 4 -4 3 1 7 -1 -4 4 2 -3 -4 -4 -1 -3 -1 -2 -2 -1",
    dw: "3 -1 -5 5 11 -10 1 16 -7 5 -5 -1 -10 11 -2 -2",
  },
  "1x1 with more padding than reach": {
    x: [1, 4, 4, 1],
    w: [2, 1, 1, 1],
    options: { padding: 1 },
    shape: [1, 3, 2, 1],
    y: "13 -16 -15 11 12 -17",
    dx: "0 -4 2 0 0 4 1 0 0 3 -10 0 0 0 6 0",
    dw: "-5 7",
  },
};
for (const [name, expected] of Object.entries(transposed2d)) {
  for (const backend of ["reference", "wasm"] as const) {
    Deno.test(`convTranspose2d ${name}: agrees with PyTorch (${backend})`, () =>
      compare(ops.convTranspose2d, expected, backend));
  }
}
