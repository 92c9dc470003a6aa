import { assertEquals, assertThrows } from "@std/assert";
import { composition } from "../../autodiff/composition.ts";
import { valueAndGrad } from "../../autodiff/mod.ts";
import { checkOperation } from "../../testing/check_operation.ts";
import { createDevice, setDefaultDevice, zeros } from "../../tensor/mod.ts";
import { assertNear, product, rowsOf, sharedNumbers, weighted } from "../_testing.ts";
import { gru, gruCell, lstm, lstmCell, rnn, rnnCell } from "../mod.ts";

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const plus = (a: number[], b: number[]) => a.map((value, i) => value + b[i % b.length]!);

/** An LSTM's step in float64, for any batch. */
function lstmReference(x: number[], h: number[], c: number[], wx: number[], wh: number[], b: number[]) {
  const hidden = b.length / 4;
  const inputs = wx.length / b.length;
  const gates = rowsOf(plus(plus(product(x, wx, inputs), b), product(h, wh, hidden)), 4 * hidden);
  const next = c.map((cell, i) => {
    const row = gates[Math.floor(i / hidden)]!;
    const gate = (k: number) => row[k * hidden + i % hidden]!;
    const c = logistic(gate(1)) * cell + logistic(gate(0)) * Math.tanh(gate(2));
    return { c, h: logistic(gate(3)) * Math.tanh(c) };
  });
  return { h: next.map(({ h }) => h), c: next.map(({ c }) => c) };
}

/** A GRU's step in float64. */
function gruReference(form: "before" | "after") {
  return (x: number[], h: number[], wx: number[], wh: number[], wc: number[], b: number[]) => {
    const hidden = b.length / 3;
    const ax = rowsOf(plus(product(x, wx, wx.length / b.length), b), 3 * hidden);
    const ah = rowsOf(product(h, wh, hidden), 2 * hidden);
    const gate = (i: number, k: number) =>
      logistic(
        ax[Math.floor(i / hidden)]![k * hidden + i % hidden]! +
          ah[Math.floor(i / hidden)]![k * hidden + i % hidden]!,
      );
    const seen = form === "before"
      ? product(h.map((value, i) => gate(i, 0) * value), wc, hidden)
      : product(h, wc, hidden).map((value, i) => gate(i, 0) * value);
    return h.map((value, i) => {
      const candidate = Math.tanh(ax[Math.floor(i / hidden)]![2 * hidden + i % hidden]! + seen[i]!);
      return gate(i, 1) * value + (1 - gate(i, 1)) * candidate;
    });
  };
}

Deno.test("the plain recurrent cell agrees with float64", () =>
  checkOperation({
    operands: [[2, 2], [2, 3], [2, 3], [3, 3], [3]].map((shape) => ({ shape })),
    operation: (x, h, wx, wh, b) => rnnCell({ wx, wh, b }, x, h),
    reference: (x, h, wx, wh, b) =>
      plus(plus(product(x!, wx!, 2), b!), product(h!, wh!, 3)).map((value) => Math.tanh(value)),
    shape: [2, 3],
  }));

Deno.test("the LSTM cell's output and cell agree with float64", async () => {
  const operands = [[2, 2], [2, 3], [2, 3], [2, 12], [3, 12], [12]].map((shape) => ({ shape }));
  for (const part of ["h", "c"] as const) {
    await checkOperation({
      operands,
      operation: (x, h, c, wx, wh, b) => composition(() => lstmCell({ wx, wh, b }, x, { h, c })[part]),
      reference: (x, h, c, wx, wh, b) => lstmReference(x!, h!, c!, wx!, wh!, b!)[part],
      shape: [2, 3],
    });
  }
});

Deno.test("both forms of the GRU cell agree with float64", async () => {
  for (const reset of ["before", "after"] as const) {
    await checkOperation({
      operands: [[2, 2], [2, 3], [2, 9], [3, 6], [3, 3], [9]].map((shape) => ({ shape })),
      operation: (x, h, wx, wh, wc, b) => gruCell({ wx, wh, wc, b }, x, h, { reset }),
      reference: gruReference(reset),
      shape: [2, 3],
    });
  }
});

Deno.test("a sequence has the bits of its cells, one after the other", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const draw = sharedNumbers(9);
  const x = draw(2, 3, 2);
  const at = (t: number) => x.slice([0, t], [2, t + 1]).reshape([2, 2]);
  const start = { h: draw(2, 4), c: draw(2, 4) };
  const ofLstm = { wx: draw(2, 16), wh: draw(4, 16), b: draw(16) };
  const ofGru = { wx: draw(2, 12), wh: draw(4, 8), wc: draw(4, 4), b: draw(12) };
  const ofRnn = { wx: draw(2, 4), wh: draw(4, 4), b: draw(4) };
  let [state, g, r] = [start, start.h, start.h];
  for (let t = 0; t < 3; t++) {
    state = lstmCell(ofLstm, at(t), state);
    g = gruCell(ofGru, at(t), g);
    r = rnnCell(ofRnn, at(t), r);
  }
  const sequence = lstm(ofLstm, x, start);
  assertEquals(await sequence.state.h.read(), await state.h.read());
  assertEquals(await sequence.state.c.read(), await state.c.read());
  assertEquals(await sequence.y.slice([0, 2], [2, 3]).read(), await state.h.read());
  assertEquals(await gru(ofGru, x, start.h).state.read(), await g.read());
  assertEquals(await rnn(ofRnn, x, start.h).state.read(), await r.read());
});

