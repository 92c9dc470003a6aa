import { assertEquals, assertThrows } from "@std/assert";
import { grad } from "../autodiff/mod.ts";
import {
  createDevice,
  disposeTree,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
  zeros,
} from "../tensor/mod.ts";
import { checkOperation, type OperationCheck } from "../testing/check_operation.ts";
import { argsort, sort, takeAlong, topK } from "./mod.ts";

const byRows = (x: number[], width: number, f: (row: number[]) => number[]) =>
  Array.from({ length: x.length / width }, (_, i) => f(x.slice(i * width, (i + 1) * width))).flat();

const checks: Record<string, OperationCheck> = {
  "sort of rows": {
    operands: [{ shape: [2, 4] }],
    operation: (x) => sort(x.mul(x)).values,
    reference: (x) => byRows(x.map((v) => v * v), 4, (row) => row.toSorted((a, b) => a - b)),
    shape: [2, 4],
  },
  "descending sort of columns": {
    operands: [{ shape: [3, 2], values: [1, 5, 3, 4, 2, 6] }],
    operation: (x) => sort(x.mul(x), 0, { descending: true }).values,
    reference: (x) => [2, 5, 4, 1, 0, 3].map((i) => x[i]! * x[i]!),
    shape: [3, 2],
  },
  "topK of the middle axis": {
    operands: [{ shape: [1, 3, 2], values: [1, 5, 3, 4, 2, 6] }],
    operation: (x) => topK(x.mul(x), 2, 1).values,
    reference: (x) => [2, 5, 4, 1].map((i) => x[i]! * x[i]!),
    shape: [1, 2, 2],
  },
  "topK of the smallest": {
    operands: [{ shape: [5], values: [4, 1, 5, 2, 3] }],
    operation: (x) => topK(x, 3, 0, { smallest: true }).values,
    reference: (x) => [x[1]!, x[3]!, x[4]!],
    shape: [3],
  },
};
for (const [name, check] of Object.entries(checks)) {
  Deno.test(`${name}: agrees with float64, in values and derivatives`, () => checkOperation(check));
}

for (const backend of ["reference", "wasm"] as const) {
  Deno.test(`sort, argsort and topK agree with each other (${backend})`, async () => {
    await using device = await createDevice({ backend, ...(backend === "wasm" ? { workers: 2 } : {}) });
    setDefaultDevice(device);
    using x = tensor([[0, -0, 3, NaN, 3], [-Infinity, 1, -NaN, 1, 2]]);
    for (const descending of [false, true]) {
      const results = scope(() => {
        const sorted = sort(x, 1, { descending });
        const order = argsort(x, 1, { descending });
        return { sorted, order, taken: takeAlong(x, order), top: topK(x, 3, 1, { smallest: !descending }) };
      });
      const { sorted, order, taken, top } = results;
      const indices = await sorted.indices.read();
      assertEquals(
        [...indices],
        descending ? [3, 2, 4, 0, 1, 2, 4, 1, 3, 0] : [1, 0, 2, 4, 3, 0, 1, 3, 4, 2],
      );
      assertEquals(await order.read(), indices);
      const values = await sorted.values.read();
      assertEquals([...await taken.read()], [...values]);
      assertEquals([...await top.values.read()], [0, 1, 2, 5, 6, 7].map((i) => values[i]!));
      assertEquals([...await top.indices.read()], [0, 1, 2, 5, 6, 7].map((i) => indices[i]!));
      disposeTree(results);
    }
  });
}

Deno.test("sort sorts integers, and what is empty", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using words = tensor(Uint32Array.of(5, 0xffffffff, 0));
  const up = sort(words);
  assertEquals(await up.values.read(), Uint32Array.of(0, 5, 0xffffffff));
  using integers = tensor(Int32Array.of(5, -1, 0));
  const down = topK(integers, 2);
  assertEquals(await down.values.read(), Int32Array.of(5, 0));
  using empty = zeros([2, 0]);
  const none = sort(empty);
  assertEquals([none.values.shape, none.indices.shape], [[2, 0], [2, 0]]);
  disposeTree([up, down, none]);
});

Deno.test("topK has a gradient of +0 for what it leaves out, and of equals only the first has one", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([2, 7, 7, 7]);
  using g = grad((x: Tensor) => topK(x, 2).values.sum())(x);
  assertEquals(await g.read(), Float32Array.of(0, 1, 1, 0));
});

Deno.test("sort and topK refuse what does not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = zeros([2, 3]);
  assertThrows(() => sort(x, 2), RangeError, "Cannot sort: expected an axis from -2 to 1, got 2");
  for (const k of [-1, 4, 0.5]) {
    assertThrows(
      () => topK(x, k),
      RangeError,
      `Cannot take the top k: expected a count from 0 to the 3 along axis 1 of [2, 3], got ${k}`,
    );
  }
  using bytes = zeros([2], "u8");
  assertThrows(() => argsort(bytes), TypeError, "Cannot sort: expected f32, u32 or i32, got u8");
});
