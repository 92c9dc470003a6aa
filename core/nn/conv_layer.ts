import { composition } from "../autodiff/composition.ts";
import { conv2d, type Conv2dOptions } from "../ops/conv2d.ts";
import type { Key } from "../random/key.ts";
import { zeros } from "../tensor/create.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Initialiser } from "./dense.ts";

/** Parameters of a convolutional layer: w [K, K, C / groups, D], b [D]. */
export type ConvParams = { readonly w: Tensor; readonly b: Tensor };

/** The shape of a convolutional layer. */
export interface ConvLayerConfig {
  /** Rows and columns of the kernel. */
  readonly kernel: readonly [number, number];
  /** Channels of x, a multiple of `groups`. */
  readonly inputs: number;
  /** Channels of the result, a multiple of `groups`. */
  readonly outputs: number;
  /** Sets of channels that do not see each other; default 1. */
  readonly groups?: number;
}

/** A convolutional layer's parameters: weights from the initialiser, biases zero. */
export function initConv(key: Key, config: ConvLayerConfig, initialise: Initialiser): ConvParams {
  const { kernel: [rows, columns], inputs, outputs, groups = 1 } = config;
  const fanIn = rows * columns * inputs / groups;
  const fanOut = rows * columns * outputs / groups;
  const shape = [rows, columns, inputs / groups, outputs];
  return { w: initialise(key.fold("w"), shape, fanIn, fanOut), b: zeros([outputs]) };
}

/**
 * The convolutional layer conv2d(x, w) + b.
 *
 * *Shapes* [B, H, W, C] -> [B, H', W', D]. *Order* N4; the bias is a separate addition.
 *
 * @throws {RangeError} if the shapes do not fit.
 */
export function convLayer({ w, b }: ConvParams, x: Tensor, options: Conv2dOptions = {}): Tensor {
  return composition(() => conv2d(x, w, options).add(b));
}
