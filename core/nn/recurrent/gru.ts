import { composition } from "../../autodiff/composition.ts";
import { matmul } from "../../ops/matmul.ts";
import { sigmoid } from "../../ops/sigmoid.ts";
import { split } from "../../ops/split.ts";
import { subtract } from "../../ops/subtract.ts";
import { tanh } from "../../ops/tanh.ts";
import type { Key } from "../../random/key.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Initialiser } from "../dense.ts";
import { initGates, initial, inputsOf, overTime, type RecurrentParams, type Sequence } from "./sequence.ts";

/** Parameters of a GRU: wx [D, 3 H] and b [3 H] of reset, update and candidate; wh [H, 2 H] of reset and update; wc [H, H]. */
export type GruParams = RecurrentParams & { readonly wc: Tensor };

/** How a GRU's candidate sees the state. */
export interface GruOptions {
  /**
   * Which of the two published forms: the reset gate is applied to the state "before" its product (Cho et al. 2014, and
   * d2l) or to the product, "after" it (cuDNN's and PyTorch's form). Default "before".
   */
  readonly reset?: "before" | "after";
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

// A step takes ax = x wx + b, so that a sequence can make one product for all its inputs.
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
  return composition(() => gruStep(params, inputsOf(params, x), h, options), "gru cell");
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
  return composition(
    () => overTime(params, x, h ?? initial(params, x), (ax, h) => gruStep(params, ax, h, options), (h) => h),
    "gru",
  );
}
