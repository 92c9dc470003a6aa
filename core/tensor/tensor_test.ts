import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import "../ops/mod.ts";
import { ReferenceBackend } from "../backends/reference/reference_backend.ts";
import {
  arange,
  createDevice,
  Device,
  full,
  mapTree,
  scope,
  setDefaultDevice,
  tensor,
  treeLeaves,
  zeros,
} from "./mod.ts";

/** A device whose memory in use can be read. */
function countedDevice(): { device: Device; backend: ReferenceBackend } {
  const backend = new ReferenceBackend();
  const device = new Device(backend);
  setDefaultDevice(device);
  return { device, backend };
}

Deno.test("tensors take nested numbers, typed arrays and shapes", async () => {
  await using _ = countedDevice().device;
  using matrix = tensor([[1, 2], [3, 4], [5, 6]]);
  assertEquals([matrix.shape, matrix.dtype, matrix.size, matrix.rank], [[3, 2], "f32", 6, 2]);
  using scalar = tensor(0.1);
  assertEquals(await scalar.item(), Math.fround(0.1));
  using bytes = tensor(new Uint8Array([1, 2, 3, 4]), [2, 2]);
  assertEquals(bytes.dtype, "u8");
  using empty = tensor([]);
  assertEquals(empty.shape, [0]);
  using range = arange(3, "i32");
  assertEquals(await range.read(), new Int32Array([0, 1, 2]));
  using sevens = full([2], 7, "u8");
  assertEquals(await sevens.read(), new Uint8Array([7, 7]));
  assertThrows(() => tensor([[1, 2], [3]]), RangeError, "got ragged ones");
  assertThrows(() => tensor([1, 2, 3], [2, 2]), RangeError, "expected 4 values, got 3");
  assertThrows(() => zeros([-1]), RangeError, "non-negative integers");
  await assertRejects(() => matrix.item(), RangeError, "expected one element, got shape [3, 2]");
});

Deno.test("a scope frees all that it does not return, also when it throws or nests", async () => {
  const { device, backend } = countedDevice();
  await using _ = device;
  const kept = scope(() => {
    const x = tensor([1, 2, 3]);
    const inner = scope(() => ({ y: x.mul(x), junk: [x.add(1)].length }));
    return { total: inner.y.sum(), names: ["a"] };
  });
  assertEquals(await kept.total.item(), 14);
  assertEquals(backend.bytesInUse, 4);
  assertThrows(
    () =>
      scope(() => {
        tensor([1, 2, 3]).mul(2);
        throw new Error("halt");
      }),
    Error,
    "halt",
  );
  assertEquals(backend.bytesInUse, 4);
  kept.total.dispose();
  kept.total.dispose();
  assertEquals(backend.bytesInUse, 0);
  assertThrows(() => scope(() => Promise.resolve(1)), TypeError, "Cannot leave a scope");
});

Deno.test("outside any scope an operation leaves only its result behind", async () => {
  const { device, backend } = countedDevice();
  await using _ = device;
  using x = tensor([1, 2, 3, 4]);
  for (const result of [x.add(1), x.mean(), x.sub(x).mul(3), x.max()]) result.dispose();
  // x.sub(x) of the chain above was never disposed: 16 bytes beside x itself
  assertEquals(backend.bytesInUse, 32);
});

Deno.test("reshaped tensors share memory, which is freed with the last of them", async () => {
  const { device, backend } = countedDevice();
  await using _ = device;
  const x = tensor([1, 2, 3, 4]);
  const y = x.reshape([2, -1]);
  assertEquals(backend.bytesInUse, 16);
  x.dispose();
  assertEquals(await y.read(), new Float32Array([1, 2, 3, 4]));
  assertThrows(() => x.add(1), Error, "it was disposed");
  y.dispose();
  assertEquals(backend.bytesInUse, 0);
});

Deno.test("trees are walked in sorted path order", async () => {
  await using _ = countedDevice().device;
  const tree = { b: [tensor(1), tensor(2)], a: { z: tensor(3), note: "text" }, none: null };
  assertEquals(treeLeaves(tree).map(([path]) => path), ["a/z", "b/0", "b/1"]);
  const doubled = mapTree(tree, (leaf) => leaf.mul(2));
  assertEquals(doubled.a.note, "text");
  assertEquals(await doubled.b[1]!.item(), 4);
  for (const [, leaf] of [...treeLeaves(tree), ...treeLeaves(doubled)]) leaf.dispose();
});

