import { assert, assertEquals, assertThrows } from "@std/assert";
import { composition } from "../autodiff/composition.ts";
import { grad } from "../autodiff/mod.ts";
import { checkOperation } from "../testing/check_operation.ts";
import { compile } from "../compile/mod.ts";
import { split } from "../ops/mod.ts";
import { Key } from "../random/mod.ts";
import { createDevice, ones, setDefaultDevice, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { product, rowsOf, sharedNumbers } from "./_testing.ts";
import { dense, dropout, graphConvolution, propagate } from "./mod.ts";

Deno.test("a dense layer takes leading axes as one", async () => {
  await checkOperation({
    operands: [[2, 3, 2], [2, 4], [4]].map((shape) => ({ shape })),
    operation: (x, w, b) => dense({ w, b }, x),
    reference: (x, w, b) => product(x!, w!, 2).map((value, i) => value + b![i % 4]!),
    shape: [2, 3, 4],
  });
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  assertEquals(dense({ w: zeros([2, 4]), b: zeros([4]) }, zeros([0, 3, 2])).shape, [0, 3, 4]);
});

Deno.test("split: values, gradients and second derivatives agree with float64", async () => {
  await checkOperation({
    operands: [{ shape: [2, 4] }],
    // The second part of three is not used: its adjoint is +0.
    operation: (x) =>
      composition(() => {
        const [a, , c, d] = split(x, 4, -1) as [Tensor, Tensor, Tensor, Tensor];
        return a.mul(c).add(d).mul(d);
      }),
    reference: (x) => rowsOf(x, 4).map(([a, , c, d]) => (a! * c! + d!) * d!),
    shape: [2, 1],
  });
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const x = zeros([2, 3]);
  // Parts on which nothing depends get +0; a -0 stays one.
  const slopes = await grad((x: Tensor) => split(x, [1, 0, 2], 1)[2]!.mul(-0).sum())(x).read();
  assertEquals(slopes, Float32Array.of(0, -0, -0, 0, -0, -0));
});

const edges = () => ({
  source: tensor(Uint32Array.of(0, 1, 2, 2, 0)),
  destination: tensor(Uint32Array.of(1, 1, 0, 2, 2)),
});

Deno.test("a graph convolution agrees with the dense adjacency in float64", async () => {
  await checkOperation({
    operands: [[3, 2], [2, 2], [2], [5]].map((shape) => ({ shape })),
    operation: (x, w, b, weight) => composition(() => graphConvolution({ w, b }, x, { ...edges(), weight })),
    reference: (x, w, b, weight) => {
      const [e0, e1, e2, e3, e4] = weight as [number, number, number, number, number];
      const adjacency = [0, 0, e2, e0, e1, 0, e4, 0, e3];
      return product(adjacency, product(x!, w!, 2), 3).map((value, i) => value + b![i % 2]!);
    },
    shape: [3, 2],
  });
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const weight = ones([5]);
  assertThrows(
    () => propagate(zeros([3]), { ...edges(), weight }),
    RangeError,
    "expected x [N, D] and source, destination and weight [E], got [3], [5]",
  );
  assertThrows(
    () => propagate(zeros([3, 1]), { ...edges(), source: weight, weight }),
    TypeError,
    "expected nodes of u8, u32 or i32",
  );
});

Deno.test("terms meet a node in ascending order of the edges", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  // (1 + 2^-24) + 2^-24 is 1, while (2^-24 + 2^-24) + 1 is not.
  const x = tensor([[1], [2 ** -24], [2 ** -24]]);
  const order = async (...source: number[]) => {
    const y = propagate(x, {
      source: tensor(Uint32Array.from(source)),
      destination: tensor(new Uint32Array(3)),
      weight: ones([3]),
    });
    return (await y.read())[0];
  };
  assertEquals([await order(0, 1, 2), await order(1, 2, 0)], [1, 1 + 2 ** -23]);
});

Deno.test("dropout keeps the right share, scales it, and is the same for the same key", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const x = sharedNumbers(1)(100, 100);
  const [key, rate] = [Key.from(1), 0.3];
  const y = await dropout(key, x, { rate, train: true }).read();
  const values = await x.read();
  const keep = Math.fround(1 - rate);
  let kept = 0;
  y.forEach((value, i) => {
    if (value !== 0) {
      kept++;
      assertEquals(value, Math.fround(values[i]! / keep));
    }
  });
  // Ten thousand draws of probability 0.7: six deviations are 275.
  assert(Math.abs(kept - 7000) < 275, `${kept} kept`);
  assertEquals(await dropout(key, x, { rate, train: true }).read(), y);
  assertEquals(await dropout(key, x, { rate: 0, train: true }).read(), values);
  const slope = await grad((x: Tensor) => dropout(key, x, { rate, train: true }).sum())(x).read();
  slope.forEach((value, i) => assertEquals(value, y[i] === 0 ? 0 : Math.fround(1 / keep)));
  // What is dropped is +0, even of what is not finite.
  const lost = await dropout(key, tensor(new Float32Array(64).fill(NaN)), { rate: 0.5, train: true }).read();
  assert(lost.some((value) => Object.is(value, 0)) && lost.some(Number.isNaN));
  assertThrows(() => dropout(key, x, { rate: 1, train: true }), RangeError, "from 0 to below 1, got 1");
});

Deno.test("a compiled step drops out by the key that it is given", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const x = ones([50]);
  using program = compile(
    (carry: [], { x, key }: { x: Tensor; key: Key }) => ({
      carry,
      out: { y: dropout(key, x, { rate: 0.5, train: true }) },
    }),
    [],
  );
  const results = [];
  for (const key of [1, 2].map(Key.from)) {
    const eager = await dropout(key, x, { rate: 0.5, train: true }).read();
    assertEquals(await program.step({ x, key }).y.read(), eager);
    results.push(eager.join());
  }
  assertEquals(program.traces, 1);
  assertEquals(results[0] === results[1], false);
});
