import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/mod.ts";
import { Key } from "../random/key.ts";
import { createDevice, setDefaultDevice, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { checkOperation, type OperationCheck } from "../testing/check_operation.ts";
import * as ops from "./mod.ts";

const at = (x: number[], indices: number[]) => indices.map((i) => x[i]!);
const index = (...values: number[]) => Uint32Array.from(values);

const checks: Record<string, OperationCheck> = {
  "stack along a new last axis": {
    operands: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
    operation: (...x) => ops.stack(x, -1),
    reference: (a, b, c) => [a[0]!, b[0]!, c[0]!, a[1]!, b[1]!, c[1]!],
    shape: [2, 3],
  },
  "stack scalars": {
    operands: [{ shape: [] }, { shape: [] }],
    operation: (a, b) => ops.stack([a, b]),
    reference: (a, b) => [...a, ...b],
    shape: [2],
  },
  "split into unequal parts": {
    operands: [{ shape: [2, 5] }],
    operation: (x) => {
      const [head, , tail] = ops.split(x, [1, 2, 2], 1);
      return tail!.mul(head!);
    },
    reference: (x) => [x[3]! * x[0]!, x[4]! * x[0]!, x[8]! * x[5]!, x[9]! * x[5]!],
    shape: [2, 2],
  },
  "flip two axes of three": {
    operands: [{ shape: [2, 2, 3] }],
    operation: (x) => ops.flip(x, [0, -1]),
    reference: (x) => at(x, [8, 7, 6, 11, 10, 9, 2, 1, 0, 5, 4, 3]),
    shape: [2, 2, 3],
  },
  "flip every axis": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.flip(x),
    reference: (x) => x.toReversed(),
    shape: [2, 3],
  },
  repeat: {
    operands: [{ shape: [2, 2] }],
    operation: (x) => ops.repeat(x, 3, 0),
    reference: (x) => at(x, [0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3]),
    shape: [6, 2],
  },
  tile: {
    operands: [{ shape: [2, 1] }],
    operation: (x) => ops.tile(x, [2, 3]),
    reference: (x) => at(x, [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]),
    shape: [4, 3],
  },
  expandDims: {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.expandDims(x, [1, -1]),
    reference: (x) => x,
    shape: [2, 1, 3, 1],
  },
  squeeze: {
    operands: [{ shape: [1, 2, 1] }],
    operation: (x) => ops.squeeze(x, [-1]),
    reference: (x) => x,
    shape: [1, 2],
  },
  "takeAlong the last axis": {
    operands: [{ shape: [2, 3] }],
    operation: (x) => ops.takeAlong(x, tensor(index(2, 2, 0, 1), [2, 2])),
    reference: (x) => at(x, [2, 2, 3, 4]),
    shape: [2, 2],
  },
  "takeAlong an axis in the middle": {
    operands: [{ shape: [2, 2, 2] }],
    operation: (x) => ops.takeAlong(x, tensor(index(1, 0, 0, 1), [2, 1, 2]), 1),
    reference: (x) => at(x, [2, 1, 4, 7]),
    shape: [2, 1, 2],
  },
  "embedding with a word twice": {
    operands: [{ shape: [3, 2] }],
    operation: (x) => ops.embedding(x, tensor(Int32Array.of(2, 0, 2, 1), [2, 2])),
    reference: (x) => at(x, [4, 5, 0, 1, 4, 5, 2, 3]),
    shape: [2, 2, 2],
  },
  "maxUnpool2d": {
    operands: [{ shape: [2, 1, 2, 1] }],
    operation: (x) => ops.maxUnpool2d(x, tensor(index(3, 0, 1, 2), [2, 1, 2, 1]), [2, 2]),
    reference: (x) => [x[1]!, 0, 0, x[0]!, 0, x[2]!, x[3]!, 0],
    shape: [2, 2, 2, 1],
  },
  "maxUnpool2d with an index twice": {
    operands: [{ shape: [1, 1, 2, 1] }],
    operation: (x) => ops.maxUnpool2d(x, tensor(index(1, 1), [1, 1, 2, 1]), [1, 3]),
    reference: (x) => [0, x[0]! + x[1]!, 0],
    shape: [1, 1, 3, 1],
  },
  "maxPool2dWithIndices and back": {
    operands: [{ shape: [1, 2, 2, 2], values: [1, 8, 2, 7, 4, 5, 3, 6] }],
    operation: (x) => {
      const { values, indices } = ops.maxPool2dWithIndices(x.mul(x), { window: 2 });
      return ops.maxUnpool2d(values, indices, [2, 2]);
    },
    reference: (x) => x.map((value, i) => i === 4 || i === 1 ? value * value : 0),
    shape: [1, 2, 2, 2],
  },
};
for (const [name, check] of Object.entries(checks)) {
  Deno.test(`${name}: agrees with float64, in values and derivatives`, () => checkOperation(check));
}

