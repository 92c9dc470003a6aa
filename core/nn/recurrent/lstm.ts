import { composition } from "../../autodiff/composition.ts";
import { matmul } from "../../ops/matmul.ts";
import { sigmoid } from "../../ops/sigmoid.ts";
import { split } from "../../ops/split.ts";
import { tanh } from "../../ops/tanh.ts";
import type { Key } from "../../random/key.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Initialiser } from "../dense.ts";
import { initGates, initial, inputsOf, overTime, type RecurrentParams, type Sequence } from "./sequence.ts";

/** The state of an LSTM: outputs h and cells c, [B, H] each. */
export type LstmState = { readonly h: Tensor; readonly c: Tensor };

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

// A step takes ax = x wx + b, so that a sequence can make one product for all its inputs.
function lstmStep({ wh }: RecurrentParams, ax: Tensor, { h, c }: LstmState): LstmState {
  return composition(() => {
    const [i, f, g, o] = split(ax.add(matmul(h, wh)), 4, -1) as [Tensor, Tensor, Tensor, Tensor];
    const next = sigmoid(f).mul(c).add(sigmoid(i).mul(tanh(g)));
    return { h: sigmoid(o).mul(tanh(next)), c: next };
  });
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
  return composition(() => lstmStep(params, inputsOf(params, x), state), "lstm cell");
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
  }, "lstm");
}
