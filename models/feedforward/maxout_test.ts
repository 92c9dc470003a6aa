import { createDevice, disposeTree, Key, scope, setDefaultDevice, tensor, uniform } from "@verbatim/core";
import { assertAlmostEquals, assertThrows } from "@std/assert";
import { testModel } from "../_model_contract.ts";
import { maxout, maxoutModel } from "./maxout.ts";

testModel(maxoutModel);

Deno.test("each unit is the largest of its pieces", async () => {
  await using device = await createDevice({ workers: 1 });
  setDefaultDevice(device);
  const model = maxout({ widths: [4, 3, 2], pieces: 5 });
  const key = Key.from(3);
  const { params } = model.init(key);
  using x = uniform(key.fold("x"), [6, 4], -1, 1);
  using b = uniform(key.fold("b"), [15], -1, 1);
  const { layer1, layer2 } = { layer1: params["layer1"]!, layer2: params["layer2"]! };
  using y = scope(() => model.apply({ layer1: { w: layer1.w, b }, layer2 }, {}, x, { key, train: false }).y);
  const [values, w1, b1, w2, found] = await Promise.all(
    [x, layer1.w, b, layer2.w, y].map(async (tensor) => Float64Array.from(await tensor.read())),
  );
  for (let row = 0; row < 6; row++) {
    const units = [0, 1, 2].map((unit) =>
      Math.max(...[0, 1, 2, 3, 4].map((piece) => {
        const column = 5 * unit + piece;
        return [0, 1, 2, 3].reduce(
          (sum, d) => sum + values![4 * row + d]! * w1![15 * d + column]!,
          b1![column]!,
        );
      }))
    );
    for (let c = 0; c < 2; c++) {
      const score = units.reduce((sum, unit, u) => sum + unit * w2![2 * u + c]!, 0);
      assertAlmostEquals(found![2 * row + c]!, score, 1e-6);
    }
  }
  disposeTree(params);
});

Deno.test("zero beside a linear function is the rectifier, a hundredth of it the leaky one", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  using x = tensor([[-2], [3]]);
  for (const [slope, expected] of [[0, [0, 3]], [0.01, [-0.02, 3]]] as const) {
    const params = {
      layer1: { w: tensor([[slope, 1]]), b: tensor([0, 0]) },
      layer2: { w: tensor([[1]]), b: tensor([0]) },
    };
    using y = scope(() =>
      maxout({ widths: [1, 1, 1], pieces: 2 }).apply(params, {}, x, { key: Key.from(1), train: false }).y
    );
    (await y.read()).forEach((value, i) => assertAlmostEquals(value, expected[i]!, 1e-7));
    disposeTree(params);
  }
});

Deno.test("a maxout network without pieces is refused", () => {
  assertThrows(() => maxout({ widths: [2, 2], pieces: 0 }), RangeError, "got [2,2] and 0");
});