Deno.test("operands of two devices, and no device at all, give a clear error", async () => {
  await using first = await createDevice({ backend: "reference" });
  setDefaultDevice(first);
  using a = tensor([1]);
  await using second = await createDevice({ backend: "reference" });
  setDefaultDevice(second);
  using b = tensor([1]);
  assertThrows(() => a.add(b), Error, "expected operands on one device");
  setDefaultDevice(undefined);
  assertThrows(() => tensor([1]), Error, "expected a default device");
  await assertRejects(
    () => createDevice({ workers: 0 }),
    RangeError,
    "expected 1 to 256 workers",
  );
});

/** What a caller without a type checker may pass. */
function wrongly<T>(value: unknown): T {
  return value as T;
}

Deno.test("values that are no numbers of a tensor's dtype are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  const arrays = [
    new BigInt64Array(2),
    new Float64Array(2),
    new Int8Array(2),
    new DataView(new ArrayBuffer(4)),
  ];
  for (const array of arrays) {
    const message =
      `expected a Float32Array, Uint32Array, Int32Array or Uint8Array, got ${array.constructor.name}`;
    assertThrows(() => tensor(wrongly(array)), TypeError, message);
  }
  for (const value of ["abc", null, undefined, {}, true, 1n, [["1"]], [1n], [1, null], new Set([1])]) {
    const message = "Cannot make a tensor: expected numbers, lists of them or a typed array, got";
    assertThrows(() => tensor(wrongly(value)), TypeError, message);
  }
  assertThrows(() => tensor(wrongly(cyclic)), RangeError, "expected at most 32 axes");
  assertThrows(() => tensor([[1], [2, 3]]), RangeError, "got ragged ones");
  for (const shape of [[-1], [1.5], [NaN], ["2"], [2 ** 53]]) {
    const message = "Cannot make a tensor: expected lengths of non-negative integers, got";
    assertThrows(() => zeros(wrongly(shape)), RangeError, message);
  }
  assertThrows(() => zeros(wrongly(3)), TypeError, "expected a shape as a list of lengths, got 3");
  const outside = [[NaN, "u32"], [1.5, "u32"], [-1, "u8"], [256, "u8"], [2 ** 31, "i32"], [
    NaN,
    "i32",
  ]] as const;
  for (const [value, dtype] of outside) {
    assertThrows(
      () => full([2], value, dtype),
      RangeError,
      `Cannot fill a tensor of ${dtype}: expected an integer`,
    );
  }
  assertThrows(() => full([2], wrongly("1")), TypeError, 'expected a number, got "1"');
  assertThrows(() => full([2], 1, wrongly("f64")), TypeError, 'expected f32, u32, i32 or u8, got "f64"');
  for (const length of [-1, 1.5, NaN, 2 ** 33]) {
    assertThrows(
      () => arange(length),
      RangeError,
      `expected a length from 0 to 4294967296 for u32, got ${length}`,
    );
  }
  assertThrows(() => arange(2 ** 24 + 2, "f32"), RangeError, "expected a length from 0 to 16777217 for f32");
});

Deno.test("a tensor's shape does not follow the list that it was made with", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const shape = [2, 3];
  using a = zeros(shape);
  using b = tensor(new Float32Array(6), shape);
  using c = b.reshape(shape);
  shape[0] = 9;
  assertEquals([a.shape, b.shape, c.shape], [[2, 3], [2, 3], [2, 3]]);
});

Deno.test("a device that makes no sense is refused", async () => {
  for (const backend of ["reference", "wasm"] as const) {
    for (const bytes of [0, -1, NaN, 1.5]) {
      await assertRejects(
        () => createDevice({ backend, workers: 1, bytes }),
        RangeError,
        `Cannot create a device: expected a positive number of bytes, got ${bytes}`,
      );
    }
  }
  await assertRejects(() => createDevice({ workers: 1, bytes: 1e15 }), RangeError, "got 1000000000000000");
  for (const workers of [0, -1, 1.5, NaN, 1e6]) {
    await assertRejects(
      () => createDevice({ workers }),
      RangeError,
      `expected 1 to 256 workers, got ${workers}`,
    );
  }
  await assertRejects(() => createDevice({ backend: wrongly("gpu") }), RangeError, 'got "gpu"');
});
