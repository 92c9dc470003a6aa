import { assert, assertEquals, assertThrows } from "@std/assert";
import { grad } from "../autodiff/mod.ts";
import "../ops/mod.ts";
import {
  createDevice,
  disposeTree,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
  type Tree,
} from "../tensor/mod.ts";
import { adam, linearDecay, momentum, type Optimiser, sgd } from "./mod.ts";

const { fround } = Math;

/** The path of one number under an optimiser, given its gradients and rates. */
async function path<S extends Tree>(
  optimiser: Optimiser<S>,
  start: number,
  gradients: number[],
  rates: number[],
) {
  let params = { p: tensor(start) };
  let state = optimiser.init(params);
  const points: number[] = [];
  for (const [i, g] of gradients.entries()) {
    const next = scope(() => optimiser.update(params, { p: tensor(g) }, state, rates[i]!));
    disposeTree([params, state]);
    ({ params, state } = next);
    points.push(await params.p.item());
  }
  disposeTree([params, state]);
  return points;
}

Deno.test("gradient descent, both forms of momentum and Adam follow their formulas, one rounding each", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const gradients = [0.3, -0.7, 1.1, 0.2].map(fround);
  const rates = [0.1, 0.05, 0.2, 0.1];

  let p = 1;
  const descent = gradients.map((g, i) => p = fround(p - fround(fround(rates[i]!) * g)));
  assertEquals(await path(sgd, 1, gradients, rates), descent);

  p = 1;
  let v = 0;
  const velocity = gradients.map((g, i) => {
    v = fround(fround(fround(0.9) * v) - fround(fround(rates[i]!) * g));
    return p = fround(p + v);
  });
  assertEquals(await path(momentum({ beta: 0.9, form: "velocity" }), 1, gradients, rates), velocity);

  p = 1;
  let m = 0;
  const sum = gradients.map((g, i) => {
    m = fround(fround(fround(0.9) * m) + g);
    return p = fround(p - fround(fround(rates[i]!) * m));
  });
  assertEquals(await path(momentum({ beta: 0.9, form: "sum" }), 1, gradients, rates), sum);

  // Adam in float64, from the paper
  let [first, second] = [0, 0];
  p = 1;
  const paper = gradients.map((g, i) => {
    first = 0.9 * first + 0.1 * g;
    second = 0.999 * second + 0.001 * g * g;
    const t = i + 1;
    return p -= rates[i]! * (first / (1 - 0.9 ** t)) / (Math.sqrt(second / (1 - 0.999 ** t)) + 1e-8);
  });
  (await path(adam(), 1, gradients, rates)).forEach((value, i) =>
    assert(Math.abs(value - paper[i]!) < 1e-5, `step ${i}: ${value} against ${paper[i]}`)
  );
});

Deno.test("the two forms of momentum share a path at a constant rate and part once it changes", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const gradients = Array.from({ length: 20 }, (_, i) => Math.sin(i));
  const forms = (rates: number[]) =>
    Promise.all(
      (["velocity", "sum"] as const).map((form) => path(momentum({ beta: 0.9, form }), 1, gradients, rates)),
    );
  const [a, b] = await forms(gradients.map(() => 0.01));
  a!.forEach((value, i) => assert(Math.abs(value - b![i]!) < 1e-6));
  const [c, d] = await forms(gradients.map((_, i) => 0.01 / (i + 1)));
  assert(Math.abs(c![19]! - d![19]!) > 1e-3);
});

Deno.test("the first step of Adam has the size of the rate, whatever the gradient", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  for (const g of [1e-3, 1, 1e3, -50]) {
    const [point] = await path(adam(), 0, [g], [0.01]);
    assert(Math.abs(point! + Math.sign(g) * 0.01) < 1e-6, `${g}: ${point}`);
  }
});

Deno.test("a rate decays in a straight line", () => {
  assertEquals([0, 5, 9].map(linearDecay(2, 10)), [2, 1, 0.19999999999999996]);
  assertThrows(() => linearDecay(1, 0), RangeError, "at least one step");
});

Deno.test("hyper-parameters out of range, trees that differ and nested derivatives are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  assertThrows(() => momentum({ beta: 1, form: "sum" }), RangeError, "expected beta in [0, 1), got 1");
  assertThrows(() => adam({ epsilon: 0 }), RangeError, "a positive epsilon");
  using x = tensor([1, 2]);
  using y = tensor([1, 2, 3]);
  assertThrows(
    () => sgd.update({ x }, { x: y }, {}, 0.1),
    RangeError,
    "expected x [2] in every tree, got x [3]",
  );
  assertThrows(
    () => sgd.update<Tree>({ x }, { y: x }, {}, 0.1),
    RangeError,
    "expected x [2] in every tree, got y [2]",
  );
  assertThrows(
    () => grad((x: Tensor) => sgd.update({ x }, { x }, {}, 0.1).params.x.sum())(x),
    Error,
    "an optimiser's step is not differentiable",
  );
});