// Computed once in float64 with PyTorch 1.13: nn.LSTM, nn.GRU and nn.RNN with the second bias at zero, inputs from the
// generator of `sharedNumbers` in the order in which they are drawn here.
Deno.test("sequences give PyTorch's values and gradients", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  let draw = sharedNumbers(4);
  const ofLstm = {
    x: draw(2, 3, 2),
    wx: draw(2, 8),
    wh: draw(2, 8),
    b: draw(8),
    h: draw(2, 2),
    c: draw(2, 2),
  };
  const [value, gradient] = valueAndGrad(({ x, h, c, ...params }: typeof ofLstm) => {
    const { y, state } = lstm(params, x, { h, c });
    return { loss: weighted(y, draw(2, 3, 2)).add(state.c.sum()), y, c: state.c };
  })(ofLstm);
  await assertNear(
    value.y,
    [
      0.002290687,
      0.1864657,
      -0.05821731,
      0.1307633,
      0.04432094,
      0.2098497,
      0.1349013,
      -0.2325767,
      0.07256084,
    ],
    "LSTM y",
  );
  await assertNear(value.c, [0.06646437, 0.3210563, 0.007013783, 0.2358118], "LSTM c");
  await assertNear(
    gradient.x,
    [2.534362e-05, 0.08832986, 0.06075697, -0.0393294, -0.2433642, -0.07544336, 0.08873328, -0.02526117],
    "LSTM gradient of x",
  );
  await assertNear(
    gradient.wh,
    [
      -0.02139813,
      -0.02047069,
      0.0245702,
      0.120803,
      -0.02946163,
      0.1082344,
      0.01374234,
      0.04785651,
      0.02619548,
    ],
    "LSTM gradient of wh",
  );

  draw = sharedNumbers(5);
  const ofGru = {
    x: draw(2, 3, 2),
    wx: draw(2, 6),
    wh: draw(2, 4),
    wc: draw(2, 2),
    b: draw(6),
    h: draw(2, 2),
  };
  const [gated, slope] = valueAndGrad(({ x, h, ...params }: typeof ofGru) => {
    const { y } = gru(params, x, h, { reset: "after" });
    return { loss: weighted(y, draw(2, 3, 2)), y };
  })(ofGru);
  await assertNear(
    gated.y,
    [0.2002085, 0.2402944, 0.3657918, 0.274436, 0.4828005, 0.05880646, 0.08510976, -0.08650634, 0.2259312],
    "GRU y",
  );
  await assertNear(
    slope.x,
    [0.02890202, -0.01278183, 0.1420813, -0.1390935, -0.006269832, -0.1382806, -0.07741071, -0.168347],
    "GRU gradient of x",
  );
  // PyTorch's six columns of the first row: four of wh, then two of wc
  await assertNear(slope.wh, [-0.02859915, 0.02675394, -0.2670299, -0.07768445], "GRU gradient of wh");
  await assertNear(slope.wc, [0.3017284, 0.09509458], "GRU gradient of wc");

  draw = sharedNumbers(6);
  const ofRnn = { x: draw(2, 3, 2), wx: draw(2, 2), wh: draw(2, 2), b: draw(2), h: draw(2, 2) };
  const [plain, tilt] = valueAndGrad(({ x, h, ...params }: typeof ofRnn) => {
    const { y } = rnn(params, x, h);
    return { loss: weighted(y, draw(2, 3, 2)), y };
  })(ofRnn);
  await assertNear(
    plain.y,
    [-0.06014612, 0.6931288, -0.3429135, 0.8773515, -0.1080495, 0.9619462, 0.04827597, 0.9616346, -0.4505644],
    "RNN y",
  );
  await assertNear(
    tilt.x,
    [-0.04467288, 0.05287834, 0.02071899, 0.02138985, -0.02345994, -0.2052344, 0.01794415, 0.1990505],
    "RNN gradient of x",
  );
});

Deno.test("a sequence without steps and gates that do not fit are refused", async () => {
  await using device = await createDevice({ backend: "reference" });
  setDefaultDevice(device);
  const params = { wx: zeros([2, 8]), wh: zeros([2, 8]), b: zeros([8]) };
  assertThrows(
    () => lstm(params, zeros([1, 0, 2])),
    RangeError,
    "expected x [B, T, D] with at least one step",
  );
  assertThrows(() => lstm(params, zeros([3, 2])), RangeError, "expected x [B, T, D]");
  assertThrows(
    () => lstm(params, zeros([1, 2, 3])),
    RangeError,
    "Cannot multiply matrices: expected inner lengths that agree",
  );
  assertThrows(
    () => lstmCell({ ...params, b: zeros([6]) }, zeros([1, 2]), { h: zeros([1, 2]), c: zeros([1, 2]) }),
    RangeError,
    "expected shapes that broadcast",
  );
});
