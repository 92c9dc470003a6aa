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

/**
 * A convolutional layer's parameters: weights from the initialiser, biases zero.
 *
 * @example
 * ```ts
 * import {
 *   createDevice,
 *   disposeTree,
 *   initConv,
 *   kaimingUniform,
 *   Key,
 *   setDefaultDevice,
 * } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * const params = initConv(Key.from(1), { kernel: [5, 5], inputs: 1, outputs: 6 }, kaimingUniform);
 * assertEquals([params.w.shape, params.b.shape], [[5, 5, 1, 6], [6]]);
 * disposeTree(params);
 * ```
 */
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
 *
 * @example
 * ```ts
 * import { convLayer, createDevice, ones, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using w = ones([2, 2, 1, 1]);
 * using b = tensor([0.5]);
 * using image = tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3, 1]);
 * using y = convLayer({ w, b }, image);
 * assertEquals(await y.read(), Float32Array.of(12.5, 16.5));
 * ```
 */
export function convLayer({ w, b }: ConvParams, x: Tensor, options: Conv2dOptions = {}): Tensor {
  return composition(() => conv2d(x, w, options).add(b), "conv");
}
