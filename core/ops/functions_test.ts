import { assertEquals, assertThrows } from "@std/assert";
import { erf, gelu } from "../../_tools/error_function.ts";
import { grad } from "../autodiff/mod.ts";
import { createDevice, setDefaultDevice, type Tensor, tensor } from "../tensor/mod.ts";
import { checkOperation, type OperationCheck } from "../testing/check_operation.ts";
import * as ops from "./mod.ts";

const map1 = (f: (x: number) => number) => (x: number[]) => x.map(f);
const gated = (z: (x: number) => number) => (x: number) => x / (1 + Math.exp(-z(x)));
const gpt2 = (x: number) => 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const softplus = (x: number) => Math.log1p(Math.exp(x));

/** Smooth or smooth away from a kink: the operation, the function in float64, and where to look. */
const unary: Record<
  string,
  readonly [operation: (x: Tensor) => Tensor, f: (x: number) => number, values?: readonly number[]]
> = {
  expm1: [ops.expm1, Math.expm1],
  log1p: [ops.log1p, Math.log1p, [-0.7, -0.2, 0.1, 3, 40]],
  erf: [ops.erf, erf],
  sin: [ops.sin, Math.sin],
  cos: [ops.cos, Math.cos],
  rsqrt: [ops.rsqrt, (x) => 1 / Math.sqrt(x), [0.5, 1, 2, 9]],
  gelu: [ops.gelu, gelu, [-4, -1.5, -0.8, -0.61, -0.59, -0.1, 0.2, 0.59, 0.61, 2, 5]],
  geluTanh: [ops.geluTanh, gated(gpt2), [-4, -1.5, -0.8, -0.1, 0.2, 1, 2, 5]],
  silu: [ops.silu, gated((x) => x), [-8, -2, -1.2785, -0.3, 0.2, 1, 5]],
  mish: [ops.mish, (x) => x * Math.tanh(softplus(x)), [-8, -2, -1.19, -0.3, 0.2, 1, 5]],
  softplus: [ops.softplus, softplus, [-8, -2, -0.3, 0.2, 1, 5]],
  square: [ops.square, (x) => x * x],
  absolute: [ops.absolute, Math.abs],
  clip: [(x) => ops.clip(x, -1, 0.75), (x) => Math.min(Math.max(x, -1), 0.75), [-2, -0.5, 0.5, 0.9]],
  leakyRelu: [(x) => ops.leakyRelu(x, 0.2), (x) => x < 0 ? 0.2 * x : x],
  elu: [(x) => ops.elu(x, 1.5), (x) => x < 0 ? 1.5 * Math.expm1(x) : x],
  selu: [
    ops.selu,
    (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * Math.expm1(x) : x),
  ],
  "pow of a number": [(x) => ops.pow(x, -1.5), (x) => x ** -1.5, [0.5, 0.9, 1.1, 2]],
  "pow to a number, negative base": [(x) => ops.pow(x, 3), (x) => x ** 3],
  "number to a power": [(x) => ops.pow(2.5, x), (x) => 2.5 ** x],
};
for (const [name, [operation, f, values]] of Object.entries(unary)) {
  Deno.test(`${name}: values, gradient and second derivative agree with float64`, () => {
    const operand = values === undefined ? { shape: [3, 4] } : { shape: [values.length], values };
    const check: OperationCheck = {
      operands: [operand],
      operation,
      reference: map1(f),
      shape: operand.shape,
    };
    return checkOperation({ ...check, tolerance: 1e-3 });
  });
}

Deno.test("pow of tensors: values, gradients and second derivatives agree with float64", () =>
  checkOperation({
    operands: [
      { shape: [2, 1], values: [0.6, 1.7] },
      { shape: [4], values: [-1.3, 0.5, 1, 2.2] },
    ],
    operation: ops.pow,
    reference: (x, y) => x.flatMap((base) => y.map((exponent) => base ** exponent)),
    shape: [2, 4],
    tolerance: 1e-3,
  }));

Deno.test("prelu: values, gradients and second derivatives agree with float64", () =>
  checkOperation({
    operands: [{ shape: [4, 3] }, { shape: [3], values: [0.25, -0.5, 1.5] }],
    operation: ops.prelu,
    reference: (x, slope) => x.map((value, i) => value < 0 ? slope[i % 3]! * value : value),
    shape: [4, 3],
    tolerance: 1e-3,
  }));

/** First and second derivatives at some points. */
async function derivatives(f: (x: Tensor) => Tensor, points: number[]): Promise<[number[], number[]]> {
  using x = tensor(points);
  const first = (x: Tensor) => grad((x: Tensor) => f(x).sum())(x);
  using slope = first(x);
  using curvature = grad((x: Tensor) => first(x).sum())(x);
  return [[...await slope.read()], [...await curvature.read()]];
}

Deno.test("activations have their limits' slopes at the ends, never NaN", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const ends = [-Infinity, -3e38, -1000, -120, 120, 1000, 3e38, Infinity];
  const { gelu, geluTanh, silu, mish, softplus, elu, leakyRelu, tanh, sigmoid, erf } = ops;
  for (const [name, f] of Object.entries({ gelu, geluTanh, silu, mish, softplus, elu })) {
    const [slope, curvature] = await derivatives(f, ends);
    assertEquals(slope.map(Math.abs), [0, 0, 0, 0, 1, 1, 1, 1], name);
    assertEquals(curvature.map(Math.abs), [0, 0, 0, 0, 0, 0, 0, 0], name);
    using x = tensor(ends);
    using y = f(x);
    const below = name === "elu" ? -1 : 0;
    const expected = ends.map((end) => end < 0 ? below : Math.fround(end));
    assertEquals([...await y.read()].map((value) => value + 0), expected, name);
  }
  assertEquals((await derivatives((x) => leakyRelu(x), ends))[0].map(Math.fround).slice(3, 5), [
    Math.fround(0.01),
    1,
  ]);
  for (const f of [tanh, sigmoid, erf]) {
    const [slope, curvature] = await derivatives(f, ends);
    assertEquals([...slope, ...curvature].map(Math.abs), Array(16).fill(0));
  }
});