Deno.test("rearranging moves bits of every dtype and takes what is empty", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using bytes = tensor(Uint8Array.of(1, 2, 3, 4), [2, 2]);
  using flipped = ops.flip(bytes, 0);
  assertEquals(await flipped.read(), Uint8Array.of(3, 4, 1, 2));
  using stacked = ops.stack([bytes, flipped], 1);
  assertEquals(await stacked.read(), Uint8Array.of(1, 2, 3, 4, 3, 4, 1, 2));
  using repeated = ops.repeat(bytes, 2, 1);
  assertEquals(await repeated.read(), Uint8Array.of(1, 1, 2, 2, 3, 3, 4, 4));
  using tiled = ops.tile(bytes, [1, 2]);
  assertEquals(await tiled.read(), Uint8Array.of(1, 2, 1, 2, 3, 4, 3, 4));
  using nothing = zeros([2, 0]);
  using backwards = ops.flip(nothing);
  assertEquals(backwards.shape, [2, 0]);
  const [first, second] = ops.split(nothing, 2, 1);
  assertEquals([first!.shape, second!.shape], [[2, 0], [2, 0]]);
  first!.dispose();
  second!.dispose();
  using none = tensor(new Uint32Array(0), [2, 0]);
  using taken = ops.takeAlong(bytes, none);
  assertEquals(taken.shape, [2, 0]);
});

Deno.test("takeAlong and embedding read NaN out of range, and give it no gradient", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[1, 2], [3, 4]]);
  using beyond = tensor(index(2, 1), [2, 1]);
  using taken = ops.takeAlong(x, beyond);
  assertEquals(await taken.read(), Float32Array.of(NaN, 4));
  using words = tensor(Int32Array.of(-1, 0));
  using vectors = ops.embedding(x, words);
  assertEquals(await vectors.read(), Float32Array.of(NaN, NaN, 1, 2));
});

Deno.test("permutation has the numbers of the key's, compiled too, with the key as an input", async () => {
  for (const options of [{ backend: "reference" }, { workers: 1 }, { workers: 3 }] as const) {
    await using device = await createDevice(options);
    setDefaultDevice(device);
    using rows = tensor(Float32Array.from({ length: 300 }, (_, i) => i), [100, 3]);
    using program = compile((rows: Tensor, { key }: { key: Key }) => {
      const order = ops.permutation(key.fold("rows"), 100);
      return { carry: ops.embedding(rows, order), out: { order, none: ops.permutation(key, 0) } };
    }, rows);
    let expected = Array.from({ length: 100 }, (_, row) => row);
    for (const seed of [1, 2]) {
      const key = Key.from(seed);
      for (const n of [0, 1, 2, 1000, 20_000]) {
        using order = ops.permutation(key, n);
        assertEquals([order.dtype, order.shape], ["u32", [n]]);
        assertEquals(await order.read(), key.permutation(n));
      }
      const { order, none } = program.step({ key });
      const numbers = key.fold("rows").permutation(100);
      assertEquals(await order.read(), numbers);
      assertEquals((await none.read()).length, 0);
      expected = Array.from(numbers, (row) => expected[row]!);
      assertEquals(
        [...await program.carry.read()],
        expected.flatMap((row) => [0, 1, 2].map((c) => 3 * row + c)),
      );
    }
  }
});

Deno.test("rearranging refuses what does not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = zeros([2, 3]);
  using u = zeros([2, 2], "u32");
  const refuse = (call: () => unknown, message: string) => assertThrows(call, RangeError, message);
  refuse(() => ops.stack([]), "expected at least one tensor");
  refuse(() => ops.stack([x, u]), "Cannot stack: expected shapes equal to [2, 3], got [2, 2]");
  refuse(() => ops.stack([x], 3), "Cannot stack: expected an axis from -3 to 2, got 3");
  refuse(() => ops.split(x, 2, 1), "Cannot split axis 1 of [2, 3]: expected parts that make it up, got 2");
  refuse(() => ops.split(x, [1, 1], 1), "got [1, 1]");
  refuse(() => ops.split(x, [4, -1], 1), "got [4, -1]");
  refuse(() => ops.split(x, 0), "got 0");
  refuse(() => ops.flip(x, [0, 0]), "Cannot flip: expected distinct axes");
  refuse(() => ops.permutation(Key.from(1), -1), "Cannot permute: expected lengths");
  refuse(() => ops.repeat(x, 0, 0), "Cannot repeat: expected a number of times of at least 1");
  refuse(() => ops.tile(x, [2]), "Cannot tile [2, 3]: expected a positive integer for each axis, got [2]");
  refuse(() => ops.squeeze(x, 0), "Cannot squeeze [2, 3]: expected axes of length 1, got axes [0]");
  refuse(() => ops.expandDims(x, 3), "Cannot add axes: expected an axis from -3 to 2, got 3");
  refuse(() => ops.takeAlong(x, u, 0), "Cannot take along axis 0: expected shapes that are equal but there");
  refuse(() => ops.embedding(x.reshape([6]), u), "Cannot embed: expected a table [V, D], got [6]");
  refuse(() => ops.maxUnpool2d(x, u, [2, 2]), "Cannot unpool: expected values and indices [B, H, W, C]");
  refuse(() => ops.globalMaxPool2d(x), "Cannot pool: expected [B, H, W, C], got [2, 3]");
  assertThrows(() => ops.takeAlong(x, zeros([2, 2])), TypeError, "expected an index of u32");
  assertThrows(() => ops.embedding(x, x), TypeError, "Cannot embed: expected a table of f32 and indices");
  using ints = zeros([1, 1, 1, 1], "u32");
  assertThrows(() => ops.maxUnpool2d(ints, ints, [2, 2]), TypeError, "expected f32");
});
