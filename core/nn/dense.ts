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

/** A dense layer's parameters: weights from the initialiser, biases zero. */
export function initDense(key: Key, inputs: number, outputs: number, initialise: Initialiser): DenseParams {
  return { w: initialise(key.fold("w"), [inputs, outputs], inputs, outputs), b: zeros([outputs]) };
}

/**
 * The dense layer x w + b.
 *
 * *Shapes* [B, inputs] -> [B, outputs]. *Order* N4 over the inputs; the bias is a separate addition.
 *
 * @throws {RangeError} if the shapes do not fit.
 */
export function dense({ w, b }: DenseParams, x: Tensor): Tensor {
  return composition(() => matmul(x, w).add(b));
}
