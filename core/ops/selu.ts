import type { Tensor, TensorLike } from "../tensor/tensor.ts";
import { exponentialUnit } from "./elu.ts";

const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;

/**
 * The scaled exponential linear unit: scale (x < 0 ? alpha (e^x - 1) : x) with scale = 1.0507009873554805 and
 * alpha = 1.6732632423543772, for which mean 0 and variance 1 are a fixed point. *Dtypes* f32.
 *
 * scale alpha is one constant, rounded once. *Gradient* x > 0 ? scale g : scale alpha e^x g.
 * *Source* Klambauer et al., "Self-normalizing neural networks" (2017).
 *
 * @example
 * ```ts
 * import { createDevice, selu, setDefaultDevice, tensor } from "@verbatim/core";
 * import { assertEquals } from "@std/assert";
 *
 * using device = await createDevice({ backend: "reference" });
 * setDefaultDevice(device);
 * using x = tensor([-100, 0, 1]);
 * using y = selu(x);
 * assertEquals(await y.read(), Float32Array.of(-1.7580993, 0, 1.050701));
 * ```
 */
export function selu(x: TensorLike): Tensor {
  return exponentialUnit(SCALE * ALPHA, SCALE)(x);
}
