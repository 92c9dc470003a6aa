import { assertEquals, assertThrows } from "@std/assert";
import { createDevice, setDefaultDevice, tensor, zeros } from "../tensor/mod.ts";
import { checkOperation, type OperationCheck } from "../testing/check_operation.ts";
import * as ops from "./mod.ts";

const at = (x: number[], indices: number[]) => indices.map((i) => x[i]!);
const sumOf = (list: number[]) => list.reduce((a, b) => a + b, 0);

function softmax(row: number[]): number[] {
  const e = row.map(Math.exp);
  return e.map((value) => value / sumOf(e));
}
const rows = (x: number[], width: number) =>
  Array.from({ length: x.length / width }, (_, i) => x.slice(i * width, (i + 1) * width));

const checks: Record<string, OperationCheck> = {
  reshape: {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.reshape(x, [3, -1]),
    reference: (x) => x,
    shape: [3, 2],
  },
  transpose: {
    operands: [{ shape: [2, 3] }],
    operation: (x) => x.transpose(),
    reference: (x) => at(x, [0, 3, 1, 4, 2, 5]),
    shape: [3, 2],
  },
  "transpose of three axes": {
    operands: [{ shape: [2, 1, 3] }],
    operation: (x) => x.transpose([2, 0, 1]),
    reference: (x) => at(x, [0, 3, 1, 4, 2, 5]),
    shape: [3, 2, 1],
  },
  slice: {
    operands: [{ shape: [3, 4] }],
    operation: (x) => x.slice([1, -3], [3, -1]),
    reference: (x) => at(x, [5, 6, 9, 10]),
    shape: [2, 2],
  },
  pad: {
    operands: [{ shape: [1, 2] }],
    operation: (x) => ops.pad(x, [1, 0], [0, 1]),
    reference: (x) => [0, 0, 0, x[0]!, x[1]!, 0],
    shape: [2, 3],
  },
  concatenate: {
    operands: [{ shape: [2, 1] }, { shape: [2, 2] }],
    operation: (a, b) => ops.concatenate([a, b], -1),
    reference: (a, b) => [a[0]!, b[0]!, b[1]!, a[1]!, b[2]!, b[3]!],
    shape: [2, 3],
  },
  "concatenate a tensor with itself": {
    operands: [{ shape: [2] }],
    operation: (a) => ops.concatenate([a, a.mul(a)]),
    reference: (a) => [...a, ...a.map((value) => value * value)],
    shape: [4],
  },
  broadcastTo: {
    operands: [{ shape: [2, 1] }],
    operation: (x) => ops.broadcastTo(x, [2, 2, 3]),
    reference: (x) => at(x, [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]),
    shape: [2, 2, 3],
  },
  "sum of all": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => x.mul(x).sum(),
    reference: (x) => [sumOf(x.map((v) => v * v))],
    shape: [],
  },
  "sum over the first axis": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.exp(x).sum(0),
    reference: (x) => [0, 1, 2].map((i) => Math.exp(x[i]!) + Math.exp(x[i + 3]!)),
    shape: [3],
  },
  "mean over outer axes": {
    operands: [{ shape: [2, 2, 2] }],
    operation: (x) => x.mul(x).mean([0, 2]),
    reference: (x) => [[0, 1, 4, 5], [2, 3, 6, 7]].map((index) => sumOf(at(x, index).map((v) => v * v)) / 4),
    shape: [2],
  },
  "max over the last axis": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => x.mul(x).max(-1),
    reference: (x) => rows(x, 3).map((row) => Math.max(...row.map((v) => v * v))),
    shape: [2],
  },
  "max over the first axis": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.exp(x).max(0),
    reference: (x) => [0, 1, 2].map((i) => Math.exp(Math.max(x[i]!, x[i + 3]!))),
    shape: [3],
  },
  softmax: {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.softmax(x),
    reference: (x) => rows(x, 3).flatMap(softmax),
    shape: [2, 3],
  },
  "softmax over the first axis": {
    operands: [{ shape: [3, 1] }],
    operation: (x) => ops.softmax(x, 0),
    reference: softmax,
    shape: [3, 1],
  },
  "log-softmax": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.logSoftmax(x),
    reference: (x) => rows(x, 3).flatMap((row) => softmax(row).map(Math.log)),
    shape: [2, 3],
  },
  "cross-entropy": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.crossEntropy(x, tensor(new Uint8Array([2, 0]))),
    reference: (x) => [-(Math.log(softmax(x.slice(0, 3))[2]!) + Math.log(softmax(x.slice(3))[0]!)) / 2],
    shape: [],
  },
  gather: {
    operands: [{ shape: [3, 2] }],
    operation: (x) => ops.gather(x.mul(x), tensor(new Uint32Array([2, 0, 2]))),
    reference: (x) => at(x, [4, 5, 0, 1, 4, 5]).map((v) => v * v),
    shape: [3, 2],
  },
  "gather within a batch": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.gather(x.mul(x), tensor(new Uint32Array([1, 2]), [2, 1]), 1),
    reference: (x) => at(x, [1, 5]).map((v) => v * v),
    shape: [2, 1],
  },
  scatterAdd: {
    operands: [{ shape: [3, 2] }, { shape: [2, 2] }],
    operation: (x, y) => ops.scatterAdd(x, tensor(new Uint32Array([1, 1])), y.mul(y)),
    reference: (x, y) => x.map((v, i) => (i < 2 || i > 3 ? v : v + y[i - 2]! ** 2 + y[i]! ** 2)),
    shape: [3, 2],
  },
};
for (const [name, check] of Object.entries(checks)) {
  Deno.test(`${name}: values, gradient and second derivative agree with float64`, () =>
    checkOperation(check));
}

Deno.test("one-hot vectors and argmax undo each other; the first of equal values wins", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using labels = tensor(new Uint8Array([2, 0, 9]));
  using encoded = ops.oneHot(labels, 3);
  assertEquals(await encoded.read(), new Float32Array([0, 0, 1, 1, 0, 0, 0, 0, 0]));
  using best = ops.argmax(encoded, -1);
  assertEquals(await best.read(), new Uint32Array([2, 0, 0]));
});

Deno.test("errors of structure name both shapes", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = zeros([2, 3]);
  assertThrows(() => ops.reshape(x, [4, 2]), RangeError, "Cannot reshape [2, 3] to [4, 2]");
  assertThrows(() => ops.reshape(x, [4, -1]), RangeError, "Cannot reshape [2, 3] to [4, -1]");
  assertThrows(() => x.transpose([0, 0]), RangeError, "expected a permutation of its axes");
  assertThrows(() => x.slice([0], [3]), RangeError, "expected bounds within it");
  assertThrows(() => ops.concatenate([x, zeros([3, 2])]), RangeError, "got [3, 2]");
  assertThrows(() => x.sum(2), RangeError, "expected an axis from -2 to 1, got 2");
  assertThrows(() => x.sum([0, 0]), RangeError, "expected distinct axes");
  assertThrows(() => zeros([2, 0]).max(1), RangeError, "empty");
  assertThrows(() => zeros([0]).mean(), RangeError, "Cannot average nothing");
  assertThrows(
    () => ops.crossEntropy(x, tensor(new Uint8Array([1]))),
    RangeError,
    "expected logits [B, C] and labels [B]",
  );
});
