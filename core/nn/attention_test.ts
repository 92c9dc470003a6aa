import { assertEquals, assertThrows } from "@std/assert";
import { composition } from "../autodiff/composition.ts";
import { valueAndGrad } from "../autodiff/mod.ts";
import { checkOperation } from "../testing/check_operation.ts";
import { createDevice, setDefaultDevice, type Tensor, tensor, zeros } from "../tensor/mod.ts";
import { assertNear, product, rowsOf, sharedNumbers, weighted } from "./_testing.ts";
import { attention, multiHeadAttention } from "./mod.ts";

/** Attention of one head in float64; `sees` says what a query may see. */
function attend(
  q: number[],
  k: number[],
  v: number[],
  width: number,
  sees: (t: number, s: number) => boolean,
) {
  return rowsOf(q, width).flatMap((query, t) => {
    const scores = rowsOf(k, width).map((key, s) =>
      sees(t, s) ? key.reduce((sum, value, d) => sum + value * query[d]!, 0) / Math.sqrt(width) : -Infinity
    );
    const e = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = e.reduce((a, b) => a + b, 0);
    return product(e.map((value) => value / total), v, scores.length);
  });
}

Deno.test("attention, causal and masked, agrees with float64", async () => {
  const operands = [[2, 3], [4, 3], [4, 2]].map((shape) => ({ shape }));
  await checkOperation({
    operands,
    operation: (q, k, v) => attention(q, k, v),
    reference: (q, k, v) => attend(q!, k!, v!, 3, () => true),
    shape: [2, 2],
  });
  await checkOperation({
    operands,
    // Two queries at the end of four keys: the first sees three of them.
    operation: (q, k, v) => attention(q, k, v, { causal: true }),
    reference: (q, k, v) => attend(q!, k!, v!, 3, (t, s) => s <= t + 2),
    shape: [2, 2],
  });
  await checkOperation({
    operands,
    operation: (q, k, v) =>
      composition(() => attention(q, k, v, { mask: tensor(Uint8Array.of(1, 0, 1, 1, 0, 1, 0, 0), [2, 4]) })),
    reference: (q, k, v) => attend(q!, k!, v!, 3, (t, s) => [[1, 0, 1, 1], [0, 1, 0, 0]][t]![s] === 1),
    shape: [2, 2],
  });
});

// Computed once in float64 with PyTorch 1.13: nn.MultiheadAttention with two heads and a causal mask, inputs from the
// generator of `sharedNumbers` in the order in which they are drawn here.
Deno.test("multi-head attention gives PyTorch's values and gradients", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const draw = sharedNumbers(7);
  const x = draw(1, 3, 4);
  const [wq, wk, wv, wo] = Array.from({ length: 4 }, () => draw(4, 4));
  const [bq, bk, bv, bo] = Array.from({ length: 4 }, () => draw(4));
  const params = {
    query: { w: wq!, b: bq! },
    key: { w: wk!, b: bk! },
    value: { w: wv!, b: bv! },
    output: { w: wo!, b: bo! },
  };
  const [{ y }, gradient] = valueAndGrad(({ x, params: p }: { x: Tensor; params: typeof params }) => {
    const y = multiHeadAttention(p, x, { heads: 2, causal: true });
    return { loss: weighted(y, draw(1, 3, 4)), y };
  })({ x, params });
  await assertNear(
    y,
    [-0.7197401, -1.414004, -0.01884392, -1.467908, 0.2094062, 0.1098043, -0.8075353, -0.6486733, 0.09483336],
    "y",
  );
  await assertNear(
    gradient.x,
    [0.373563, -0.074401, -0.7167815, 1.182602, -0.00695709, -0.2027785, 0.1431516, 0.9822471, 0.003820576],
    "gradient of x",
  );
  await assertNear(
    gradient.params.value.w,
    [0.6055901, 0.8471567, 0.6341465, 0.721403, -0.7467327, -1.022403, -0.7391104, -0.7396771],
    "gradient of the values' weights",
  );
  // A bias of the keys adds the same to all scores of a query: softmax does not see it.
  await assertNear(gradient.params.key.b, [0, 0, 0, 0], "gradient of the keys' bias");
});

Deno.test("what a query may not see has no part in it, whatever it is; a blind query sees all alike", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const [q, k] = [tensor([[1], [2]]), tensor([[3], [1e30]])];
  const seen = await attention(q, k, tensor([[5], [7]]), { causal: true }).read();
  assertEquals(seen[0], 5);
  const nothing = tensor(new Uint8Array(2), [1, 2]);
  assertEquals(await attention(q, k, tensor([[5], [7]]), { mask: nothing }).read(), Float32Array.of(6, 6));
});

Deno.test("a memory of another length, and shapes that do not fit", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const draw = sharedNumbers(8);
  const layer = () => ({ w: draw(4, 4), b: draw(4) });
  const params = { query: layer(), key: layer(), value: layer(), output: layer() };
  const y = multiHeadAttention(params, draw(2, 3, 4), { heads: 4, memory: draw(2, 5, 4) });
  assertEquals(y.shape, [2, 3, 4]);
  assertEquals(multiHeadAttention(params, zeros([0, 3, 4]), { heads: 2 }).shape, [0, 3, 4]);
  assertThrows(
    () => multiHeadAttention(params, zeros([2, 3, 4]), { heads: 3 }),
    RangeError,
    "D a multiple of 3",
  );
  assertThrows(
    () => multiHeadAttention(params, zeros([3, 4]), { heads: 2 }),
    RangeError,
    "expected x [B, T, D]",
  );
});
