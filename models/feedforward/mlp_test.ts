import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  createDevice,
  crossEntropy,
  disposeTree,
  grad,
  Key,
  setDefaultDevice,
  type Tensor,
  tensor,
  uniform,
} from "@verbatim/core";
import { testModel } from "../_model_contract.ts";
import { mlp, mlpModel, type MlpParams } from "./mlp.ts";

testModel(mlpModel);

type Matrix = number[][];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const columnSums = (a: Matrix): Matrix => [a[0]!.map((_, j) => a.reduce((sum, row) => sum + row[j]!, 0))];

async function matrixOf(x: Tensor): Promise<Matrix> {
  const values = Array.from(await x.read());
  const width = x.shape.at(-1)!;
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
}

Deno.test("the gradients of a three-layer perceptron equal those derived by hand", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const model = mlp({ widths: [5, 7, 6, 4] });
  const key = Key.from(11);
  const { params } = model.init(key);
  // Biases away from zero, so that their part in the forward pass is seen.
  const shifted: MlpParams = Object.fromEntries(
    Object.entries(params).map((
      [name, { w, b }],
    ) => [name, { w, b: uniform(key.fold(name), b.shape, -0.5, 0.5) }]),
  );
  using x = uniform(key.fold("x"), [3, 5], -1, 1);
  using labels = tensor(new Uint8Array([2, 0, 3]));
  const gradient = grad((p: MlpParams) =>
    crossEntropy(model.apply(p, {}, x, { key, train: true }).y, labels)
  )(shifted);

  // Forward: z_i = h_(i-1) w_i + b_i, h_i = relu(z_i)
  const [w1, w2, w3] = [
    await matrixOf(shifted["layer1"]!.w),
    await matrixOf(shifted["layer2"]!.w),
    await matrixOf(shifted["layer3"]!.w),
  ];
  const biases = [
    await matrixOf(shifted["layer1"]!.b),
    await matrixOf(shifted["layer2"]!.b),
    await matrixOf(shifted["layer3"]!.b),
  ];
  const layer = (h: Matrix, w: Matrix, b: Matrix) =>
    times(h, w).map((row) => row.map((value, j) => value + b[0]![j]!));
  const relu = (z: Matrix) => z.map((row) => row.map((value) => Math.max(value, 0)));
  const input = await matrixOf(x);
  const z1 = layer(input, w1, biases[0]!);
  const z2 = layer(relu(z1), w2, biases[1]!);
  const z3 = layer(relu(z2), w3, biases[2]!);
  // Backward: delta_3 = (softmax(z_3) - one-hot) / B, delta_i = (delta_(i+1) w_(i+1)^T) [z_i > 0]
  const truth = [2, 0, 3];
  const delta3 = z3.map((row, i) => {
    const e = row.map(Math.exp);
    const total = e.reduce((a, b) => a + b);
    return e.map((value, j) => (value / total - (j === truth[i] ? 1 : 0)) / 3);
  });
  const through = (delta: Matrix, w: Matrix, z: Matrix) =>
    times(delta, transposed(w)).map((row, i) => row.map((value, j) => (z[i]![j]! > 0 ? value : 0)));
  const delta2 = through(delta3, w3, z2);
  const delta1 = through(delta2, w2, z1);
  // dL/dw_i = h_(i-1)^T delta_i, dL/db_i = the sum of delta_i over the batch
  const byHand: Record<string, { w: Matrix; b: Matrix }> = {
    layer1: { w: times(transposed(input), delta1), b: columnSums(delta1) },
    layer2: { w: times(transposed(relu(z1)), delta2), b: columnSums(delta2) },
    layer3: { w: times(transposed(relu(z2)), delta3), b: columnSums(delta3) },
  };
  for (const [name, expected] of Object.entries(byHand)) {
    for (const part of ["w", "b"] as const) {
      const got = await matrixOf(gradient[name]![part]);
      assertEquals(got.length, expected[part].length);
      expected[part].flat().forEach((value, i) =>
        assert(
          Math.abs(got.flat()[i]! - value) < 1e-6,
          `${name}/${part} ${i}: ${got.flat()[i]} against ${value}`,
        )
      );
    }
  }
  disposeTree([params, shifted, gradient]);
});

Deno.test("an MLP needs at least an input and an output", () => {
  assertThrows(() => mlp({ widths: [3] }), RangeError, "expected at least two widths, got [3]");
});
