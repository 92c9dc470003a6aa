import { assertEquals, assertThrows } from "@std/assert";
import { relu } from "../ops/mod.ts";
import { createDevice, setDefaultDevice, type Tensor, tensor, treeLeaves, zeros } from "../tensor/mod.ts";
import { ReferenceBackend } from "../backends/reference/reference_backend.ts";
import { Device } from "../tensor/mod.ts";
import { grad, valueAndGrad, withoutGradient } from "./mod.ts";

const read = (t: Tensor) => t.read().then((values) => Array.from(values));

Deno.test("the notes' worked graph: f = (x + y) z at 1, -3, 4 has gradients 4, 4, -2", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const params = { x: tensor(1), y: tensor(-3), z: tensor(4) };
  const [value, gradient] = valueAndGrad(({ x, y, z }: typeof params) => x.add(y).mul(z))(params);
  assertEquals(await value.item(), -8);
  assertEquals([await gradient.x.item(), await gradient.y.item(), await gradient.z.item()], [4, 4, -2]);
  for (const [, leaf] of treeLeaves([params, value, gradient])) leaf.dispose();
});

Deno.test("the notes' worked network: x = 1, y = 0, w1 = 1/3, w2 = 2", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const params = { w1: tensor(1 / 3), w2: tensor(2) };
  const [loss, gradient] = valueAndGrad(({ w1, w2 }: typeof params) => {
    const prediction = relu(w1.mul(1)).mul(w2);
    return prediction.sub(0).mul(prediction.sub(0));
  })(params);
  const near = (a: number, b: number) => assertEquals(Math.abs(a - b) < 1e-6, true, `${a} against ${b}`);
  near(await loss.item(), 4 / 9);
  near(await gradient.w1.item(), 8 / 3);
  near(await gradient.w2.item(), 4 / 9);
  for (const [, leaf] of treeLeaves([params, loss, gradient])) leaf.dispose();
});

Deno.test("contributions to an adjoint are added in the order of rule N8", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  // Three uses of x with slopes 1, 2^-24 and 2^-24: backwards, (2^-24 + 2^-24) + 1 differs from (1 + 2^-24) + 2^-24.
  using x = tensor(1);
  const slope = grad((x: Tensor) => x.mul(1).add(x.mul(2 ** -24)).add(x.mul(2 ** -24)))(x);
  assertEquals(await slope.item(), 1 + 2 ** -23);
  slope.dispose();
  const other = grad((x: Tensor) => x.mul(2 ** -24).add(x.mul(2 ** -24)).add(x.mul(1)))(x);
  assertEquals(await other.item(), 1);
  other.dispose();
});

Deno.test("a variable of an inner derivative is another than the outer one, even if both are the same tensor", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(3);
  // d/dx of (d/dy of x y at y = x) is d/dx of x = 1
  const result = grad((x: Tensor) => grad((y: Tensor) => x.mul(y))(x))(x);
  assertEquals(await result.item(), 1);
  result.dispose();
});

Deno.test("third derivatives of x^4", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor(2);
  const fourth = (x: Tensor) => x.mul(x).mul(x).mul(x);
  const third = grad((x: Tensor) => grad((x: Tensor) => grad(fourth)(x))(x))(x);
  assertEquals(await third.item(), 48);
  third.dispose();
});

Deno.test("what the loss does not depend on gets zeros; what is shielded is constant", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const params = { used: tensor([1, 2]), unused: tensor([[3]]), labels: tensor(new Uint32Array([1])) };
  const gradient = grad(({ used }: typeof params) => used.mul(withoutGradient(() => used.mul(1))).sum())(
    params,
  );
  assertEquals(await read(gradient.used), [1, 2]);
  assertEquals(await read(gradient.unused), [0]);
  assertEquals(gradient.unused.shape, [1, 1]);
  for (const [, leaf] of treeLeaves([params, gradient])) leaf.dispose();
});

Deno.test("a derivative leaves only its results in memory", async () => {
  const backend = new ReferenceBackend();
  await using device = new Device(backend);
  setDefaultDevice(device);
  using x = tensor([1, 2, 3]);
  const [value, gradient] = valueAndGrad((x: Tensor) => ({ loss: x.mul(x).sum(), other: x.add(1) }))(x);
  assertEquals(backend.bytesInUse, 12 + 4 + 12 + 12);
  for (const [, leaf] of treeLeaves([value, gradient])) leaf.dispose();
  assertEquals(backend.bytesInUse, 12);
});

Deno.test("losses that cannot be differentiated give one clear error", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = zeros([2]);
  assertThrows(() => grad((x: Tensor) => x)(x), RangeError, "expected a 0-d f32 loss, got f32 [2]");
  assertThrows(
    () => grad((() => Promise.resolve(1)) as never)(x),
    TypeError,
    "expected a synchronous function",
  );
  assertThrows(
    () => grad((() => ({ cost: 1 })) as never)(x),
    TypeError,
    "expected a loss tensor or { loss }, got { cost }",
  );
});
