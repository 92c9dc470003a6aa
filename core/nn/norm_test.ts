import { assertEquals, assertThrows } from "@std/assert";
import { composition } from "../autodiff/composition.ts";
import { valueAndGrad } from "../autodiff/mod.ts";
import { checkOperation } from "../testing/check_operation.ts";
import { createDevice, disposeTree, setDefaultDevice, tensor, zeros } from "../tensor/mod.ts";
import { assertNear, sharedNumbers, weighted } from "./_testing.ts";
import {
  batchNorm,
  groupNorm,
  initBatchNorm,
  initNorm,
  instanceNorm,
  layerNorm,
  standardise,
} from "./mod.ts";

/** The places of each set normalised together, to the same places at mean 0 and variance 1; in float64. */
function standardised(x: readonly number[], setOf: (i: number) => number, epsilon = 1e-5): number[] {
  return x.map((value, i) => {
    const set = x.filter((_, j) => setOf(j) === setOf(i));
    const mean = set.reduce((a, b) => a + b, 0) / set.length;
    const variance = set.reduce((sum, other) => sum + (other - mean) ** 2, 0) / set.length;
    return (value - mean) / Math.sqrt(variance + epsilon);
  });
}

const affine = (u: number[], gamma: number[], beta: number[]) =>
  u.map((value, i) => value * gamma[i % gamma.length]! + beta[i % beta.length]!);

// Second derivatives of 1 / sqrt(v) are large: binary32 against float64.
const tolerance = 2e-3;

Deno.test("batch normalisation: values, gradients and second derivatives agree with float64", () =>
  checkOperation({
    operands: [{ shape: [2, 3, 2] }, { shape: [2] }, { shape: [2] }],
    operation: (x, gamma, beta) =>
      composition(() => batchNorm({ gamma, beta }, initBatchNorm(2).state, x, { train: true }).y),
    reference: (x, gamma, beta) => affine(standardised(x, (i) => i % 2), gamma, beta),
    shape: [2, 3, 2],
    tolerance,
  }));

Deno.test("batch normalisation by its running averages agrees with float64", () =>
  checkOperation({
    operands: [{ shape: [3, 2] }, { shape: [2] }, { shape: [2] }],
    operation: (x, gamma, beta) =>
      composition(() => {
        const state = { mean: tensor([0.5, -1]), variance: tensor([0.25, 4]) };
        return batchNorm({ gamma, beta }, state, x, { train: false, epsilon: 0.1 }).y;
      }),
    reference: (x, gamma, beta) =>
      affine(x.map((value, i) => (value - [0.5, -1][i % 2]!) / Math.sqrt([0.35, 4.1][i % 2]!)), gamma, beta),
    shape: [3, 2],
    tolerance: 1e-3,
  }));

Deno.test("standardising, layer, group and instance normalisation agree with float64", async () => {
  await checkOperation({
    operands: [{ shape: [3, 4] }],
    operation: (x) => standardise(x, -1),
    reference: (x) => standardised(x, (i) => Math.floor(i / 4)),
    shape: [3, 4],
    tolerance,
  });
  await checkOperation({
    operands: [{ shape: [2, 2, 3] }, { shape: [2, 3] }, { shape: [2, 3] }],
    operation: (x, gamma, beta) => layerNorm({ gamma, beta }, x),
    reference: (x, gamma, beta) => affine(standardised(x, (i) => Math.floor(i / 6)), gamma, beta),
    shape: [2, 2, 3],
    tolerance,
  });
  await checkOperation({
    operands: [{ shape: [2, 3, 4] }, { shape: [4] }, { shape: [4] }],
    operation: (x, gamma, beta) => groupNorm({ gamma, beta }, x, 2),
    reference: (x, gamma, beta) =>
      affine(standardised(x, (i) => 2 * Math.floor(i / 12) + Math.floor(i % 4 / 2)), gamma, beta),
    shape: [2, 3, 4],
    tolerance,
  });
  await checkOperation({
    operands: [{ shape: [2, 4, 2] }, { shape: [2] }, { shape: [2] }],
    operation: (x, gamma, beta) => instanceNorm({ gamma, beta }, x),
    reference: (x, gamma, beta) => affine(standardised(x, (i) => 2 * Math.floor(i / 8) + i % 2), gamma, beta),
    shape: [2, 4, 2],
    tolerance,
  });
});

