import {
  createDevice,
  crossEntropy,
  disposeTree,
  dryRun,
  grad,
  Key,
  scope,
  setDefaultDevice,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import {
  activationMlp,
  activationMlpModel,
  type ActivationMlpParams,
  type ActivationName,
} from "./activation_mlp.ts";

testModel(activationMlpModel);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** The notes' formulas in binary64. */
const FORMULAS: Readonly<Record<ActivationName, (x: number) => number>> = {
  linear: (x) => x,
  step: (x) => (x > 0 ? 1 : 0),
  sigmoid,
  tanh: Math.tanh,
  relu: (x) => Math.max(0, x),
  leakyRelu: (x) => Math.max(0.01 * x, x),
  leakyReluTenth: (x) => Math.max(0.1 * x, x),
  prelu: (x) => Math.max(0.25 * x, x),
  elu: (x) => (x > 0 ? x : Math.exp(x) - 1),
  silu: (x) => x * sigmoid(x),
  swish: (x) => x * sigmoid(x),
  softplus: (x) => Math.log(1 + Math.exp(x)),
};
const NAMES = Object.keys(FORMULAS) as ActivationName[];

Deno.test("every activation is the notes' formula", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const values = [-3, -1, -0.25, 0, 0.5, 2];
  for (const activation of NAMES) {
    const model = activationMlp({ widths: [1, 1, 1], activation });
    const key = Key.from(1);
    const { params } = model.init(key);
    using x = tensor(values.map((value) => [value]));
    const one = { w: tensor([[1]]), b: tensor([0]) };
    using y = scope(() =>
      model.apply({ layer1: { ...params["layer1"]!, ...one }, layer2: one }, {}, x, { key, train: true }).y
    );
    (await y.read()).forEach((value, i) =>
      assertAlmostEquals(value, FORMULAS[activation](values[i]!), 1e-6, `${activation}(${values[i]})`)
    );
    disposeTree([params, one]);
  }
});

Deno.test("the gradient reaches every parameter of every activation but those below a step", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  for (const activation of NAMES) {
    const model = activationMlp({ widths: [5, 8, 3], activation });
    const key = Key.from(2);
    const { params } = model.init(key);
    using x = uniform(key.fold("x"), [6, 5], -1, 1);
    using labels = tensor(Uint8Array.of(0, 1, 2, 0, 1, 2));
    const gradient = grad((p: ActivationMlpParams) =>
      crossEntropy(model.apply(p, {}, x, { key, train: true }).y, labels)
    )(params);
    const moves = async (leaf: Tensor) => (await leaf.read()).some((value) => value !== 0);
    for (const [name, leaf] of Object.entries(gradient["layer1"]!)) {
      assertEquals(await moves(leaf), activation !== "step", `${activation}, ${name}`);
    }
    assert(await moves(gradient["layer2"]!["w"]!));
    disposeTree([params, gradient]);
  }
});

Deno.test("only PReLU and Swish learn a number in each hidden layer", () => {
  for (const activation of NAMES) {
    const model = activationMlp({ widths: [2, 3, 3, 2], activation });
    const learned = dryRun(() =>
      Object.values(model.init(Key.from(1)).params).map((layer) => Object.keys(layer).length - 2)
    );
    const expected = activation === "prelu" || activation === "swish" ? [1, 1, 0] : [0, 0, 0];
    assertEquals(learned, expected, activation);
  }
  assertThrows(() => activationMlp({ widths: [3], activation: "relu" }), RangeError, "at least two widths");
});
