import { createDevice, scope, setDefaultDevice, type Tensor, tensor, valueAndGrad } from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import { hingeMargins, linearSvmModel, multiclassHinge } from "./linear_svm.ts";

testModel(linearSvmModel);

/** Numbers in (-3, 3), the same in every process. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(6 * (state / 4294967296) - 3);
  });
}

/** The formula of the notes, in binary64. */
function plainHinge(scores: readonly number[], labels: readonly number[], classes: number): number {
  let sum = 0;
  for (const [b, label] of labels.entries()) {
    const own = scores[b * classes + label]!;
    for (let j = 0; j < classes; j++) {
      if (j !== label) sum += Math.max(0, scores[b * classes + j]! - own + 1);
    }
  }
  return sum / labels.length;
}

Deno.test("hinge: the sum over the wrong classes, and its gradient by finite differences", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const [samples, classes] = [6, 4];
  const values = numbers(samples * classes, 4);
  const labels = [0, 3, 1, 2, 2, 0];
  using scores = tensor(Float32Array.from(values), [samples, classes]);
  using truth = tensor(Uint8Array.from(labels));
  const [loss, gradient] = scope(() => valueAndGrad((s: Tensor) => multiclassHinge(s, truth))(scores));
  assertAlmostEquals(await loss.item(), plainHinge(values, labels, classes), 1e-6);
  const found = await gradient.read();
  for (let i = 0; i < values.length; i++) {
    const at = (step: number) =>
      plainHinge(values.map((value, j) => j === i ? value + step : value), labels, classes);
    // No margin of these is within 1e-6 of its kink.
    assertAlmostEquals(found[i]!, (at(1e-6) - at(-1e-6)) / 2e-6, 1e-5);
  }
  loss.dispose();
  gradient.dispose();
});

Deno.test("hinge: samples that keep their distance have no loss and no gradient; cross-entropy's would", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using scores = tensor([[3, 2, -8], [0, 0.5, 0]]);
  using labels = tensor(Uint32Array.of(0, 1));
  using margins = hingeMargins(scores, labels);
  // In the first row the second score is nearer by just 1: the kink, of which the gradient is none.
  assertEquals(await margins.read(), Float32Array.of(0, 0, 0, 0.5, 0, 0.5));
  const [loss, gradient] = scope(() => valueAndGrad((s: Tensor) => multiclassHinge(s, labels))(scores));
  assertEquals(await loss.item(), 0.5);
  assertEquals(await gradient.read(), Float32Array.of(0, 0, 0, 0.5, -1, 0.5));
  loss.dispose();
  gradient.dispose();
});

Deno.test("hinge: equal scores cost one for every wrong class", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using scores = tensor(new Float32Array(20).fill(7), [2, 10]);
  using labels = tensor(Uint32Array.of(4, 9));
  using loss = multiclassHinge(scores, labels);
  assertEquals(await loss.item(), 9);
  using few = tensor(Uint32Array.of(4));
  assertThrows(() => multiclassHinge(scores, few), RangeError, "got [2,10] and [1]");
  assert(!few.disposed);
});
