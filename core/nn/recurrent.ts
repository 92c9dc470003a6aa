/**
 * Recurrent cells and networks. Axes: B batch, T time, D inputs, H hidden units.
 *
 * @module
 */
import { composition } from "../autodiff/composition.ts";
import { concatenate } from "../ops/concatenate.ts";
import { matmul } from "../ops/matmul.ts";
import { sigmoid } from "../ops/sigmoid.ts";
import { split } from "../ops/split.ts";
import { subtract } from "../ops/subtract.ts";
import { tanh } from "../ops/tanh.ts";
import type { Key } from "../random/key.ts";
import { zeros } from "../tensor/create.ts";
import { formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { dense, type Initialiser } from "./dense.ts";

/** Parameters of a recurrent network with g gates: wx [D, g H], wh [H, g H], b [g H]; gates side by side. */
export type RecurrentParams = { readonly wx: Tensor; readonly wh: Tensor; readonly b: Tensor };

/** Parameters of a GRU: wx [D, 3 H] and b [3 H] of reset, update and candidate; wh [H, 2 H] of reset and update; wc [H, H]. */
export type GruParams = RecurrentParams & { readonly wc: Tensor };

/** The state of an LSTM: outputs h and cells c, [B, H] each. */
export type LstmState = { readonly h: Tensor; readonly c: Tensor };

/** How a GRU's candidate sees the state. */
export interface GruOptions {
  /**
   * Which of the two published forms: the reset gate is applied to the state "before" its product (Cho et al. 2014, and
   * d2l) or to the product, "after" it (cuDNN's and PyTorch's form). Default "before".
   */
  readonly reset?: "before" | "after";
}

/** A sequence's outputs, and the state after it. */
export interface Sequence<S> {
  /** The outputs h of all steps, [B, T, H]. */
  readonly y: Tensor;
  /** The state after the last step. */
  readonly state: S;
}

function initGates(
  key: Key,
  inputs: number,
  hidden: number,
  gates: readonly [ofInputs: number, ofState: number],
  initialise: Initialiser,
): RecurrentParams {
  const [ofInputs, ofState] = gates;
  return {
    // Fans are those of one gate.
    wx: initialise(key.fold("wx"), [inputs, ofInputs * hidden], inputs, hidden),
    wh: initialise(key.fold("wh"), [hidden, ofState * hidden], hidden, hidden),
    b: zeros([ofInputs * hidden]),
  };
}

/**
 * The parameters of a plain recurrent network: weights from the initialiser, biases zero.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, glorotUniform, initRnn, Key, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initRnn(Key.from(1), 3, 5, glorotUniform);
 * assertEquals([params.wx.shape, params.wh.shape, params.b.shape], [[3, 5], [5, 5], [5]]);
 * disposeTree(params);
 * ```
 */
export function initRnn(key: Key, inputs: number, hidden: number, initialise: Initialiser): RecurrentParams {
  return initGates(key, inputs, hidden, [1, 1], initialise);
}

/**
 * The parameters of an LSTM: weights from the initialiser, biases zero.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, glorotUniform, initLstm, Key, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initLstm(Key.from(1), 3, 5, glorotUniform);
 * assertEquals([params.wx.shape, params.wh.shape, params.b.shape], [[3, 20], [5, 20], [20]]);
 * disposeTree(params);
 * ```
 */
export function initLstm(key: Key, inputs: number, hidden: number, initialise: Initialiser): RecurrentParams {
  return initGates(key, inputs, hidden, [4, 4], initialise);
}

/**
 * The parameters of a GRU: weights from the initialiser, biases zero.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, glorotUniform, initGru, Key, setDefaultDevice } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initGru(Key.from(1), 3, 5, glorotUniform);
 * assertEquals([params.wx.shape, params.wh.shape, params.wc.shape, params.b.shape], [
 *   [3, 15],
 *   [5, 10],
 *   [5, 5],
 *   [15],
 * ]);
 * disposeTree(params);
 * ```
 */
export function initGru(key: Key, inputs: number, hidden: number, initialise: Initialiser): GruParams {
  return {
    ...initGates(key, inputs, hidden, [3, 2], initialise),
    wc: initialise(key.fold("wc"), [hidden, hidden], hidden, hidden),
  };
}

// The steps below take ax = x wx + b, so that a sequence can make one product for all its inputs.

function rnnStep({ wh }: RecurrentParams, ax: Tensor, h: Tensor): Tensor {
  return composition(() => tanh(ax.add(matmul(h, wh))));
}

function lstmStep({ wh }: RecurrentParams, ax: Tensor, { h, c }: LstmState): LstmState {
  return composition(() => {
    const [i, f, g, o] = split(ax.add(matmul(h, wh)), 4, -1) as [Tensor, Tensor, Tensor, Tensor];
    const next = sigmoid(f).mul(c).add(sigmoid(i).mul(tanh(g)));
    return { h: sigmoid(o).mul(tanh(next)), c: next };
  });
}

function gruStep(
  { wh, wc }: GruParams,
  ax: Tensor,
  h: Tensor,
  { reset = "before" }: GruOptions,
): Tensor {
  return composition(() => {
    const [xr, xz, xn] = split(ax, 3, -1) as [Tensor, Tensor, Tensor];
    const [hr, hz] = split(matmul(h, wh), 2, -1) as [Tensor, Tensor];
    const r = sigmoid(xr.add(hr));
    const z = sigmoid(xz.add(hz));
    const seen = reset === "before" ? matmul(r.mul(h), wc) : r.mul(matmul(h, wc));
    const candidate = tanh(xn.add(seen));
    return z.mul(h).add(subtract(1, z).mul(candidate));
  });
}

/**
 * One step of a plain recurrent network: h' = tanh(x wx + b + h wh).
 *
 * *Shapes* x [B, D], h [B, H] -> [B, H]. *Order* N4; fl(fl(x wx + b) + h wh). *Source* Elman 1990; i2dl, lecture 11.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, rnnCell, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using wx = tensor([[1]]);
 * using wh = tensor([[2]]);
 * using b = tensor([3]);
 * using x = tensor([[-4]]);
 * using h = tensor([[0.25]]);
 * using next = rnnCell({ wx, wh, b }, x, h);
 * assertAlmostEquals(await next.item(), Math.tanh(-0.5), 1e-6);
 * ```
 */
export function rnnCell(params: RecurrentParams, x: Tensor, h: Tensor): Tensor {
  return composition(() => rnnStep(params, inputsOf(params, x), h));
}

/**
 * One step of an LSTM. With the gates [i, f, g, o] = x wx + b + h wh, in this order (PyTorch's):
 * c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').
 *
 * *Shapes* x [B, D], h and c [B, H] -> the same. *Order* N4; fl(fl(x wx + b) + h wh).
 * *Source* Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000; i2dl, lecture 11.
 * *Differs* from PyTorch in its single bias.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example With all parameters zero the gates are half open
 * ```ts
 * import { createDevice, disposeTree, lstmCell, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { wx: zeros([1, 4]), wh: zeros([1, 4]), b: zeros([4]) };
 * const state = { h: tensor([[7]]), c: tensor([[1]]) };
 * using x = tensor([[9]]);
 * const next = lstmCell(params, x, state);
 * assertEquals(await next.c.item(), 0.5);
 * assertAlmostEquals(await next.h.item(), 0.5 * Math.tanh(0.5), 1e-6);
 * disposeTree([params, state, next]);
 * ```
 */
export function lstmCell(params: RecurrentParams, x: Tensor, state: LstmState): LstmState {
  return composition(() => lstmStep(params, inputsOf(params, x), state));
}

/**
 * One step of a GRU. With [ar, az, an] = x wx + b and [hr, hz] = h wh: r = sigmoid(ar + hr), z = sigmoid(az + hz),
 * n = tanh(an + (r h) wc), or tanh(an + r (h wc)) with reset "after"; h' = z h + (1 - z) n.
 *
 * *Shapes* x [B, D], h [B, H] -> [B, H]. *Order* N4; the bias is added to x wx first.
 * *Source* Cho et al. 2014, equations 5 to 8.
 * *Differs* from PyTorch also with reset "after" in its single bias: PyTorch's reset gate scales a bias too.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example With all parameters zero the state is halved
 * ```ts
 * import { createDevice, disposeTree, gruCell, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { wx: zeros([1, 3]), wh: zeros([1, 2]), wc: zeros([1, 1]), b: zeros([3]) };
 * using x = tensor([[9]]);
 * using h = tensor([[3]]);
 * using next = gruCell(params, x, h);
 * assertEquals(await next.item(), 1.5);
 * disposeTree(params);
 * ```
 */
export function gruCell(params: GruParams, x: Tensor, h: Tensor, options: GruOptions = {}): Tensor {
  return composition(() => gruStep(params, inputsOf(params, x), h, options));
}

/**
 * A plain recurrent network over a sequence; see `rnnCell`.
 *
 * *Shapes* x [B, T, D], h [B, H] -> y [B, T, H], state [B, H]. *Order* one product makes all x wx; then step by step.
 *
 * @param h The state before the first step; default +0.
 * @throws {RangeError} if the shapes do not fit or there is no step.
 *
 * @example
 * ```ts
 * import { createDevice, disposeTree, rnn, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { wx: tensor([[1]]), wh: tensor([[1]]), b: zeros([1]) };
 * using x = tensor([[[0.5], [0]]]);
 * const { y, state } = rnn(params, x);
 * const [first, second] = await y.read();
 * assertAlmostEquals(first!, Math.tanh(0.5), 1e-6);
 * assertAlmostEquals(second!, Math.tanh(Math.tanh(0.5)), 1e-6);
 * disposeTree([params, y, state]);
 * ```
 */
export function rnn(params: RecurrentParams, x: Tensor, h?: Tensor): Sequence<Tensor> {
  return composition(() =>
    overTime(params, x, h ?? initial(params, x), (ax, h) => rnnStep(params, ax, h), (h) => h)
  );
}

/**
 * An LSTM over a sequence; see `lstmCell`.
 *
 * *Shapes* x [B, T, D], h and c [B, H] -> y [B, T, H], state [B, H] twice.
 * *Order* one product makes all x wx; then step by step.
 *
 * @param state The state before the first step; default +0.
 * @throws {RangeError} if the shapes do not fit or there is no step.
 *
 * @example
 * ```ts
 * import {
 *   createDevice,
 *   disposeTree,
 *   glorotUniform,
 *   initLstm,
 *   Key,
 *   lstm,
 *   setDefaultDevice,
 *   zeros,
 * } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initLstm(Key.from(1), 3, 5, glorotUniform);
 * using x = zeros([2, 4, 3]);
 * const { y, state } = lstm(params, x);
 * assertEquals([y.shape, state.h.shape, state.c.shape], [[2, 4, 5], [2, 5], [2, 5]]);
 * assertEquals(await y.read(), new Float32Array(40)); // nothing comes of nothing: tanh(0) = 0
 * disposeTree([params, y, state]);
 * ```
 */
export function lstm(params: RecurrentParams, x: Tensor, state?: LstmState): Sequence<LstmState> {
  return composition(() => {
    const start = state ?? { h: initial(params, x), c: initial(params, x) };
    return overTime(params, x, start, (ax, state) => lstmStep(params, ax, state), ({ h }) => h);
  });
}

/**
 * A GRU over a sequence; see `gruCell`.
 *
 * *Shapes* x [B, T, D], h [B, H] -> y [B, T, H], state [B, H]. *Order* one product makes all x wx; then step by step.
 *
 * @param h The state before the first step; default +0.
 * @throws {RangeError} if the shapes do not fit or there is no step.
 *
 * @example With all parameters zero the state is halved at each step
 * ```ts
 * import { createDevice, disposeTree, gru, setDefaultDevice, tensor, zeros } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = { wx: zeros([1, 3]), wh: zeros([1, 2]), wc: zeros([1, 1]), b: zeros([3]) };
 * using x = zeros([1, 3, 1]);
 * using h = tensor([[8]]);
 * const { y, state } = gru(params, x, h);
 * assertEquals(await y.read(), Float32Array.of(4, 2, 1));
 * disposeTree([params, y, state]);
 * ```
 */
export function gru(
  params: GruParams,
  x: Tensor,
  h?: Tensor,
  options: GruOptions = {},
): Sequence<Tensor> {
  return composition(() =>
    overTime(params, x, h ?? initial(params, x), (ax, h) => gruStep(params, ax, h, options), (h) => h)
  );
}

/** x wx + b. */
function inputsOf({ wx, b }: RecurrentParams, x: Tensor): Tensor {
  return dense({ w: wx, b }, x);
}

/** A state of +0. */
function initial({ wh }: RecurrentParams, x: Tensor): Tensor {
  return zeros([x.shape[0] ?? 0, wh.shape[0] ?? 0]);
}

function overTime<S>(
  params: RecurrentParams,
  x: Tensor,
  start: S,
  step: (ax: Tensor, state: S) => S,
  outputOf: (state: S) => Tensor,
): Sequence<S> {
  const [batch, steps] = x.shape;
  if (x.rank !== 3 || batch === undefined || steps === undefined || steps < 1) {
    throw new RangeError(
      `Cannot run over time: expected x [B, T, D] with at least one step, got ${formatShape(x.shape)}`,
    );
  }
  const inputs = split(inputsOf(params, x), steps, 1).map((ax) => ax.reshape([batch, ax.shape[2]!]));
  const outputs: Tensor[] = [];
  let state = start;
  for (const ax of inputs) {
    state = step(ax, state);
    const h = outputOf(state);
    outputs.push(h.reshape([batch, 1, h.shape[1]!]));
  }
  return { y: concatenate(outputs, 1), state };
}