// Computed once in float64 with PyTorch 1.13: nn.BatchNorm2d, nn.LayerNorm and nn.GroupNorm with their default epsilon of
// 1e-5, inputs from the generator of `sharedNumbers` in the order in which they are drawn here.
Deno.test("batch normalisation gives PyTorch's values, gradients and running mean", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const draw = sharedNumbers(1);
  const params = { x: draw(3, 2, 2, 2), gamma: draw(2), beta: draw(2) };
  const w = draw(3, 2, 2, 2);
  const { state } = initBatchNorm(2);
  const [value, gradient] = valueAndGrad(({ x, gamma, beta }: typeof params) => {
    const out = batchNorm({ gamma, beta }, state, x, { train: true, momentum: 0.9 });
    return { loss: weighted(out.y, w), ...out };
  })(params);
  await assertNear(
    value.y,
    [0.5259922, -0.4947192, -0.1750255, 0.09513261, 1.012677, -0.4942839, -0.8832015, -0.1662039],
    "y",
  );
  await assertNear(
    gradient.x,
    [0.5974299, 0.3210141, -0.9055017, -0.6605259, 0.2408521, 0.7293745, 0.7612926, -0.02068],
    "gradient of x",
  );
  await assertNear(gradient.gamma, [2.373464, -0.2556089], "gradient of gamma");
  await assertNear(gradient.beta, [0.9427229, 1.481884], "gradient of beta");
  await assertNear(value.state.mean, [-0.02518847, 0.002683564], "running mean");
  // PyTorch keeps 0.9 + 0.1 v n / (n - 1) with n = 12, Verbatim 0.9 + 0.1 v
  await assertNear(
    value.state.variance,
    [0.9349021, 0.9242691].map((unbiased) => 0.9 + (unbiased - 0.9) * 11 / 12),
    "running variance",
  );
  disposeTree([params, w, state, value, gradient]);
});

Deno.test("layer and group normalisation give PyTorch's values and gradients", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  let draw = sharedNumbers(2);
  const layer = { x: draw(2, 5), gamma: draw(5), beta: draw(5) };
  const [{ y }, gradient] = valueAndGrad(({ x, gamma, beta }: typeof layer) => {
    const y = layerNorm({ gamma, beta }, x);
    return { loss: weighted(y, draw(2, 5)), y };
  })(layer);
  await assertNear(y, [-0.5151801, -0.9415321, -0.4791129, 1.642754, -0.2418912, -0.655196], "layer y");
  await assertNear(
    gradient.x,
    [0.4770896, -0.5955118, -0.145461, -0.03250389, 0.2963871, -0.735967, 1.181403, -0.001273926],
    "layer gradient of x",
  );
  await assertNear(
    gradient.gamma,
    [0.1282941, 0.5772027, -0.8108011, -0.7464891, -0.9044065],
    "layer gradient of gamma",
  );

  draw = sharedNumbers(3);
  const group = { x: draw(2, 2, 4), gamma: draw(4), beta: draw(4) };
  const [grouped, slope] = valueAndGrad(({ x, gamma, beta }: typeof group) => {
    const y = groupNorm({ gamma, beta }, x, 2);
    return { loss: weighted(y, draw(2, 2, 4)), y };
  })(group);
  await assertNear(
    grouped.y,
    [0.9712222, -0.5904713, -0.6699014, -0.3088368, 0.5543063, -0.9746781, -0.09934284, 0.5239375, 1.301437],
    "group y",
  );
  await assertNear(
    slope.x,
    [0.5092655, 0.2763588, -0.1145885, -0.5120174, -0.8443236, 0.05869931, 1.028726, -0.40212, -0.1060738],
    "group gradient of x",
  );
});

Deno.test("a constant channel becomes beta, and its gradient stays finite", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const { params, state } = initBatchNorm(1);
  using x = tensor([[3], [3], [3]]);
  const [{ y }, gradient] = valueAndGrad((x: typeof params.gamma) => {
    const out = batchNorm(params, state, x, { train: true });
    return { loss: out.y.mul(tensor([[1], [2], [3]])).sum(), y: out.y };
  })(x);
  assertEquals(await y.read(), Float32Array.of(0, 0, 0));
  // 1 / sqrt(1e-5) times the weights less their mean
  await assertNear(gradient, [-316.227766, 0, 316.227766], "gradient");
});

Deno.test("normalisations refuse what does not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const { params, state } = initBatchNorm(2);
  using x = zeros([4, 3]);
  using pair = zeros([4, 2]);
  assertThrows(
    () => batchNorm(params, state, x, { train: true }),
    RangeError,
    "expected x [B, ..., C] and gamma [C], got [4, 3] and [2]",
  );
  assertThrows(
    () => batchNorm(params, state, pair, { train: true, momentum: 1.5 }),
    RangeError,
    "expected a momentum from 0 to 1, got 1.5",
  );
  assertThrows(
    () => batchNorm(params, state, pair, { train: false, epsilon: 0 }),
    RangeError,
    "expected a positive epsilon, got 0",
  );
  assertThrows(
    () => batchNorm(params, state, zeros([0, 2]), { train: true }),
    RangeError,
    "Cannot average nothing",
  );
  assertThrows(() => layerNorm(params, x), RangeError, "got [2], [2], [4, 3]");
  assertThrows(() => groupNorm(initNorm([3]), x, 2), RangeError, "C a multiple of 2");
  assertThrows(() => standardise(x, 2), RangeError, "Cannot standardise");
  assertThrows(() => standardise(zeros([2, 0])), RangeError, "Cannot average nothing");
});