Deno.test("activations keep NaN, and so do their slopes", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const { gelu, geluTanh, silu, mish, softplus, elu, selu, expm1, log1p, erf, sin, cos, rsqrt, square } = ops;
  for (
    const f of [gelu, geluTanh, silu, mish, softplus, elu, selu, expm1, log1p, erf, sin, cos, rsqrt, square]
  ) {
    using x = tensor([NaN]);
    using y = (f as (x: Tensor) => Tensor)(x);
    assertEquals([...await y.read()], [NaN]);
    const [slope] = await derivatives(f as (x: Tensor) => Tensor, [NaN]);
    assertEquals(slope, [NaN]);
  }
});

Deno.test("kinks: absolute, clip, leaky relu and elu take the slopes that they document", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  assertEquals((await derivatives(ops.absolute, [-2, -0, 0, NaN, 3]))[0], [-1, 0, 0, 0, 1]);
  assertEquals((await derivatives((x) => ops.clip(x, -1, 1), [-1.5, -1, 1, NaN, 3]))[0], [0, 1, 1, 0, 0]);
  assertEquals((await derivatives((x) => ops.leakyRelu(x, 0.5), [-2, 0, NaN, 3]))[0], [0.5, 0.5, 0.5, 1]);
  assertEquals((await derivatives((x) => ops.elu(x, 0.5), [-Infinity, 0, 3]))[0], [0, 0.5, 1]);
  assertEquals(await derivatives((x) => ops.floor(x).add(x), [0.5, 2]), [[1, 1], [0, 0]]);
});

Deno.test("pow has finite slopes at the ends of its range", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const slopes = async (base: number, exponent: number): Promise<number[]> => {
    using x = tensor(base);
    using y = tensor(exponent);
    const [gx, gy] = grad(([x, y]: [Tensor, Tensor]) => ops.pow(x, y))([x, y]);
    const result = [await gx.item(), await gy.item()];
    gx.dispose();
    gy.dispose();
    return result;
  };
  assertEquals(await slopes(0, 0), [0, 0]);
  assertEquals(await slopes(0, 1), [1, 0]);
  assertEquals(await slopes(0, 2), [0, 0]);
  assertEquals(await slopes(1, 5), [5, 0]);
  assertEquals(await slopes(2, 3), [12, 8 * Math.fround(Math.LN2)]);
  assertEquals(await slopes(-2, 3), [12, NaN]);
  assertEquals(await slopes(Infinity, -1), [-0, 0]);
});

Deno.test("roundings and signs keep zeros and NaN", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([-2.5, -0.5, -0, 0, 0.5, 1.5, 2 ** 24 + 2, Infinity, NaN]);
  const of = async (f: (x: Tensor) => Tensor): Promise<Float32Array> => {
    using y = f(x);
    return await y.read() as Float32Array;
  };
  assertEquals(await of(ops.floor), Float32Array.of(-3, -1, -0, 0, 0, 1, 2 ** 24 + 2, Infinity, NaN));
  assertEquals(await of(ops.ceil), Float32Array.of(-2, -0, -0, 0, 1, 2, 2 ** 24 + 2, Infinity, NaN));
  assertEquals(await of(ops.round), Float32Array.of(-2, -0, -0, 0, 0, 2, 2 ** 24 + 2, Infinity, NaN));
  assertEquals(await of(ops.sign), Float32Array.of(-1, -1, -0, 0, 1, 1, 1, 1, NaN));
  assertEquals(
    await of((x) => ops.clip(x, -1, Infinity)),
    Float32Array.of(-1, -0.5, -0, 0, 0.5, 1.5, 2 ** 24 + 2, Infinity, NaN),
  );
});

Deno.test("comparisons and logic of NaN and of integers", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using a = tensor([1, 2, NaN, -0]);
  using b = tensor([2, 2, NaN, 0]);
  const of = async (mask: Tensor): Promise<number[]> => {
    const values = [...await mask.read()];
    mask.dispose();
    return values;
  };
  assertEquals(await of(ops.greater(b, a)), [1, 0, 0, 0]);
  assertEquals(await of(ops.greaterOrEqual(a, b)), [0, 1, 0, 1]);
  assertEquals(await of(ops.notEqual(a, b)), [1, 0, 1, 0]);
  using labels = tensor(new Uint8Array([3, 4]));
  using classes = tensor(new Uint32Array([3, 0x80000000]));
  assertEquals(await of(ops.notEqual(labels, classes)), [0, 1]);
  assertEquals(await of(ops.logicalAnd(labels, classes)), [1, 1]);
  assertEquals(await of(ops.logicalNot(classes)), [0, 0]);
  assertThrows(() => ops.logicalOr(a, b), TypeError, "expected operand 0 of u32, i32 or u8, got f32");
});

Deno.test("numbers that make no sense in activations are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([1]);
  assertThrows(() => ops.clip(x, 1, 0), RangeError, "Cannot clip: expected bounds in order, got 1 and 0");
  assertThrows(() => ops.clip(x, NaN, 0), RangeError, "expected bounds in order");
  assertThrows(() => ops.leakyRelu(x, Infinity), RangeError, "expected a slope that is a finite number");
  assertThrows(() => ops.elu(x, NaN), RangeError, "expected an alpha that is a finite number, got NaN");
});
