import { createDevice, grad, scope, setDefaultDevice, type Tensor, tensor } from "@verbatim/core";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import { binaryCrossEntropy, logisticRegressionModel } from "./logistic_regression.ts";

testModel(logisticRegressionModel);

Deno.test("binary cross-entropy is -y log p - (1 - y) log(1 - p), its gradient (p - y) / n", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const z = [-3, -0.5, 0, 0.75, 4];
  const y = [0, 1, 1, 0, 1];
  using scores = tensor(z.map((value) => [value]));
  using labels = tensor(Uint8Array.from(y));
  const p = z.map((value) => 1 / (1 + Math.exp(-value)));
  const expected = p.reduce((sum, share, i) => sum - Math.log(y[i] === 1 ? share : 1 - share), 0) / 5;
  using loss = scope(() => binaryCrossEntropy(scores, labels));
  assertAlmostEquals(await loss.item(), expected, 1e-6);
  using gradient = grad((scores: Tensor) => binaryCrossEntropy(scores, labels))(scores);
  (await gradient.read()).forEach((value, i) => assertAlmostEquals(value, (p[i]! - y[i]!) / 5, 1e-7));
});

Deno.test("binary cross-entropy of scores of any size is finite", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using scores = tensor([[200], [-200]]);
  using labels = tensor(Uint8Array.of(0, 1));
  using loss = scope(() => binaryCrossEntropy(scores, labels));
  assertEquals(await loss.item(), 200);
  using one = tensor(Uint8Array.of(0));
  assertThrows(() => binaryCrossEntropy(scores, one), RangeError, "expected as many scores as labels");
});
