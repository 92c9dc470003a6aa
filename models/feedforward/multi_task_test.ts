import {
  createDevice,
  crossEntropy,
  disposeTree,
  grad,
  Key,
  scope,
  setDefaultDevice,
  tensor,
  uniform,
} from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import { combineLosses, multiTask, multiTaskModel, type MultiTaskParams } from "./multi_task.ts";

testModel(multiTaskModel);

Deno.test("the trunk's gradient is the weighted sum of the tasks', a head's its own task's alone", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const model = multiTask({ trunk: [6, 8], heads: { a: 3, b: 2 } });
  const key = Key.from(5);
  const { params } = model.init(key);
  using x = uniform(key.fold("x"), [5, 6], -1, 1);
  using a = tensor(Uint8Array.of(0, 1, 2, 0, 1));
  using b = tensor(Uint8Array.of(0, 1, 0, 0, 1));
  const gradientOf = (weights: Record<string, number>) =>
    grad((p: MultiTaskParams) => {
      const { y } = model.apply(p, {}, x, { key, train: true });
      return combineLosses({ a: crossEntropy(y["a"]!, a), b: crossEntropy(y["b"]!, b) }, weights);
    })(params);
  const both = gradientOf({ a: 0.25, b: 2 });
  const [onlyA, onlyB] = [gradientOf({ a: 1 }), gradientOf({ b: 1 })];
  const [w, wa, wb] = await Promise.all(
    [both, onlyA, onlyB].map(async ({ trunk }) => Array.from(await trunk["layer1"]!.w.read())),
  );
  w!.forEach((value, i) => assertAlmostEquals(value, 0.25 * wa![i]! + 2 * wb![i]!, 1e-6));
  assert(wa!.some((value) => value !== 0));
  assertEquals(new Set(await onlyA.heads["b"]!.w.read()), new Set([0]));
  disposeTree([params, both, onlyA, onlyB]);
});

Deno.test("networks without heads, and weights without a loss, are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  assertThrows(() => multiTask({ trunk: [3, 2], heads: {} }), RangeError, "at least two widths and a head");
  using loss = tensor(1);
  assertThrows(() => scope(() => combineLosses({ a: loss }, { b: 1 })), RangeError, 'one of task "b", got a');
  assertThrows(() => combineLosses({ a: loss }, {}), RangeError, "expected weights, got none");
});
