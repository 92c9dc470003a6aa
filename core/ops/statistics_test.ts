import { assertEquals, assertThrows } from "@std/assert";
import { grad } from "../autodiff/mod.ts";
import { createDevice, setDefaultDevice, tensor, zeros } from "../tensor/mod.ts";
import { checkOperation, type OperationCheck } from "../testing/check_operation.ts";
import * as ops from "./mod.ts";

const sumOf = (list: number[]) => list.reduce((a, b) => a + b, 0);
const rows = (x: number[], width: number) =>
  Array.from({ length: x.length / width }, (_, i) => x.slice(i * width, (i + 1) * width));
const spreadOf = (x: number[], correction: number) => {
  const mean = sumOf(x) / x.length;
  return sumOf(x.map((value) => (value - mean) ** 2)) / (x.length - correction);
};

const checks: Record<string, OperationCheck> = {
  "min of rows": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.min(x.mul(x), 1),
    reference: (x) => rows(x, 3).map((row) => Math.min(...row.map((value) => value * value))),
    shape: [2],
  },
  "logSumExp of all": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.logSumExp(x),
    reference: (x) => [Math.log(sumOf(x.map(Math.exp)))],
    shape: [],
  },
  "logSumExp of columns": {
    operands: [{ shape: [2, 2] }],
    operation: (x) => ops.logSumExp(x, 0),
    reference: ([a, b, c, d]) => [
      Math.log(Math.exp(a!) + Math.exp(c!)),
      Math.log(Math.exp(b!) + Math.exp(d!)),
    ],
    shape: [2],
  },
  "variance of rows": {
    operands: [{ shape: [2, 4] }],
    operation: (x) => ops.variance(x, 1),
    reference: (x) => rows(x, 4).map((row) => spreadOf(row, 0)),
    shape: [2],
  },
  "unbiased variance of all": {
    operands: [{ shape: [2, 4] }],
    operation: (x) => ops.variance(x, undefined, { correction: 1 }),
    reference: (x) => [spreadOf(x, 1)],
    shape: [],
  },
  "norm of rows": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.norm(x, -1),
    reference: (x) => rows(x, 3).map((row) => Math.sqrt(sumOf(row.map((value) => value * value)))),
    shape: [2],
  },
  globalAveragePool2d: {
    operands: [{ shape: [2, 2, 2, 2] }],
    operation: (x) => ops.globalAveragePool2d(x.mul(x)),
    reference: (x) =>
      rows(x.map((value) => value * value), 8).flatMap((image) =>
        [0, 1].map((c) => sumOf(image.filter((_, i) => i % 2 === c)) / 4)
      ),
    shape: [2, 2],
  },
  globalMaxPool2d: {
    operands: [{ shape: [2, 2, 2, 2] }],
    operation: (x) => ops.globalMaxPool2d(x),
    reference: (x) =>
      rows(x, 8).flatMap((image) => [0, 1].map((c) => Math.max(...image.filter((_, i) => i % 2 === c)))),
    shape: [2, 2],
    second: false,
  },
};
for (const [name, check] of Object.entries(checks)) {
  Deno.test(`${name}: agrees with float64, in values and derivatives`, () => checkOperation(check));
}

Deno.test("min and argmin follow the order key: -0 < +0, the first of equals, NaN found first", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[0, -0, 1, -0], [3, NaN, -Infinity, NaN], [2, 1, 1, 5]]);
  using least = ops.min(x, 1);
  assertEquals([...await least.read()], [-0, NaN, 1]);
  using where = ops.argmin(x, 1);
  assertEquals(await where.read(), Uint32Array.of(1, 1, 1));
});

Deno.test("logSumExp takes infinite terms, in values and gradients", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const none = -Infinity;
  using x = tensor([[none, none], [none, 2], [Infinity, 1], [NaN, 1], [88, 89]]);
  using y = ops.logSumExp(x, 1);
  const [empty, one, infinite, missing, large] = await y.read();
  assertEquals([empty, one, infinite, missing], [none, 2, Infinity, NaN]);
  assertEquals(Math.abs(large! - (89 + Math.log1p(Math.exp(-1)))) < 1e-5, true);
  // An adjoint of 1 only for the rows at hand, so that the infinite loss of the others does not matter.
  using pick = tensor([1, 1, 1, 0, 0]);
  using g = grad((x: typeof y) => ops.select(ops.cast(pick, "u8"), ops.logSumExp(x, 1), 0).sum())(x);
  assertEquals(Array.from(await g.read()).slice(0, 6), [0, 0, 0, 1, NaN, 0]);
});

Deno.test("norm has a gradient at 0: none", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[0, -0], [3, -4]]);
  using g = grad((x: Parameters<typeof ops.norm>[0]) => ops.norm(x, 1).sum())(x);
  assertEquals(Array.from(await g.read(), (value) => value + 0), [0, 0, 0.6, -0.8].map(Math.fround));
});

Deno.test("variance is taken in two passes: a large mean does not hide it", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const mean = 2 ** 20;
  using x = tensor([mean - 1, mean + 1, mean - 1, mean + 1]);
  using v = ops.variance(x);
  assertEquals(await v.item(), 1);
});

Deno.test("statistics refuse what is empty or does not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = zeros([2, 0]);
  for (const operation of [ops.min, ops.argmin, ops.logSumExp, ops.variance]) {
    assertThrows(() => operation(x, 1), RangeError, "Cannot take the");
  }
  using one = zeros([1]);
  assertThrows(
    () => ops.variance(one, 0, { correction: 1 }),
    RangeError,
    "Cannot take the variance: expected more than 1 terms, got axes [0] of [1]",
  );
  assertThrows(() => ops.variance(one, 0, { correction: -1 }), RangeError, "expected a correction");
  assertThrows(() => ops.norm(one, 1), RangeError, "Cannot take the norm: expected an axis");
  using none = ops.norm(x, 1);
  assertEquals(await none.read(), Float32Array.of(0, 0));
});
