import { assertEquals, assertThrows } from "@std/assert";
import { createDevice, setDefaultDevice, tensor } from "../tensor/mod.ts";
import { checkOperation, type OperationCheck } from "../testing/check_operation.ts";
import * as ops from "./mod.ts";

const pair = [{ shape: [2, 3] }, { shape: [2, 3] }];
const one = [{ shape: [3, 4] }];
const positive = [{ shape: [2, 3], values: [0.1, 0.5, 1, 2, 7, 100] }];
const map1 = (f: (x: number) => number) => (x: number[]) => x.map(f);
const map2 = (f: (a: number, b: number) => number) => (a: number[], b: number[]) =>
  a.map((value, i) => f(value, b[i]!));

const checks: Record<string, OperationCheck> = {
  add: { operands: pair, operation: ops.add, reference: map2((a, b) => a + b), shape: [2, 3] },
  subtract: { operands: pair, operation: ops.subtract, reference: map2((a, b) => a - b), shape: [2, 3] },
  multiply: { operands: pair, operation: ops.multiply, reference: map2((a, b) => a * b), shape: [2, 3] },
  divide: {
    operands: [{ shape: [2, 2] }, { shape: [2, 2], values: [0.5, -1.5, 2, -0.7] }],
    operation: ops.divide,
    reference: map2((a, b) => a / b),
    shape: [2, 2],
    tolerance: 1e-3,
  },
  negate: { operands: one, operation: ops.negate, reference: map1((x) => -x), shape: [3, 4] },
  "square root": {
    operands: [{ shape: [4], values: [0.5, 1, 2, 9] }],
    operation: ops.squareRoot,
    reference: map1(Math.sqrt),
    shape: [4],
  },
  exp: { operands: one, operation: ops.exp, reference: map1(Math.exp), shape: [3, 4] },
  log: {
    operands: [{ shape: [4], values: [0.3, 1, 2, 50] }],
    operation: ops.log,
    reference: map1(Math.log),
    shape: [4],
    tolerance: 1e-3,
  },
  tanh: { operands: one, operation: ops.tanh, reference: map1(Math.tanh), shape: [3, 4] },
  sigmoid: {
    operands: one,
    operation: ops.sigmoid,
    reference: map1((x) => 1 / (1 + Math.exp(-x))),
    shape: [3, 4],
  },
  relu: { operands: one, operation: ops.relu, reference: map1((x) => Math.max(x, 0)), shape: [3, 4] },
  maximum: { operands: pair, operation: ops.maximum, reference: map2(Math.max), shape: [2, 3] },
  minimum: { operands: pair, operation: ops.minimum, reference: map2(Math.min), shape: [2, 3] },
  select: {
    operands: pair,
    operation: (a, b) => ops.select(ops.less(a, b), a, b.mul(2)),
    reference: map2((a, b) => (a < b ? a : 2 * b)),
    shape: [2, 3],
  },
  "broadcast a row": {
    operands: [{ shape: [2, 3] }, { shape: [3] }],
    operation: ops.multiply,
    reference: (a, b) => a.map((value, i) => value * b[i % 3]!),
    shape: [2, 3],
  },
  "broadcast a column against a row": {
    operands: [{ shape: [2, 1] }, { shape: [1, 3] }],
    operation: ops.multiply,
    reference: (a, b) => a.flatMap((value) => b.map((other) => value * other)),
    shape: [2, 3],
  },
  "broadcast a number": {
    operands: positive,
    operation: (x) => ops.subtract(3, x).mul(x),
    reference: map1((x) => (3 - x) * x),
    shape: [2, 3],
    tolerance: 2e-3,
  },
};
for (const [name, check] of Object.entries(checks)) {
  Deno.test(`${name}: values, gradient and second derivative agree with float64`, () =>
    checkOperation(check));
}

Deno.test("relu keeps -0 and NaN, and its gradient at the kink is +0", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([-0, 0, NaN, -1, 2]);
  using y = ops.relu(x);
  assertEquals(await y.read(), new Float32Array([-0, 0, NaN, 0, 2]));
});

Deno.test("comparisons give 0 for NaN, and compare integers", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using a = tensor([1, 2, NaN]);
  using b = tensor([2, 2, NaN]);
  using less = ops.less(a, b);
  using lessOrEqual = ops.lessOrEqual(a, b);
  using equal = ops.equal(a, b);
  assertEquals(await less.read(), new Uint8Array([1, 0, 0]));
  assertEquals(await lessOrEqual.read(), new Uint8Array([1, 1, 0]));
  assertEquals(await equal.read(), new Uint8Array([0, 1, 0]));
  using labels = tensor(new Uint8Array([3, 4]));
  using classes = tensor(new Uint32Array([3, 5]));
  using same = ops.equal(labels, classes);
  assertEquals(await same.read(), new Uint8Array([1, 0]));
});

Deno.test("casts round, saturate and clamp as the contract says", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([-1.5, 0.5, 1.5, 2.5, 300, NaN, 5e9]);
  using bytes = ops.cast(x, "u8");
  using unsigned = ops.cast(x, "u32");
  using signed = ops.cast(x, "i32");
  assertEquals(await bytes.read(), new Uint8Array([0, 0, 2, 2, 255, 0, 255]));
  assertEquals(await unsigned.read(), new Uint32Array([0, 0, 1, 2, 300, 0, 4294967295]));
  assertEquals(await signed.read(), new Int32Array([-1, 0, 1, 2, 300, 0, 2147483647]));
  using back = ops.cast(signed, "f32");
  assertEquals(await back.read(), new Float32Array([-1, 0, 1, 2, 300, 0, 2147483648]));
});

Deno.test("wrong shapes and dtypes give one clear error", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using a = tensor([[1, 2, 3]]);
  using b = tensor([[1], [2]]);
  using c = tensor([1, 2]);
  using labels = tensor(new Uint8Array([1]));
  assertThrows(
    () => ops.add(a, c),
    RangeError,
    "Cannot add: expected shapes that broadcast, got [1, 3] and [2]",
  );
  assertThrows(() => ops.add(b, labels), TypeError, "Cannot add: expected operand 1 of f32, got u8");
  assertThrows(() => ops.oneHot(a, 3), TypeError, "expected operand 0 of u32, i32 or u8, got f32");
});
