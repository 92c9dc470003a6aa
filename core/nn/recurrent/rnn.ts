import { composition } from "../../autodiff/composition.ts";
import { matmul } from "../../ops/matmul.ts";
import { tanh } from "../../ops/tanh.ts";
import type { Key } from "../../random/key.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Initialiser } from "../dense.ts";
import { initGates, initial, inputsOf, overTime, type RecurrentParams, type Sequence } from "./sequence.ts";

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

// A step takes ax = x wx + b, so that a sequence can make one product for all its inputs.
function rnnStep({ wh }: RecurrentParams, ax: Tensor, h: Tensor): Tensor {
  return composition(() => tanh(ax.add(matmul(h, wh))));
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
  return composition(() => rnnStep(params, inputsOf(params, x), h), "rnn cell");
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
  return composition(
    () => overTime(params, x, h ?? initial(params, x), (ax, h) => rnnStep(params, ax, h), (h) => h),
    "rnn",
  );
}
