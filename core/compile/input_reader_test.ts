import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Key } from "../random/key.ts";
import { createDevice, setDefaultDevice, tensor } from "../tensor/mod.ts";
import { InputReader } from "./input_reader.ts";
import { signatureOf } from "./signature.ts";

const awkward = 'a"]; throw 1; b["\u2028\\';

Deno.test("InputReader takes the leaves of inputs that are of the signature, whatever their names", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([1, 2]);
  using y = tensor([3, 4]);
  const inputs = { [awkward]: { "": 1 / 3, list: [x, Key.from(1)] }, mode: "fast", none: undefined };
  const signature = signatureOf(inputs);
  assertEquals(signature.leaves.map(({ kind }) => kind), ["number", "tensor", "key", "static", "static"]);
  const reader = new InputReader(signature);
  const key = Key.from(2);
  assert(reader.take({ [awkward]: { "": -0.1, list: [y, key] }, mode: "fast", none: undefined }));
  assertEquals(reader.numbers[0], Float32Array.of(-0.1));
  assertStrictEquals(reader.objects[1], y);
  assertStrictEquals(reader.objects[2], key);
});

Deno.test("InputReader leaves what it took when inputs are of another signature", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([1, 2]);
  using longer = tensor([1, 2, 3]);
  using words = tensor(Uint32Array.of(1, 2));
  const key = Key.from(1);
  const inputs = { rate: 0.5, x, key, on: true, list: [1, 2], empty: {} };
  const reader = new InputReader(signatureOf(inputs));
  assert(reader.take(inputs));
  const others: unknown[] = [
    { ...inputs, rate: 7, x: longer },
    { ...inputs, rate: 7, x: words },
    { ...inputs, rate: 7, x: 1 },
    { ...inputs, rate: 7, key: x },
    { ...inputs, rate: 7, on: false },
    { ...inputs, rate: 7, list: [1, 2, 3] },
    { ...inputs, rate: 7, list: [1, x] },
    { ...inputs, rate: 7, list: { 0: 1 } },
    { ...inputs, rate: 7, empty: { more: 1 } },
    { ...inputs, rate: 7, empty: x },
    { ...inputs, rate: 7, empty: null },
    { ...inputs, rate: 7, more: undefined },
    { rate: 7 },
    { ...inputs, rate: x },
    null,
    7,
    x,
  ];
  for (const [i, other] of others.entries()) {
    assert(!reader.take(other), `${i}`);
    assertEquals(reader.numbers[0]![0], 0.5);
    assertStrictEquals(reader.objects[1], x);
  }
  const alone = new InputReader(signatureOf(2));
  assert(alone.take(3) && !alone.take(x) && !alone.take({}));
  assertEquals(alone.numbers[0]![0], 3);
});
