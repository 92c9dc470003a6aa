import type { Key } from "../random/key.ts";
import { matmul } from "../ops/matmul.ts";
import { composition } from "../autodiff/composition.ts";
import { zeros } from "../tensor/create.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Parameters of a dense layer: w [inputs, outputs], b [outputs]. */
export type DenseParams = { readonly w: Tensor; readonly b: Tensor };

/** Draws the weights of a layer from a key, its shape and its fans. */
export type Initialiser = (key: Key, shape: Shape, fanIn: number, fanOut: number) => Tensor;

/**
 * A dense layer's parameters: weights from the initialiser, biases zero.
 *
 * @example
 * ```ts
 * import {
 *   createDevice,
 *   disposeTree,
 *   glorotUniform,
 *   initDense,
 *   Key,
 *   setDefaultDevice,
 * } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initDense(Key.from(1), 3, 2, glorotUniform);
 * assertEquals([params.w.shape, params.b.shape], [[3, 2], [2]]);
 * assertEquals(await params.b.read(), Float32Array.of(0, 0));
 * disposeTree(params);
 * ```
 */
export function initDense(key: Key, inputs: number, outputs: number, initialise: Initialiser): DenseParams {
  return { w: initialise(key.fold("w"), [inputs, outputs], inputs, outputs), b: zeros([outputs]) };
}

/**
 * The dense layer x w + b.
 *
 * *Shapes* [..., inputs] -> [..., outputs]; the leading axes are taken as one. *Order* N4 over the inputs; the bias is a separate addition.
 *
 * @throws {RangeError} if the shapes do not fit.
 *
 * @example
 * ```ts
 * import { createDevice, dense, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = tensor([[1, 2], [3, 4]]);
 * using b = tensor([10, 20]);
 * using x = tensor([[1, 0], [1, 1]]);
 * using y = dense({ w, b }, x);
 * assertEquals(await y.read(), Float32Array.of(11, 22, 14, 26));
 * ```
 */
export function dense({ w, b }: DenseParams, x: Tensor): Tensor {
  if (x.rank <= 2) return composition(() => matmul(x, w).add(b), "dense");
  return composition(() => {
    const leading = x.shape.slice(0, -1);
    const rows = leading.reduce((product, length) => product * length, 1);
    const y = matmul(x.reshape([rows, x.shape.at(-1)!]), w).add(b);
    return y.reshape([...leading, w.shape[1]!]);
  }, "dense");
}
